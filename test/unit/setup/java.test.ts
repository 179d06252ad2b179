import { describe, expect, it } from 'vitest';
import { findJava, javaMajor } from '../../../scripts/setup/java.mjs';
import { fakeMachine } from './fake-machine.ts';

const saying = (java: string, version: string): Record<string, string> => ({
  [`${java} -version`]: `openjdk version "${version}" 2025-04-15\nOpenJDK Runtime Environment`,
});

describe('Java › version', () => {
  it.each([
    ['openjdk version "21.0.7" 2025-04-15', 21],
    ['openjdk version "25" 2025-09-16', 25],
    ['java version "1.8.0_392"', 8],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17.0.15"', 17],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  ])('%j', (output, major) => {
    expect(javaMajor(output)).toBe(major);
  });
});

describe('Java › find', () => {
  it('takes JAVA_HOME before the PATH', () => {
    const machine = fakeMachine({
      env: { JAVA_HOME: '/jdk', PATH: '/usr/bin' },
      files: ['/jdk/bin/java', '/usr/bin/java'],
      answers: { ...saying('/jdk/bin/java', '21.0.1'), ...saying('/usr/bin/java', '25') },
    });
    expect(findJava(machine)).toEqual({ path: '/jdk/bin/java', major: 21 });
  });

  it('looks on where JAVA_HOME and the PATH have one that is too old', () => {
    const machine = fakeMachine({
      env: { JAVA_HOME: '/jdk', PATH: '/bin:/usr/bin' },
      files: ['/jdk/bin/java', '/usr/bin/java', '/usr/lib/jvm/temurin-25-jdk/bin/java'],
      answers: {
        ...saying('/jdk/bin/java', '1.8.0_392'),
        ...saying('/usr/bin/java', '17.0.15'),
        ...saying('/usr/lib/jvm/temurin-25-jdk/bin/java', '25.0.1'),
      },
    });
    expect(findJava(machine)).toEqual({ path: '/usr/lib/jvm/temurin-25-jdk/bin/java', major: 25 });
  });

  it('asks the newest of a folder first, and each one once', () => {
    const machine = fakeMachine({
      env: { PATH: '/usr/bin' },
      files: ['/usr/lib/jvm/java-9/bin/java', '/usr/lib/jvm/java-21/bin/java'],
      links: { '/usr/bin/java': '/usr/lib/jvm/java-9/bin/java' },
      answers: {
        ...saying('/usr/bin/java', '9'),
        ...saying('/usr/lib/jvm/java-9/bin/java', '9'),
        ...saying('/usr/lib/jvm/java-21/bin/java', '21'),
      },
    });
    expect(findJava(machine)?.path).toBe('/usr/lib/jvm/java-21/bin/java');
    expect(machine.ran).toEqual(['/usr/bin/java -version', '/usr/lib/jvm/java-21/bin/java -version']);
  });

  it('ignores one that does not start', () => {
    const machine = fakeMachine({ env: { PATH: '/usr/bin' }, files: ['/usr/bin/java'] });
    expect(findJava(machine)).toBeUndefined();
  });

  it('asks macOS, where /usr/bin/java is a stub', () => {
    const java = '/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home/bin/java';
    const machine = fakeMachine({
      platform: 'darwin',
      env: { PATH: '/usr/bin' },
      files: ['/usr/bin/java', java],
      answers: {
        '/usr/libexec/java_home -v 21+': '/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home\n',
        ...saying(java, '21.0.7'),
      },
    });
    expect(findJava(machine)).toEqual({ path: java, major: 21 });
  });

  it('knows Homebrew’s, which macOS does not list', () => {
    const java = '/opt/homebrew/opt/openjdk@21/bin/java';
    const machine = fakeMachine({ platform: 'darwin', files: [java], answers: saying(java, '21.0.7') });
    expect(findJava(machine)).toEqual({ path: java, major: 21 });
  });

  it('knows the usual folders of Windows', () => {
    const java = 'C:\\Program Files\\Eclipse Adoptium\\jdk-21.0.7\\bin\\java.exe';
    const machine = fakeMachine({
      platform: 'win32',
      home: 'C:\\Users\\ann',
      env: { Path: 'C:\\Windows;C:\\tools' },
      files: [java],
      answers: saying(java, '21.0.7'),
    });
    expect(findJava(machine)).toEqual({ path: java, major: 21 });
  });

  it('knows version managers in the home folder', () => {
    const java = '/home/ann/.sdkman/candidates/java/21.0.7-tem/bin/java';
    expect(findJava(fakeMachine({ files: [java], answers: saying(java, '21.0.7') }))?.path).toBe(java);
  });
});
