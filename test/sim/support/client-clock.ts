import type { Clock } from '../../../web/sdk/src/lib/clock.ts';

/** The clock of one machine: it may be off, and it stops with the machine. */
export class ClientClock implements Clock {
  readonly #time: Clock;
  readonly #skewMs: number;
  readonly #cancels = new Set<() => void>();
  #isStopped = false;

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
    const stop = this.#time.after(delayMs, () => {
      this.#cancels.delete(cancel);
      task();
    });
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** The machine is gone, with everything that it was going to do. */
  stop(): void {
    this.#isStopped = true;
    for (const cancel of [...this.#cancels]) cancel();
  }
}
