import type { Clock } from '../../../web/sdk/src/lib/clock.ts';

/** The clock of one machine: it may be off, it stops with the machine, and its timers wait while that is suspended. */
export class ClientClock implements Clock {
  readonly #time: Clock;
  readonly #skewMs: number;
  readonly #cancels = new Set<() => void>();
  #isStopped = false;
  #isSuspended = false;
  /** What was due meanwhile. */
  readonly #overdue = new Set<() => void>();

  constructor(time: Clock, skewMs: number) {
    this.#time = time;
    this.#skewMs = skewMs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#cancels.size;
  }

  now(): number {
    return this.#time.now() + this.#skewMs;
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.#isStopped) return () => undefined;
    const run = (): void => {
      this.#cancels.delete(cancel);
      task();
    };
    const stop = this.#time.after(delayMs, () => {
      if (this.#isSuspended) this.#overdue.add(run);
      else run();
    });
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      this.#overdue.delete(run);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  suspend(): void {
    this.#isSuspended = true;
  }

  /** All timers that are over by now fire at once, in the order in which they were due. */
  resume(): void {
    this.#isSuspended = false;
    for (const run of this.#overdue) {
      this.#overdue.delete(run);
      run();
    }
  }

  /** The machine is gone, with everything that it was going to do. */
  stop(): void {
    this.#isStopped = true;
    for (const cancel of [...this.#cancels]) cancel();
  }
}
