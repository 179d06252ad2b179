import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../scripts/setup/set-up.mjs';
import { processesWithMark } from '../../../scripts/stack/processes.mjs';

/** Everything of a stack that can be found on the machine. Empty: there is nothing left of it. */
export async function tracesOf(
  stack: { readonly id: string; readonly ports: readonly number[] },
  root = PROJECT_ROOT,
): Promise<string[]> {
  const processes = processesWithMark(stack.id).map((pid) => `process ${pid}`);
  const files = readdirSync(root).filter((name) => name.includes(stack.id));
  const folder = path.join(tmpdir(), stack.id);
  const ports = await Promise.all(
    stack.ports.map(async (port) => ((await isListening(port)) ? [`port ${port}`] : [])),
  );
  return [...processes, ...files, ...(existsSync(folder) ? [folder] : []), ...ports.flat()];
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
