/** Remembers what was found, so that later runs only check that it is still there. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {'official' | 'hidane'} EmulatorKind
 * @typedef {{ kind: 'official'; java: string; javaMajor: number; jar: string }} OfficialEmulator
 * @typedef {{ kind: 'hidane'; command: string }} HidaneEmulator
 * @typedef {OfficialEmulator | HidaneEmulator} FirestoreEmulator
 *
 * @typedef {object} KnownTools
 * @property {EmulatorKind} [preferred] the emulator that runs when nobody asks for one
 * @property {OfficialEmulator} [official]
 * @property {HidaneEmulator} [hidane]
 * @property {string} [chromium]
 */

/** @param {string} root @returns {string} */
function cacheFolder(root) {
  return path.join(root, 'node_modules', '.cache', 'firesignal');
}

/**
 * @param {string} root the project's folder
 * @returns {KnownTools}
 */
export function readKnownTools(root) {
  try {
    /** @type {unknown} */
    const content = JSON.parse(readFileSync(path.join(cacheFolder(root), 'tools.json'), 'utf8'));
    return typeof content === 'object' && content !== null ? content : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} root
 * @param {KnownTools} tools
 */
export function writeKnownTools(root, tools) {
  const folder = cacheFolder(root);
  mkdirSync(folder, { recursive: true });
  // Renamed into place: another process may be reading.
  const draft = path.join(folder, `tools.${process.pid}.json`);
  writeFileSync(draft, `${JSON.stringify(tools, null, 2)}\n`);
  renameSync(draft, path.join(folder, 'tools.json'));
}

/**
 * What of it is still there.
 * @param {KnownTools} tools
 * @param {Pick<import('./machine.mjs').Machine, 'isFile'>} machine
 * @returns {KnownTools}
 */
export function stillThere({ preferred, official, hidane, chromium }, { isFile }) {
  const hasOfficial = official !== undefined && isFile(official.java) && isFile(official.jar);
  const hasHidane = hidane !== undefined && isFile(hidane.command);
  const hasPreferred = preferred === 'official' ? hasOfficial : preferred === 'hidane' && hasHidane;
  return {
    ...(hasPreferred && { preferred }),
    ...(hasOfficial && { official }),
    ...(hasHidane && { hidane }),
    ...(chromium !== undefined && isFile(chromium) && { chromium }),
  };
}
