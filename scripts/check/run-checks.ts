import { spawn } from 'node:child_process';
import { PROJECT_ROOT } from '../setup/set-up.mjs';

export type Check = {
  /** In package.json, so that each can be run alone. */
  readonly script: string;
  readonly title: string;
};

/** More would only take turns on a machine of two cores. */
const AT_ONCE = 2;

/**
 * Runs them all, whatever becomes of the first ones: one run shows everything there is to correct.
 * @returns how many failed
 */
export async function runChecks(checks: readonly Check[], say: (line: string) => void): Promise<number> {
  const waiting = [...checks];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = performance.now();
      const { ok, output } = await runScript(check.script);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`${ok ? '✓' : '✗'} ${check.title} (${seconds} s)`);
      if (ok) continue;
      failed++;
      say(`\n${output.trim()}\n\nAlone: npm run ${check.script}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
}

function runScript(script: string): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a .cmd file on Windows, which only a shell can start.
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
