import type { Clock } from './clock.ts';

/** Runs what it is given at most once in an interval: at once when it can, else the latest when the interval is over. */
export class Pace {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #ranAt = -Infinity;
  #latest: (() => void) | undefined;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  run(task: () => void): void {
    const waitMs = this.#ranAt + this.#intervalMs - this.#clock.now();
    if (waitMs <= 0 && this.#latest === undefined) {
      this.#ranAt = this.#clock.now();
      task();
      return;
    }
    if (this.#latest === undefined) this.#cancel = this.#clock.after(waitMs, () => this.#next());
    this.#latest = task;
  }

  stop(): void {
    this.#cancel();
    this.#latest = undefined;
  }

  #next(): void {
    const task = this.#latest;
    this.#latest = undefined;
    if (task !== undefined) this.run(task);
  }
}
