import type { Clock } from '../../lib/clock.ts';

/** The way between one client and the backend. */
export class Line {
  readonly #clock: Clock;
  readonly #delayMs: () => number;
  #isCut = false;

  constructor(clock: Clock, delayMs: () => number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** Brings something to the backend. */
  up(task: () => void): void {
    if (!this.#isCut) this.#clock.after(this.#delayMs(), task);
  }

  /** Brings something to the client. */
  down(task: () => void): void {
    this.#clock.after(this.#delayMs(), () => {
      if (!this.#isCut) task();
    });
  }

  /** A way to the client on which nothing overtakes: who comes before its time waits for those before it. */
  stream(): (task: () => void) => void {
    const tasks: (() => void)[] = [];
    let lastDue = 0;
    return (task) => {
      const now = this.#clock.now();
      lastDue = Math.max(lastDue, now + this.#delayMs());
      tasks.push(task);
      this.#clock.after(lastDue - now, () => {
        const next = tasks.shift();
        if (!this.#isCut) next?.();
      });
    };
  }

  /** The client is no more: nothing comes from it, and nothing reaches it. */
  cut(): void {
    this.#isCut = true;
  }
}
