/** Finds the official Firestore emulator: a jar that several tools bring along. */
import { onPath } from './machine.mjs';

const GCLOUD_JAR = ['platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar'];

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string | undefined} the jar's path
 */
export function findFirestoreJar(machine) {
  // What a person names wins over what is lying around.
  const named = machine.env['FIRESTORE_EMULATOR_BINARY_PATH'];
  if (named !== undefined && machine.isFile(named)) return named;
  return downloadedJar(machine) ?? gcloudJar(machine);
}

/**
 * The newest one that firebase-tools has downloaded, whatever version it would download today.
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string | undefined}
 */
function downloadedJar(machine) {
  const { env, home, path } = machine;
  const folder = env['FIREBASE_EMULATORS_PATH'] ?? path.join(home, '.cache', 'firebase', 'emulators');
  const newest = machine
    .list(folder)
    .filter((name) => /^cloud-firestore-emulator-v.*\.jar$/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
  return newest === undefined ? undefined : path.join(folder, newest);
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string | undefined}
 */
function gcloudJar(machine) {
  return gcloudFolders(machine)
    .map((folder) => machine.path.join(folder, ...GCLOUD_JAR))
    .find((jar) => machine.isFile(jar));
}

/**
 * Where the Google Cloud CLI may be installed: as its environment says, beside `gcloud`, in the usual folders.
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string[]}
 */
function gcloudFolders(machine) {
  const { env, home, path, platform } = machine;
  const folders = [];
  const root = env['CLOUDSDK_ROOT_DIR'];
  if (root !== undefined && root !== '') folders.push(root);
  // …/google-cloud-sdk/bin/gcloud, often behind a symbolic link
  for (const gcloud of onPath(machine, 'gcloud'))
    folders.push(path.dirname(path.dirname(machine.real(gcloud))));
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
    const programs = env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
    for (const base of [local, programs])
      folders.push(path.join(base, 'Google', 'Cloud SDK', 'google-cloud-sdk'));
    return folders;
  }
  return [
    ...folders,
    ...['/usr/lib', '/usr/share', '/usr/local', '/opt', '/opt/homebrew/share', '/usr/local/share', home].map(
      (base) => path.join(base, 'google-cloud-sdk'),
    ),
    '/opt/homebrew/Caskroom/google-cloud-sdk/latest/google-cloud-sdk',
    '/usr/local/Caskroom/google-cloud-sdk/latest/google-cloud-sdk',
    '/snap/google-cloud-cli/current',
    '/snap/google-cloud-sdk/current',
  ];
}
