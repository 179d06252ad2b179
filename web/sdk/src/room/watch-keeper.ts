import type { SignalingError } from '../errors.ts';
import { Timers, type Clock } from '../lib/clock.ts';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/**
 * Watches that are started again when the backend ends them: an established listener may be refused for a moment, for
 * instance while a token is refreshed. All of them end together.
 */
export class WatchKeeper {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #stops = new Map<string, () => void>();
  readonly #report: (error: SignalingError) => void;

  constructor(clock: Clock, report: (error: SignalingError) => void) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#report = report;
  }

  /** Runs `start` now, and again after each error that it reports. */
  keep(
    name: string,
    start: (onError: (error: SignalingError) => void) => () => void,
    delayMs = FIRST_RETRY_MS,
  ): void {
    this.stop(name);
    const startedAt = this.#clock.now();
    const stop = start((error) => {
      this.#report(error);
      // One that has lived for a while is not refused for the reason of the last time.
      const hasLived = this.#clock.now() - startedAt > LAST_RETRY_MS;
      const pauseMs = hasLived ? FIRST_RETRY_MS : delayMs;
      this.#timers.set(name, pauseMs, () => this.keep(name, start, Math.min(LAST_RETRY_MS, pauseMs * 2)));
    });
    this.#stops.set(name, stop);
  }

  stop(name: string): void {
    this.#timers.clear(name);
    this.#stops.get(name)?.();
    this.#stops.delete(name);
  }

  stopAll(): void {
    for (const name of [...this.#stops.keys()]) this.stop(name);
  }
}
