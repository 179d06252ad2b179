/**
 * What the set-up may ask of the machine it runs on. The finding logic only sees this, so that tests can describe
 * any machine as data.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {string} home
 * @property {boolean} isRoot
 * @property {path.PlatformPath} path path rules of that platform
 * @property {(file: string) => boolean} isFile
 * @property {(folder: string) => string[]} list the names in a folder; none if there is no such folder
 * @property {(file: string) => string} real the path with its symbolic links followed
 * @property {(command: string, args: readonly string[]) => { ok: boolean; output: string }} run
 *   runs a short command that asks something; `output` has both of its streams
 */

/** A hung `--version` (a browser wrapper without a display, say) must not hang the set-up. */
const QUESTION_TIMEOUT_MS = 20_000;

/** @returns {Machine} the machine this process runs on */
export function thisMachine() {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isRoot: process.getuid?.() === 0,
    path,
    isFile: (file) => {
      try {
        return statSync(file).isFile();
      } catch {
        return false;
      }
    },
    list: (folder) => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    },
    real: (file) => {
      try {
        return realpathSync(file);
      } catch {
        return file;
      }
    },
    run: (command, args) => {
      const { error, status, stdout, stderr } = spawnSync(command, args, {
        encoding: 'utf8',
        timeout: QUESTION_TIMEOUT_MS,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      // No such command: then there are no streams either.
      if (error !== undefined) return { ok: false, output: '' };
      return { ok: status === 0, output: stdout + stderr };
    },
  };
}

/**
 * Every place on the PATH that has the command, in order.
 * @param {Machine} machine
 * @param {string} name
 * @returns {string[]}
 */
export function onPath(machine, name) {
  const file = machine.platform === 'win32' ? `${name}.exe` : name;
  const folders = (machine.env['PATH'] ?? machine.env['Path'] ?? '').split(machine.path.delimiter);
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => machine.path.join(folder, file))
    .filter((candidate) => machine.isFile(candidate));
}

/**
 * Files of the shape `folder/<name>/rest`, for every name in the folder that matches, the newest version first.
 * @param {Machine} machine
 * @param {string} folder
 * @param {RegExp} pattern
 * @param {...string} rest
 * @returns {string[]}
 */
export function inFolders(machine, folder, pattern, ...rest) {
  return machine
    .list(folder)
    .filter((name) => pattern.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => machine.path.join(folder, name, ...rest))
    .filter((candidate) => machine.isFile(candidate));
}

/**
 * The folder for things that outlive a clone of the project, such as a compiled emulator.
 * @param {Machine} machine
 * @returns {string}
 */
export function userCacheFolder(machine) {
  const { env, home, path: paths, platform } = machine;
  if (platform === 'win32') {
    return paths.join(env['LOCALAPPDATA'] ?? paths.join(home, 'AppData', 'Local'), 'firesignal', 'cache');
  }
  if (platform === 'darwin') return paths.join(home, 'Library', 'Caches', 'firesignal');
  return paths.join(env['XDG_CACHE_HOME'] ?? paths.join(home, '.cache'), 'firesignal');
}
