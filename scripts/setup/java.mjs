/** Finds a Java that runs the official Firestore emulator. */
import { inFolders, onPath } from './machine.mjs';

/** firebase-tools refuses to start the emulator under an older one. */
export const OLDEST_JAVA = 21;

/**
 * @param {string} output what `java -version` said
 * @returns {number | undefined} 21 for "21.0.1", 8 for "1.8.0_392"
 */
export function javaMajor(output) {
  const found = /version "(?:1\.)?(\d+)/.exec(output);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {{ path: string; major: number } | undefined}
 */
export function findJava(machine) {
  const tried = new Set();
  for (const candidate of candidates(machine)) {
    const real = machine.real(candidate);
    if (tried.has(real)) continue;
    tried.add(real);
    const { ok, output } = machine.run(candidate, ['-version']);
    const major = ok ? javaMajor(output) : undefined;
    if (major !== undefined && major >= OLDEST_JAVA) return { path: candidate, major };
  }
  return undefined;
}

/**
 * Lazily: most machines are done after the first or the second one.
 * @param {import('./machine.mjs').Machine} machine
 * @returns {Generator<string>}
 */
function* candidates(machine) {
  const { env, home, path, platform } = machine;
  const java = platform === 'win32' ? 'java.exe' : 'java';

  const javaHome = env['JAVA_HOME'];
  if (javaHome !== undefined && javaHome !== '') {
    const candidate = path.join(javaHome, 'bin', java);
    if (machine.isFile(candidate)) yield candidate;
  }
  yield* onPath(machine, 'java');

  if (platform === 'darwin') {
    const { ok, output } = machine.run('/usr/libexec/java_home', ['-v', `${OLDEST_JAVA}+`]);
    if (ok) yield path.join(output.trim().split('\n')[0] ?? '', 'bin', java);
    for (const root of ['/Library/Java/JavaVirtualMachines', `${home}/Library/Java/JavaVirtualMachines`]) {
      yield* inFolders(machine, root, /./, 'Contents', 'Home', 'bin', java);
    }
    for (const root of ['/opt/homebrew/opt', '/usr/local/opt']) {
      yield* inFolders(machine, root, /^openjdk/, 'bin', java);
    }
  } else if (platform === 'win32') {
    const programs = env['ProgramFiles'] ?? 'C:\\Program Files';
    for (const vendor of ['Eclipse Adoptium', 'Java', 'Microsoft', 'Zulu', 'Amazon Corretto', 'BellSoft']) {
      yield* inFolders(machine, path.join(programs, vendor), /./, 'bin', java);
    }
  } else {
    for (const root of ['/usr/lib/jvm', '/usr/lib64/jvm', '/usr/java', '/opt/java']) {
      yield* inFolders(machine, root, /./, 'bin', java);
    }
    yield* inFolders(machine, '/opt', /^(jdk|java|temurin|zulu|corretto)/, 'bin', java);
  }
  yield* inFolders(machine, path.join(home, '.sdkman', 'candidates', 'java'), /./, 'bin', java);
  yield* inFolders(machine, path.join(home, '.jdks'), /./, 'bin', java);
}
