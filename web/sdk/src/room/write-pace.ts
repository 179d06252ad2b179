import { LIMITS } from '@firesignal/protocol';
import type { Clock } from '../lib/clock.ts';

/** How many writes in a row a document takes, and how long it takes for each of them to be forgotten. */
type Row = { readonly max: number; readonly refillMs: number };

const MAIL: Row = { max: LIMITS.MAIL_BURST_MAX, refillMs: LIMITS.MAIL_REFILL_SECONDS * 1_000 };
const BEACON: Row = { max: LIMITS.BEACON_BURST_MAX, refillMs: LIMITS.BEACON_REFILL_SECONDS * 1_000 };

function rowOf(path: string): Row | undefined {
  const collection = path.split('/')[2];
  if (collection === 'mailboxes') return MAIL;
  return collection === 'beacons' ? BEACON : undefined;
}

type Last = {
  readonly burst: number;
  /** When its outcome was heard of here. */
  readonly at: number;
  /** Whether it was acknowledged: else it may have been applied, or not, or be applied late. */
  readonly isKnown: boolean;
};

/**
 * Counts the writes in a row to mail and beacons, as the rules do, and waits where they would refuse. The server's clock is not
 * known: between two writes at least so much time passes there as between an acknowledgement and the next request here. After
 * a write that failed nothing is forgotten: a number that is too high does no harm, one that is too low is refused.
 */
export class WritePace {
  readonly #clock: Clock;
  readonly #last = new Map<string, Last>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Number of the write to this document that would be sent now; undefined: the document has none. */
  burst(path: string): number | undefined {
    const row = rowOf(path);
    return row && Math.min(this.#next(path, row), row.max);
  }

  /** Milliseconds until one more write to this document would be taken. */
  waitMs(path: string): number {
    const row = rowOf(path);
    const last = this.#last.get(path);
    const over = row === undefined ? 0 : this.#next(path, row) - row.max;
    if (row === undefined || last === undefined || over <= 0) return 0;
    return over * row.refillMs - (this.#since(last) % row.refillMs);
  }

  /** A write was acknowledged. */
  wrote(path: string, burst: number): void {
    this.#last.set(path, { burst, at: this.#clock.now(), isKnown: true });
  }

  /** A write was refused or given up, or nobody knows. A deletion has no number. */
  failed(path: string, burst = 0): void {
    const last = this.#last.get(path);
    if (last === undefined && burst === 0) return;
    const highest = Math.max(burst, last?.burst ?? 0);
    this.#last.set(path, { burst: highest, at: this.#clock.now(), isKnown: false });
  }

  /** The next write makes the document anew. */
  forget(path: string): void {
    this.#last.delete(path);
  }

  #next(path: string, { max, refillMs }: Row): number {
    const last = this.#last.get(path);
    if (last === undefined) return 1;
    const next = last.burst + 1;
    const forgotten = Math.floor(this.#since(last) / refillMs);
    return last.isKnown ? Math.max(1, next - forgotten) : next - Math.min(forgotten, Math.max(0, next - max));
  }

  /** A clock that was put back has to wait for nothing. */
  #since({ at }: Last): number {
    return Math.max(0, this.#clock.now() - at);
  }
}
