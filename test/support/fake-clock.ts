import type { Clock } from '../../web/sdk/src/lib/clock.ts';
import { settled } from './tasks.ts';

type Timer = { readonly due: number; readonly task: () => void };

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { due: this.#now + Math.max(0, delayMs), task };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass: runs what is due, in order, each with all its consequences. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.task();
      await settled();
    }
    this.#now = end;
  }

  /** The machine sleeps: time passes, and whatever was due meanwhile comes late. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  #next(end: number): Timer | undefined {
    // The sort is stable: timers of the same moment run in the order in which they were set.
    const [first] = [...this.#timers].sort((one, other) => one.due - other.due);
    return first !== undefined && first.due <= end ? first : undefined;
  }
}
