import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { PROJECT_ROOT } from '../setup/set-up.mjs';
import { startGuard, type Guard } from '../stack/guard.ts';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** The client under test, as a process of its own. It ends with this program, however that ends. */
export class ForeignClient {
  readonly #guard: Guard;
  readonly #child: Child;
  readonly #ended: Promise<string>;

  constructor(command: string, variables: Readonly<Record<string, string>>, say: (line: string) => void) {
    const mark = `firesignal-client-${randomBytes(6).toString('hex')}`;
    this.#guard = startGuard({ mark, paths: [] });
    const isWindows = process.platform === 'win32';
    // A second command, so that the shell stays: it has the mark, and leads the group.
    const line = isWindows ? command : `${command}\nexit $? # ${mark}`;
    this.#child = spawn(line, {
      shell: true,
      detached: !isWindows,
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...variables },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'exit').then(([code, signal]: (number | string | null)[]) =>
      code === null ? `signal ${String(signal)}` : `code ${String(code)}`,
    );
    this.#child.on('error', (error) => say(`client: ${error.message}`));
    this.#child.stdin.on('error', () => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      createInterface({ input: stream }).on('line', (text) => say(`client: ${text}`));
  }

  /** Settles when the process has ended, with how: `code 0`, `signal SIGKILL`. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  /** Tells it to leave. */
  tellToLeave(): void {
    this.#child.stdin.end();
  }

  /** Ends it, if it has not ended by itself within a time. Returns whether it had. */
  async end(withinMs: number): Promise<boolean> {
    this.tellToLeave();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs);
    });
    const isEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
    const byItself = isEnded || (await Promise.race([this.#ended.then(() => true), late]));
    clearTimeout(timer);
    await this.#guard.cleanUp();
    return byItself;
  }
}
