/** Runs commands that take minutes: shows that they go on, keeps their last words for the error message. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const SIGN_OF_LIFE_MS = 15_000;
const KEPT_LINES = 15;

/**
 * @typedef {object} LongCommand
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {number} timeLimitMs
 * @property {Record<string, string>} [env] on top of this process's environment
 * @property {(line: string) => void} say
 */

/**
 * @param {LongCommand} options
 * @returns {Promise<{ ok: boolean; lastLines: string }>}
 */
export function runLongCommand({ command, args, cwd, timeLimitMs, env = {}, say }) {
  return new Promise((resolve) => {
    const started = performance.now();
    /** @type {string[]} */
    const lines = [];
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeLimitMs,
      // npm is a .cmd file there, which only a shell can start.
      shell: process.platform === 'win32',
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() === '') return;
        lines.push(line.trim());
        if (lines.length > KEPT_LINES) lines.shift();
      });
    }
    const signOfLife = setInterval(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      say(`  … ${seconds} s: ${(lines.at(-1) ?? 'still running').slice(0, 100)}`);
    }, SIGN_OF_LIFE_MS);
    /** @param {boolean} ok @param {string} [reason] */
    const finish = (ok, reason) => {
      clearInterval(signOfLife);
      resolve({ ok, lastLines: [...lines, ...(reason === undefined ? [] : [reason])].join('\n') });
    };
    child.on('error', (error) => finish(false, error.message));
    child.on('close', (code, signal) => {
      if (signal === null) finish(code === 0);
      else finish(false, `${command} was ended (${signal}) after at most ${timeLimitMs / 1000} s`);
    });
  });
}
