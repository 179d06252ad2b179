import {
  ANSWER_DEADLINE_MS,
  CONNECT_DEADLINE_MS,
  DISCONNECTED_GRACE_MS,
  FAREWELL_GRACE_MS,
  HURRY_INTERVAL_MS,
  REPAIR_ATTEMPTS_MAX,
  REPAIR_JITTER_MS,
  SECOND_SIDE_DELAY_MS,
  WAIT_DEADLINE_MS,
} from '../defaults.ts';
import { Timers, type Clock } from '../lib/clock.ts';

/** Which rung of the ladder asks for a new connection: 0, it never came up; 2, it was up and broke. */
export type Rung = 0 | 2;

/** What a link may be waiting for. One at a time: a link has one next step. */
const PATIENCE = {
  /** The peer is to call us. */
  call: { ms: WAIT_DEADLINE_MS, rung: 0 },
  /** Our offer is to be answered. */
  answer: { ms: ANSWER_DEADLINE_MS, rung: 0 },
  /** Both descriptions are set. */
  connect: { ms: CONNECT_DEADLINE_MS, rung: 0 },
  /** ICE says `disconnected`, which may pass. */
  recovery: { ms: DISCONNECTED_GRACE_MS, rung: 2 },
  /** The connection has failed, or its channel has closed. A peer that is leaving says so elsewhere within moments. */
  nothing: { ms: FAREWELL_GRACE_MS, rung: 2 },
} as const satisfies Record<string, { ms: number; rung: Rung }>;

export type RepairOptions = {
  readonly clock: Clock;
  /** Whether this side made the present connection: then it acts first. */
  readonly isMaker: () => boolean;
  /** Make a new connection. */
  readonly rebuild: (rung: Rung, attempt: number) => void;
  readonly giveUp: () => void;
};

/** The repair ladder of one link: deadlines, and new connections up to a number of attempts. */
export class Repair {
  readonly #options: RepairOptions;
  readonly #timers: Timers;
  #attempts = 0;
  #hurriedAt = -HURRY_INTERVAL_MS;
  #isClosed = false;

  constructor(options: RepairOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** Nothing is to be repaired any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Makes a new connection unless {@link calm} is called in time. Replaces what was waited for before. */
  waitFor(what: keyof typeof PATIENCE): void {
    if (this.#isClosed) return;
    const { ms, rung } = PATIENCE[what];
    const patience = ms * (1 + this.#attempts / 2) + Math.random() * REPAIR_JITTER_MS;
    const courtesy = this.#options.isMaker() ? 0 : SECOND_SIDE_DELAY_MS;
    this.#timers.set('deadline', patience + courtesy, () => this.#climb(rung));
  }

  /** What was waited for has happened. */
  calm(): void {
    this.#timers.clearAll();
  }

  close(): void {
    this.calm();
    this.#isClosed = true;
  }

  /** The link works, or the peer has begun anew: the next trouble begins at the bottom of the ladder. */
  succeeded(): void {
    this.calm();
    this.#attempts = 0;
  }

  /**
   * Something changed for the better, such as the network: what is pending is done now, and what was given up is begun
   * again, from the bottom of the ladder. Wakes come in bursts: the first one counts.
   */
  hurry(rung: Rung): void {
    const { clock } = this.#options;
    if (this.#isClosed || clock.now() - this.#hurriedAt < HURRY_INTERVAL_MS) return;
    this.#hurriedAt = clock.now();
    this.succeeded();
    this.#climb(rung);
  }

  #climb(rung: Rung): void {
    this.#attempts += 1;
    if (this.#attempts > REPAIR_ATTEMPTS_MAX) this.#options.giveUp();
    else this.#options.rebuild(rung, this.#attempts);
  }
}
