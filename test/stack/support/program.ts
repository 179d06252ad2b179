import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Service } from '../../../scripts/stack/index.ts';
import { PROJECT_ROOT } from '../../../scripts/setup/set-up.mjs';

/** What the program in start-and-wait.ts says. */
export type ProgramEvent = {
  readonly progress?: string;
  readonly running?: RunningStack;
};

export type RunningStack = {
  readonly id: string;
  readonly ports: readonly number[];
  readonly pids: readonly number[];
};

export type Program = {
  readonly child: ChildProcess;
  /** Waits for the first event, or later one, that `pick` finds something in. */
  next<T>(pick: (event: ProgramEvent) => T | undefined): Promise<T>;
  /** Settles when the program is gone. */
  readonly gone: Promise<void>;
};

const PROGRAM = path.join(PROJECT_ROOT, 'test', 'stack', 'support', 'start-and-wait.ts');

export type ProgramOptions = {
  /** What it does once the stack runs: go on, or be done as a program that forgets to stop it. */
  readonly then: 'wait' | 'return';
  readonly services: readonly Service[];
  /** @defaultValue the project itself, not a clone of it */
  readonly root?: string;
};

/** Starts a program that starts a stack. */
export function startProgram({ then, services, root = PROJECT_ROOT }: ProgramOptions): Program {
  const stackModule = pathToFileURL(path.join(root, 'scripts', 'stack', 'index.ts')).href;
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, stackModule, then, services.join(',')], {
    cwd: PROJECT_ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    // A group of its own, so that a test can send it what a terminal sends.
    detached: true,
  });
  const events: ProgramEvent[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => events.push(JSON.parse(line) as ProgramEvent));
  return {
    child,
    gone: once(child, 'exit').then(() => undefined),
    next: async (pick) => {
      for (let at = 0; ; at++) {
        while (events[at] === undefined) {
          if (child.exitCode !== null) throw new Error(`The program ended early: ${child.exitCode}`);
          await Promise.race([once(lines, 'line'), once(child, 'exit')]);
        }
        const found = pick(events[at] ?? {});
        if (found !== undefined) return found;
      }
    },
  };
}
