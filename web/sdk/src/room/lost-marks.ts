import { LIMITS } from '@firesignal/protocol';
import { LOST_AFTER_MS, LOST_LATE_MS, LOST_STAGGER_MS, SERVER_CLOCK_MARGIN_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import type { LinkState } from '../events.ts';
import { Timers, type Clock } from '../lib/clock.ts';
import type { RoomDocuments } from './room-documents.ts';
import { lostMarkWrite } from './room-writes.ts';
import type { Roster } from './roster.ts';

export type LostMarksOptions = {
  readonly clock: Clock;
  readonly serverNow: () => number;
  readonly documents: RoomDocuments;
  readonly roomId: string;
  readonly peerId: string;
  readonly roster: Roster;
  /** State of the link to a peer, where there is one. */
  readonly linkState: (peerId: string) => LinkState | undefined;
  /** A peer that is marked turns out to be there. */
  readonly onCleared: () => void;
};

/** A peer that has not been heard of since a moment, and the marks of that moment that say nothing about it. */
type Silence = { readonly theirs: number | undefined; readonly own: number | undefined; isExtended: boolean };

/**
 * Notices neighbours that have gone without a word, and marks their seats lost: long before the lease ends, so that others
 * may take them. A neighbour that is alive answers by renewing its lease. One mark of all the room is enough.
 */
export class LostMarks {
  readonly #options: LostMarksOptions;
  readonly #timers: Timers;
  /** By peer; until a link is up again, or the seat is free. */
  readonly #silent = new Map<string, Silence>();
  /** Peers that have been heard of. */
  readonly #met = new Set<string>();
  #isRunning = false;

  constructor(options: LostMarksOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  start(): void {
    this.#isRunning = true;
    this.check();
  }

  /** Roster or links have changed. */
  check(): void {
    if (!this.#isRunning) return;
    const { roster, peerId, linkState } = this.#options;
    for (const { peer, lostAt } of [...roster.seats.values()]) {
      if (peer === peerId) continue;
      const state = linkState(peer);
      const isMet = this.#met.has(peer);
      if (state === 'connected') this.#heard(peer, lostAt !== undefined);
      else if (state === 'waiting' || state === 'connecting') {
        // A link that has never been up is given up first.
        if (!isMet) this.#forget(peer);
        // Who has said goodbye has no link, and soon no seat.
      } else if (!this.#silent.has(peer)) {
        // Of somebody whom we have not met, a mark says all that there is to say.
        const theirs = isMet ? lostAt?.epochMs : undefined;
        this.#silent.set(peer, { theirs, own: this.#markOf(peerId), isExtended: false });
        this.#wait(peer);
      }
    }
    for (const peer of this.#silent.keys()) if (roster.seatOf(peer) === undefined) this.#forget(peer);
  }

  /** The page or the network is back: the silence may have been ours. */
  hurry(): void {
    for (const peer of this.#silent.keys()) if (this.#timers.has(peer)) this.#wait(peer);
  }

  stop(): void {
    this.#isRunning = false;
    this.#timers.clearAll();
  }

  #heard(peer: string, isMarked: boolean): void {
    this.#met.add(peer);
    if (this.#forget(peer) && isMarked) this.#options.onCleared();
  }

  #forget(peer: string): boolean {
    this.#timers.clear(peer);
    return this.#silent.delete(peer);
  }

  #wait(peer: string, ms = LOST_AFTER_MS): void {
    const { clock } = this.#options;
    const patience = ms + (this.#rank() + Math.random() / 2) * LOST_STAGGER_MS;
    const due = clock.now() + patience;
    this.#timers.set(peer, patience, () => {
      // The page was asleep, and has heard of nobody.
      if (clock.now() - due > LOST_LATE_MS) this.#wait(peer);
      else void this.#mark(peer);
    });
  }

  /** How many others come first: those in lower seats, as far as they are there. */
  #rank(): number {
    const { roster, peerId } = this.#options;
    const own = roster.seatOf(peerId) ?? 0;
    return [...roster.seats].filter(([seat, { peer }]) => seat < own && !this.#silent.has(peer)).length;
  }

  #markOf(peer: string): number | undefined {
    const { roster } = this.#options;
    return roster.seats.get(roster.seatOf(peer) ?? -1)?.lostAt?.epochMs;
  }

  async #mark(peer: string): Promise<void> {
    const { documents, roomId, roster, peerId, serverNow } = this.#options;
    const silence = this.#silent.get(peer);
    const [seat, own, mark] = [roster.seatOf(peer), roster.seatOf(peerId), this.#markOf(peer)];
    if (silence === undefined || seat === undefined || own === undefined) return;
    // Somebody was faster; or it is we whom the others miss.
    if (mark !== silence.theirs || this.#markOf(peerId) !== silence.own) return;
    // Where all are silent, the fault may be ours: the others, who hear each other, come first.
    const isAlone = this.#silent.size > 1 && this.#silent.size + 1 >= roster.seats.size;
    const cooledIn =
      (mark ?? 0) + LIMITS.LOST_COOLDOWN_SECONDS * 1_000 + SERVER_CLOCK_MARGIN_MS - serverNow();
    if ((isAlone && !silence.isExtended) || cooledIn > 0) {
      silence.isExtended ||= isAlone;
      this.#wait(peer, Math.max(cooledIn, LOST_AFTER_MS));
      return;
    }
    try {
      await documents.commit([lostMarkWrite(roomId, seat, own)]);
    } catch (error) {
      // Refused: there is a mark, or no seat any more.
      const isRefused = SignalingError.from(error).code === 'signaling/permission-denied';
      if (!isRefused && this.#isRunning && this.#silent.has(peer)) this.#wait(peer);
    }
  }
}
