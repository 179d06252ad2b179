/** Finds a browser of the Chromium family that really starts. */
import { inFolders, onPath } from './machine.mjs';

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const MAC_APPS = [
  ['Google Chrome.app', 'Google Chrome'],
  ['Chromium.app', 'Chromium'],
  ['Microsoft Edge.app', 'Microsoft Edge'],
];

const WINDOWS_PROGRAMS = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
];

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string | undefined}
 */
export function findChromium(machine) {
  return candidates(machine).find((candidate) => machine.isFile(candidate) && starts(machine, candidate));
}

/**
 * A file is not enough: distributions have stubs that only say how to install the real one, and a downloaded
 * browser may lack system libraries. (On Windows asking for the version opens a window instead.)
 * @param {import('./machine.mjs').Machine} machine
 * @param {string} candidate
 */
function starts(machine, candidate) {
  return machine.platform === 'win32' || machine.run(candidate, ['--version']).ok;
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string[]}
 */
function candidates(machine) {
  const { env } = machine;
  const named = env['CHROMIUM_PATH'];
  return [
    ...(named === undefined || named === '' ? [] : [named]),
    ...COMMANDS.flatMap((name) => onPath(machine, name)),
    ...usualPlaces(machine),
    ...playwrightCache(machine),
  ];
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string[]}
 */
function usualPlaces(machine) {
  const { env, home, path, platform } = machine;
  if (platform === 'darwin') {
    return ['/Applications', path.join(home, 'Applications')].flatMap((folder) =>
      MAC_APPS.map(([app = '', binary = '']) => path.join(folder, app, 'Contents', 'MacOS', binary)),
    );
  }
  if (platform === 'win32') {
    return [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => WINDOWS_PROGRAMS.map((program) => path.join(folder, ...program)));
  }
  return [
    ...['/usr/bin', '/usr/local/bin', '/snap/bin'].flatMap((folder) =>
      COMMANDS.map((name) => path.join(folder, name)),
    ),
    '/opt/google/chrome/chrome',
    '/opt/microsoft/msedge/msedge',
  ];
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string[]}
 */
function playwrightCache(machine) {
  const { env, home, path, platform } = machine;
  /** @type {[string, string[][]]} */
  const [usual, programs] =
    platform === 'darwin'
      ? [
          path.join(home, 'Library', 'Caches', 'ms-playwright'),
          ['chrome-mac-arm64', 'chrome-mac-x64', 'chrome-mac'].flatMap((folder) => [
            [folder, 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
            [folder, 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
          ]),
        ]
      : platform === 'win32'
        ? [
            path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'ms-playwright'),
            ['chrome-win64', 'chrome-win'].map((folder) => [folder, 'chrome.exe']),
          ]
        : [
            path.join(env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'), 'ms-playwright'),
            ['chrome-linux64', 'chrome-linux'].map((folder) => [folder, 'chrome']),
          ];
  const root = env['PLAYWRIGHT_BROWSERS_PATH'] ?? usual;
  return programs.flatMap((program) => inFolders(machine, root, /^chromium-\d+$/, ...program));
}
