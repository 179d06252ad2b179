import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { PROJECT_ROOT } from '../../../scripts/setup/set-up.mjs';

const run = promisify(execFile);

export const FUNCTIONS_FOLDER = path.join(PROJECT_ROOT, 'functions');

/** The functions' settings as a deployment has them. */
export function settings(): NodeJS.Dict<string> {
  return parseEnv(readFileSync(path.join(FUNCTIONS_FOLDER, '.env'), 'utf8'));
}

/** Bundles the functions, as a deployment does first. */
export async function buildFunctions(): Promise<void> {
  await npm(['run', '--silent', 'build:functions'], PROJECT_ROOT);
}

export async function npm(args: readonly string[], cwd: string): Promise<void> {
  // npm is a .cmd file on Windows, which only a shell can start.
  await run('npm', args, { cwd, shell: process.platform === 'win32' });
}

/** What a program prints that is run by Node.js in `cwd`. */
export async function node(program: string, cwd: string): Promise<string> {
  return (await run(process.execPath, ['--eval', program], { cwd })).stdout;
}
