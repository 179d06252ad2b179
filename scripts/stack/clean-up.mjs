/** Everything that a stack leaves on a machine, and its removal. */
import { rmSync } from 'node:fs';
import { endProcessesWithMark } from './processes.mjs';

/**
 * @typedef {object} Remains
 * @property {string} mark stands in the command line of each of the stack's processes
 * @property {string[]} paths files and folders
 */

/** @param {Remains} remains */
export async function cleanUp({ mark, paths }) {
  await endProcessesWithMark(mark);
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}
