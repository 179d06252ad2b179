import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanUp, type Remains } from './clean-up.mjs';

const WATCHDOG = fileURLToPath(new URL('watchdog.mjs', import.meta.url));

/** Ends a stack when asked to, and when this process ends without having been asked. */
export type Guard = {
  readonly pid: number;
  /** Ends the stack's processes and removes its files. Calling it again waits for the same. */
  cleanUp(): Promise<void>;
};

/** Call it before the stack's first process starts. */
export function startGuard(remains: Remains): Guard {
  const watchdog = spawn(process.execPath, [WATCHDOG], {
    // Its own group: Ctrl-C in a terminal goes to the whole group of the command.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (watchdog.pid === undefined) throw new Error('Could not start the watchdog of a stack.');
  // Somebody ended it: clean-up is then done here.
  watchdog.stdin.on('error', () => undefined);
  watchdog.stdin.write(`${JSON.stringify(remains)}\n`);
  // The stack keeps no process alive: when a program is done, its stack is.
  watchdog.unref();

  let done: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    if (watchdog.exitCode === null && watchdog.signalCode === null) {
      watchdog.ref();
      watchdog.stdin.end();
      await once(watchdog, 'exit');
    }
    // Nothing is left to do for this unless the watchdog was ended before it was done.
    await cleanUp(remains);
  };
  return {
    pid: watchdog.pid,
    cleanUp: () => (done ??= run()),
  };
}
