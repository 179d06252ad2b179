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

/**
 * Counts the writes in a row to mail and beacons, as the rules do, and waits where they would refuse. The server's clock is not
 * known: between two writes at least so much time passes there as between an acknowledgement and the next request here.
 */
export class WritePace {
  readonly #clock: Clock;
  readonly #last = new Map<string, { readonly burst: number; readonly ackedAt: number }>();

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
    const over = row === undefined ? 0 : this.#next(path, row) - row.max;
    if (row === undefined || over <= 0) return 0;
    const { ackedAt } = this.#last.get(path) ?? { ackedAt: 0 };
    const heard = Math.floor((this.#clock.now() - ackedAt) / row.refillMs);
    return ackedAt + (heard + over) * row.refillMs - this.#clock.now();
  }

  /** A write was answered, or given up. */
  wrote(path: string, burst: number): void {
    this.#last.set(path, { burst, ackedAt: this.#clock.now() });
  }

  /** The next write makes the document anew. */
  forget(path: string): void {
    this.#last.delete(path);
  }

  #next(path: string, { refillMs }: Row): number {
    const last = this.#last.get(path);
    if (last === undefined) return 1;
    return Math.max(0, last.burst - Math.floor((this.#clock.now() - last.ackedAt) / refillMs)) + 1;
  }
}
