import { describe, expect, it } from 'vitest';
import type { LongCommand } from '../../../scripts/setup/long-command.mjs';
import { provideChromium } from '../../../scripts/setup/provide-chromium.mjs';
import { provideEmulator, type Workshop } from '../../../scripts/setup/provide-emulator.mjs';
import { SetupError } from '../../../scripts/setup/setup-error.mjs';
import { fakeMachine, type FakeMachine } from './fake-machine.ts';

const JAVA = '/usr/bin/java';
const JAVA_21 = { [`${JAVA} -version`]: 'openjdk version "21.0.7"' };
const JAR = '/home/ann/.cache/firebase/emulators/cloud-firestore-emulator-v1.22.0.jar';
const HIDANE = '/home/ann/.cargo/bin/hidane';
const CARGO = '/home/ann/.cargo/bin/cargo';
const PATH = { PATH: '/usr/bin' };

/** A machine on which the long commands that `brings` knows leave files behind, and all others fail. */
function workshop(
  machine: FakeMachine,
  brings: Readonly<Record<string, readonly string[]>> = {},
): Workshop & { readonly ran: string[]; readonly said: string[] } {
  const files = [...(machine.files ?? [])];
  const ran: string[] = [];
  const said: string[] = [];
  const fake = fakeMachine(machine);
  return {
    machine: {
      ...fake,
      isFile: (file) => files.includes(file),
      list: (folder) => fakeMachine({ files }).list(folder),
    },
    root: '/project',
    say: (line) => said.push(line),
    runLong: ({ command, args }: Omit<LongCommand, 'cwd' | 'say'>) => {
      const line = [command === process.execPath ? 'node' : command, ...args].join(' ');
      ran.push(line);
      const brought = Object.entries(brings).find(([part]) => line.includes(part))?.[1];
      files.push(...(brought ?? []));
      return Promise.resolve({
        ok: brought !== undefined,
        lastLines: brought ? '' : `${command}: no network`,
      });
    },
    ran,
    said,
  };
}

const failureOf = async (attempt: Promise<unknown>): Promise<SetupError> => {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  if (!(error instanceof SetupError)) throw new Error(`Not a SetupError: ${String(error)}`);
  return error;
};

describe('set-up › emulator', () => {
  it('takes the official one where Java and the jar are there, and installs nothing', async () => {
    const there = workshop({ env: PATH, files: [JAVA, JAR, HIDANE], answers: JAVA_21 });
    expect(await provideEmulator(there)).toEqual({ kind: 'official', java: JAVA, javaMajor: 21, jar: JAR });
    expect(there.ran).toEqual([]);
  });

  it('lets firebase-tools download the jar', async () => {
    const there = workshop(
      { env: PATH, files: [JAVA], answers: JAVA_21 },
      { 'setup:emulators:firestore': [JAR] },
    );
    expect(await provideEmulator(there)).toMatchObject({ kind: 'official', jar: JAR });
  });

  it('takes hidane where there is no Java, without a download that would be of no use', async () => {
    const there = workshop({ files: [HIDANE, JAR] });
    expect(await provideEmulator(there)).toEqual({ kind: 'hidane', command: HIDANE });
    expect(there.ran).toEqual([]);
    expect(there.said.join()).toContain('no Java ≥ 21');
  });

  it('takes hidane where the jar cannot be downloaded', async () => {
    const there = workshop({ env: PATH, files: [JAVA, HIDANE], answers: JAVA_21 });
    expect(await provideEmulator(there)).toEqual({ kind: 'hidane', command: HIDANE });
    expect(there.ran).toHaveLength(1);
  });

  it('builds hidane with cargo, outside of the clone', async () => {
    const built = '/home/ann/.cache/firesignal/hidane-0.6.0/bin/hidane';
    const there = workshop({ files: [CARGO] }, { 'install hidane': [built] });
    expect(await provideEmulator(there)).toEqual({ kind: 'hidane', command: built });
    expect(there.ran).toEqual([
      `${CARGO} install hidane --version 0.6.0 --locked --root /home/ann/.cache/firesignal/hidane-0.6.0`,
    ]);
  });

  it('takes hidane when asked for, also where the official one is there', async () => {
    const there = workshop({ env: PATH, files: [JAVA, JAR, HIDANE], answers: JAVA_21 });
    expect(await provideEmulator(there, 'hidane')).toEqual({ kind: 'hidane', command: HIDANE });
  });

  it('does not take hidane when the official one was asked for', async () => {
    const error = await failureOf(provideEmulator(workshop({ files: [HIDANE] }), 'official'));
    expect(error).toMatchObject({ code: 'setup/no-emulator' });
    expect(error.message).toContain('no Java ≥ 21');
    expect(error.hint).toContain('--emulator hidane');
  });

  it('says all ways to get one where nothing helps', async () => {
    const error = await failureOf(provideEmulator(workshop({ files: [CARGO] })));
    expect(error.message).toContain('no Java ≥ 21');
    expect(error.message).toContain(`${CARGO}: no network`);
    expect(error.hint).toMatch(/JAVA_HOME[^]*cargo install hidane/);
  });
});

describe('set-up › browser', () => {
  const CHROMIUM = '/usr/bin/chromium';
  const STARTS = { [`${CHROMIUM} --version`]: 'Chromium 156' };
  const DOWNLOADED = '/home/ann/.cache/ms-playwright/chromium-1200/chrome-linux64/chrome';

  it('takes an installed one, and installs nothing', async () => {
    const there = workshop({ env: PATH, files: [CHROMIUM], answers: STARTS });
    expect(await provideChromium(there)).toBe(CHROMIUM);
    expect(there.ran).toEqual([]);
  });

  it('downloads Playwright’s', async () => {
    const there = workshop(
      { env: PATH, answers: { [`${DOWNLOADED} --version`]: 'Chromium 156' } },
      { 'playwright-core/cli.js install chromium': [DOWNLOADED] },
    );
    expect(await provideChromium(there)).toBe(DOWNLOADED);
  });

  it('installs the distribution’s where the download fails and this is root', async () => {
    const there = workshop(
      { env: PATH, isRoot: true, files: ['/usr/bin/apt-get'], answers: STARTS },
      { 'apt-get update': [], 'apt-get install': [CHROMIUM] },
    );
    expect(await provideChromium(there)).toBe(CHROMIUM);
    expect(there.ran.slice(1)).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends chromium',
    ]);
  });

  it('installs it with sudo where that asks for no password', async () => {
    const there = workshop(
      { env: PATH, files: ['/usr/bin/apt-get', '/usr/bin/sudo'], answers: { ...STARTS, 'sudo -n true': '' } },
      { 'apt-get install': [CHROMIUM] },
    );
    expect(await provideChromium(there)).toBe(CHROMIUM);
    expect(there.ran.at(-1)).toMatch(/^sudo -n apt-get install/);
  });

  it('asks nobody for a password, and says the ways to get one', async () => {
    const there = workshop({ env: PATH, files: ['/usr/bin/apt-get', '/usr/bin/sudo'] });
    const error = await failureOf(provideChromium(there));
    expect(error).toMatchObject({ code: 'setup/no-browser' });
    expect(error.hint).toContain('CHROMIUM_PATH');
    expect(there.ran).toHaveLength(1);
  });
});
