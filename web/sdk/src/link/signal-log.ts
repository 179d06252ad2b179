import type { Route, SignalTrace } from '../events.ts';
import type { Clock } from '../lib/clock.ts';

/** More would only grow: a link that needs this many signals is understood by its first ones. */
const TRACES_MAX = 200;
const PARTS = ['offer', 'answer', 'candidates'] as const;

/** What can be traced: a signal state, or a standing offer in its place. */
type Signal = { readonly conn: number; readonly rev: number; readonly [part: string]: unknown };

/** The signals of one link, as they passed. */
export class SignalLog {
  readonly #clock: Clock;
  readonly #onTrace: (trace: SignalTrace) => void;
  readonly #traces: SignalTrace[] = [];

  constructor(clock: Clock, onTrace: (trace: SignalTrace) => void) {
    this.#clock = clock;
    this.#onTrace = onTrace;
  }

  get traces(): readonly SignalTrace[] {
    return this.#traces;
  }

  add(direction: SignalTrace['direction'], route: Route, signal: Signal): void {
    const { conn, rev } = signal;
    const trace = {
      at: this.#clock.now(),
      direction,
      route,
      parts: PARTS.filter((part) => part in signal),
      conn,
      rev,
    };
    if (this.#traces.length < TRACES_MAX) this.#traces.push(trace);
    this.#onTrace(trace);
  }
}
