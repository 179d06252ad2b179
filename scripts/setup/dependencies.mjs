/** Tells whether node_modules holds what package-lock.json asks for, however it was installed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{ version?: string; resolved?: string; link?: boolean; optional?: boolean; devOptional?: boolean; peer?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lockfile
 */

/**
 * @param {string} root the project's folder
 * @returns {boolean}
 */
export function dependenciesAreInstalled(root) {
  const wanted = readLockfile(path.join(root, 'package-lock.json'));
  // npm's own record of what it has put there; it is written last, so a broken install has none.
  const installed = readLockfile(path.join(root, 'node_modules', '.package-lock.json'));
  return wanted !== undefined && installed !== undefined && isSatisfied(wanted, installed);
}

/**
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 */
export function isSatisfied(wanted, installed) {
  return Object.entries(wanted.packages).every(([folder, locked]) => {
    // '' and the workspaces' own folders are sources, not installed packages.
    if (!folder.includes('node_modules/')) return true;
    const present = installed.packages[folder];
    // npm leaves out what is made for other platforms.
    if (present === undefined) return locked.optional === true;
    return locked.link === true ? present.resolved === locked.resolved : present.version === locked.version;
  });
}

/**
 * @param {string} file
 * @returns {Lockfile | undefined}
 */
function readLockfile(file) {
  try {
    /** @type {unknown} */
    const content = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof content !== 'object' || content === null || !('packages' in content)) return undefined;
    return /** @type {Lockfile} */ (content);
  } catch {
    return undefined;
  }
}
