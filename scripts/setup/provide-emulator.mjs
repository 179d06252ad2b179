/** Gets a Firestore emulator: the official one where there is a Java for it, `hidane` otherwise or when asked for. */
import path from 'node:path';
import { findFirestoreJar } from './firestore-jar.mjs';
import { findCargo, findHidane, HIDANE_VERSION, hidaneFolder } from './hidane.mjs';
import { findJava, OLDEST_JAVA } from './java.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {import('./known-tools.mjs').EmulatorKind} EmulatorKind
 * @typedef {import('./known-tools.mjs').FirestoreEmulator} FirestoreEmulator
 * @typedef {import('./known-tools.mjs').OfficialEmulator} OfficialEmulator
 * @typedef {import('./known-tools.mjs').HidaneEmulator} HidaneEmulator
 *
 * @typedef {object} Workshop what getting a part may use
 * @property {import('./machine.mjs').Machine} machine
 * @property {string} root the project's folder
 * @property {(line: string) => void} say
 * @property {(options: Omit<import('./long-command.mjs').LongCommand, 'cwd' | 'say'>) =>
 *   Promise<{ ok: boolean; lastLines: string }>} runLong
 */

const DOWNLOAD_LIMIT_MS = 10 * 60_000;
const BUILD_LIMIT_MS = 30 * 60_000;

const JAVA_WAYS = `a Java of version ${OLDEST_JAVA} or newer: "apt install openjdk-21-jre-headless", "brew install openjdk", "winget install EclipseAdoptium.Temurin.21.JRE", or set JAVA_HOME`;
const JAR_WAYS =
  'the emulator\'s jar: "npx firebase setup:emulators:firestore" (needs storage.googleapis.com), "gcloud components install cloud-firestore-emulator", or name one in FIRESTORE_EMULATOR_BINARY_PATH';
const HIDANE_WAYS = `hidane: "cargo install hidane --version ${HIDANE_VERSION} --locked" (needs a Rust toolchain), or put a released binary on the PATH`;

/**
 * @param {Workshop} workshop
 * @param {EmulatorKind} [wanted] undefined: the best there is
 * @returns {Promise<FirestoreEmulator>}
 */
export async function provideEmulator(workshop, wanted) {
  if (wanted === 'hidane') return hidaneOrThrow(workshop);
  const official = await provideOfficial(workshop);
  if ('emulator' in official) return official.emulator;
  if (wanted === 'official') {
    throw new SetupError(
      'setup/no-emulator',
      `The official Firestore emulator can't run here: ${official.missing}.`,
      `Get ${official.ways}. Or use the other emulator: --emulator hidane.`,
    );
  }
  workshop.say(`  The official Firestore emulator can't run here (${official.missing}); trying hidane.`);
  return hidaneOrThrow(workshop, official);
}

/**
 * @param {Workshop} workshop
 * @returns {Promise<{ emulator: OfficialEmulator } | { missing: string; ways: string }>}
 */
async function provideOfficial({ machine, root, say, runLong }) {
  const java = findJava(machine);
  if (java === undefined) return { missing: `no Java ≥ ${OLDEST_JAVA} was found`, ways: JAVA_WAYS };
  let jar = findFirestoreJar(machine);
  if (jar === undefined) {
    say('  Downloading the Firestore emulator (130 MB) with firebase-tools …');
    await runLong({
      command: process.execPath,
      args: [
        path.join(root, 'node_modules', 'firebase-tools', 'lib', 'bin', 'firebase.js'),
        'setup:emulators:firestore',
      ],
      // CI: firebase-tools then skips its look for updates.
      env: { CI: 'true' },
      timeLimitMs: DOWNLOAD_LIMIT_MS,
    });
    jar = findFirestoreJar(machine);
  }
  if (jar === undefined)
    return { missing: 'its jar was not found and could not be downloaded', ways: JAR_WAYS };
  return { emulator: { kind: 'official', java: java.path, javaMajor: java.major, jar } };
}

/**
 * @param {Workshop} workshop
 * @param {{ missing: string; ways: string }} [official] what the official emulator lacks
 * @returns {Promise<HidaneEmulator>}
 */
async function hidaneOrThrow({ machine, say, runLong }, official) {
  const found = findHidane(machine);
  if (found !== undefined) return { kind: 'hidane', command: found };

  const cargo = findCargo(machine);
  let reason = 'hidane was not found, and there is no cargo to build it with';
  if (cargo !== undefined) {
    say('  Building hidane with cargo (some minutes, once for all clones) …');
    const built = await runLong({
      command: cargo,
      args: ['install', 'hidane', '--version', HIDANE_VERSION, '--locked', '--root', hidaneFolder(machine)],
      timeLimitMs: BUILD_LIMIT_MS,
    });
    const command = findHidane(machine);
    if (command !== undefined) return { kind: 'hidane', command };
    reason = `hidane was not found, and building it failed:\n${built.lastLines}`;
  }
  throw new SetupError(
    'setup/no-emulator',
    official === undefined
      ? `${reason}.`
      : `There is no Firestore emulator: for the official one ${official.missing}; ${reason}.`,
    official === undefined
      ? `Get ${HIDANE_WAYS}.`
      : `Get one of these:\n- ${official.ways};\n- ${HIDANE_WAYS}.`,
  );
}
