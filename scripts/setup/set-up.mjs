/** Brings a clone and the machine into the state in which every command of the project works. */
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { dependenciesAreInstalled } from './dependencies.mjs';
import { readKnownTools, stillThere, writeKnownTools } from './known-tools.mjs';
import { runLongCommand } from './long-command.mjs';
import { thisMachine } from './machine.mjs';
import { provideChromium } from './provide-chromium.mjs';
import { provideEmulator } from './provide-emulator.mjs';
import { SetupError } from './setup-error.mjs';
import { withLock } from './setup-lock.mjs';

export const PROJECT_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const OLDEST_NODE = [20, 19];
const INSTALL_LIMIT_MS = 15 * 60_000;

/**
 * @typedef {'dependencies' | 'emulator' | 'browser'} Part
 *
 * @typedef {object} SetUpOptions
 * @property {readonly Part[]} [parts] default: all
 * @property {import('./known-tools.mjs').EmulatorKind} [emulator] default: the official one where it runs
 * @property {boolean} [fresh] look for everything again, trust nothing remembered
 * @property {(line: string) => void} [say] gets a line for each finished step
 * @property {(line: string) => void} [sayWork] gets a line for everything that takes long; default: as `say`
 *
 * @typedef {object} Tools
 * @property {import('./known-tools.mjs').FirestoreEmulator} [emulator] there if the part was asked for
 * @property {string} [chromium] there if the part was asked for
 */

/**
 * Does nothing, quickly, when everything is there.
 * @param {SetUpOptions} [options]
 * @returns {Promise<Tools>}
 * @throws {SetupError} when a part cannot be had; its hint says how a person can get it
 */
export async function setUp({
  parts = ['dependencies', 'emulator', 'browser'],
  emulator: wanted,
  fresh = false,
  say = () => undefined,
  sayWork = say,
} = {}) {
  const machine = thisMachine();
  const root = PROJECT_ROOT;
  const lockFile = path.join(root, '.firesignal-setup.lock');
  /** @type {import('./provide-emulator.mjs').Workshop} */
  const workshop = {
    machine,
    root,
    say: sayWork,
    runLong: (command) => runLongCommand({ ...command, cwd: root, say: sayWork }),
  };
  const recall = () => stillThere(readKnownTools(root), machine);
  const step = stepPrinter(say);
  /** @type {Tools} */
  const tools = {};

  await step(() => checkNode(process.versions.node));

  if (parts.includes('dependencies')) {
    await step(async () => {
      if (!dependenciesAreInstalled(root)) {
        await withLock(lockFile, sayWork, () => installDependencies(workshop));
      }
      return 'Dependencies, as in package-lock.json';
    });
  }

  if (parts.includes('emulator')) {
    tools.emulator = await step(async () => {
      const remembered = () => (fresh ? undefined : rememberedEmulator(recall(), wanted));
      return (
        remembered() ??
        withLock(lockFile, sayWork, async () => {
          // Another process may have got it while this one waited for the lock.
          const found = remembered() ?? (await provideEmulator(workshop, wanted));
          const preferred = wanted === undefined ? { preferred: found.kind } : {};
          writeKnownTools(root, { ...recall(), ...preferred, [found.kind]: found });
          return found;
        })
      );
    }, describeEmulator);
  }

  if (parts.includes('browser')) {
    tools.chromium = await step(
      async () => {
        const remembered = () => (fresh ? undefined : recall().chromium);
        return (
          remembered() ??
          withLock(lockFile, sayWork, async () => {
            const found = remembered() ?? (await provideChromium(workshop));
            writeKnownTools(root, { ...recall(), chromium: found });
            return found;
          })
        );
      },
      (found) => `Browser: ${found}`,
    );
  }
  return tools;
}

/**
 * @param {string} version
 * @returns {string}
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new SetupError(
      'setup/node-too-old',
      `This is Node.js ${version}; Firesignal needs ${OLDEST_NODE.join('.')} or newer.`,
      'Install a current one from nodejs.org or with a version manager ("nvm install" reads .nvmrc).',
    );
  }
  return `Node.js ${version}`;
}

/** @param {import('./provide-emulator.mjs').Workshop} workshop */
async function installDependencies({ root, say, runLong }) {
  // Another process may have done it while this one waited for the lock.
  if (dependenciesAreInstalled(root)) return;
  say('  Installing dependencies with "npm ci" …');
  const { ok, lastLines } = await runLong({ command: 'npm', args: ['ci'], timeLimitMs: INSTALL_LIMIT_MS });
  if (!ok) {
    throw new SetupError(
      'setup/dependencies',
      `"npm ci" failed:\n${lastLines}`,
      'Run "npm ci" by hand to see all of its output.',
    );
  }
}

/**
 * @param {import('./known-tools.mjs').KnownTools} known
 * @param {import('./known-tools.mjs').EmulatorKind | undefined} wanted
 */
function rememberedEmulator(known, wanted) {
  const kind = wanted ?? known.preferred;
  return kind === undefined ? undefined : known[kind];
}

/** @param {import('./known-tools.mjs').FirestoreEmulator} emulator */
function describeEmulator(emulator) {
  return emulator.kind === 'official'
    ? `Firestore emulator: official, ${emulator.jar}, Java ${emulator.javaMajor} (${emulator.java})`
    : `Firestore emulator: hidane, ${emulator.command}`;
}

/** @param {(line: string) => void} say */
function stepPrinter(say) {
  /**
   * @template T
   * @param {() => T | Promise<T>} work
   * @param {(result: T) => string} [describe]
   * @returns {Promise<T>}
   */
  return async (work, describe = String) => {
    const started = performance.now();
    const result = await work();
    say(`✓ ${describe(result)} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  };
}
