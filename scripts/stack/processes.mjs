/**
 * Finds and ends the processes of one stack. They are known by a mark in their command lines, not by their parents:
 * firebase-tools starts Java in a process group of its own, and after a `kill -9` nobody's parent is left to ask.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Time to end in order; then they are killed. Nothing in an emulator is worth more waiting. */
const GRACE_MS = 2_000;
const LOOK_AGAIN_MS = 50;
/** A process that was just forked shows its parent's command line for a moment: look more than once. */
const EMPTY_LOOKS = 2;

/**
 * @param {string} mark
 * @returns {number[]} the processes whose command line contains the mark, without this one
 */
export function processesWithMark(mark) {
  return commandLines()
    .filter(({ pid, commandLine }) => pid !== process.pid && commandLine.includes(mark))
    .map(({ pid }) => pid);
}

/**
 * Ends every process with the mark, with what they have started in their groups. Returns when none is left.
 * @param {string} mark
 * @returns {Promise<void>}
 */
export async function endProcessesWithMark(mark) {
  const killAt = performance.now() + GRACE_MS;
  /** @type {Set<number>} */
  const asked = new Set();
  let emptyLooks = 0;
  while (emptyLooks < EMPTY_LOOKS) {
    const left = processesWithMark(mark);
    emptyLooks = left.length === 0 ? emptyLooks + 1 : 0;
    const late = performance.now() > killAt;
    for (const pid of left) {
      if (late) signal(pid, 'SIGKILL');
      // Once: firebase-tools takes a second one for an order to leave Java behind.
      else if (!asked.has(pid)) signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/**
 * To the whole group where the process leads one.
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch {
      // Leads no group, or is gone by now.
    }
  }
}

/** @returns {{ pid: number; commandLine: string }[]} */
function commandLines() {
  switch (process.platform) {
    case 'linux':
      // Not `ps`: small containers have none.
      return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => ({ pid: Number(name), commandLine: readCommandLine(name) }));
    case 'win32':
      return parseList(
        execFileSync('powershell', [
          '-NoProfile',
          '-Command',
          'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }',
        ]),
      );
    default:
      return parseList(execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args=']));
  }
}

/** @param {string} pid */
function readCommandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** @param {Buffer} output lines of "pid command line" */
function parseList(output) {
  return output
    .toString('utf8')
    .split('\n')
    .map((line) => {
      const [, pid = '0', commandLine = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), commandLine };
    });
}
