import { ROSTER_ECHO_DEADLINE_MS } from '../defaults.ts';
import type { Clock } from '../lib/clock.ts';
import { deferred, withDeadline } from '../lib/settle.ts';
import type { Seat } from './room-documents.ts';
import type { Roster } from './roster.ts';

/** What is known of the own seat, and what is being done with it: one thing at a time. */
export class OwnSeat {
  /** The seat that a join has got for certain, and that has not been given back since. */
  number: number | undefined;
  readonly #clock: Clock;
  readonly #roster: Roster;
  readonly #peerId: string;
  /** Settles when the roster shows this peer. */
  #echo = deferred<undefined>();
  /** Settles when it no longer does. */
  #absence = deferred<undefined>();
  #work: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #isReleased = false;

  constructor(clock: Clock, roster: Roster, peerId: string) {
    this.#clock = clock;
    this.#roster = roster;
    this.#peerId = peerId;
  }

  /** The seat as the roster shows it. */
  get shown(): Seat | undefined {
    const seat = this.number === undefined ? undefined : this.#roster.seats.get(this.number);
    return seat?.peer === this.#peerId ? seat : undefined;
  }

  /** Also one that we have without knowing: what became of a join can stay unknown for a while. */
  get mayBeHeld(): boolean {
    return this.number !== undefined || this.#roster.seatOf(this.#peerId) !== undefined;
  }

  /** It is being taken, or given back. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  get settled(): Promise<unknown> {
    return this.#work;
  }

  occupy(work: Promise<unknown>): void {
    this.#isBusy = true;
    this.#work = work.catch(() => undefined).finally(() => (this.#isBusy = false));
  }

  rosterChanged(): void {
    const isShown = this.#roster.seatOf(this.#peerId) !== undefined;
    (isShown ? this.#echo : this.#absence).resolve(undefined);
  }

  /** From now on, an echo is one of the join that begins. */
  expect(): void {
    this.#echo = deferred();
  }

  echo(deadlineMs: number): Promise<void> {
    return withDeadline(this.#echo.promise, this.#clock, deadlineMs).catch(() => undefined);
  }

  /** It was given back: until the roster tells, it would be taken for another. */
  async gone(): Promise<void> {
    this.number = undefined;
    if (this.#isReleased || !this.mayBeHeld) return;
    this.#absence = deferred();
    await withDeadline(this.#absence.promise, this.#clock, ROSTER_ECHO_DEADLINE_MS).catch(() => undefined);
  }

  /** The visit ends: nobody waits for the roster any more. */
  release(): void {
    this.#isReleased = true;
    this.#absence.resolve(undefined);
  }
}
