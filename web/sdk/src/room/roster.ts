import { uidOf } from '@firesignal/protocol';
import type { RosterEntry } from '../events.ts';
import type { Clock } from '../lib/clock.ts';
import { deferred, withDeadline } from '../lib/settle.ts';
import type { Room, Seat } from './room-documents.ts';

/** What a roster entry says beyond its seat. */
export type RosterView = {
  readonly host: string | undefined;
  /** Whether there is an open link to the peer: then a mark on its seat has been disproved. */
  readonly isLinked: (peerId: string) => boolean;
};

/** Who holds which seat. */
export class Roster {
  readonly #selfId: string;
  readonly #checks = new Set<() => void>();
  #seats: ReadonlyMap<number, Seat> = new Map();
  #tombstones: ReadonlyMap<number, Seat> = new Map();

  constructor(selfId: string) {
    this.#selfId = selfId;
  }

  /** Seats whose holders were thrown out are there, but hold nobody. */
  update(seats: ReadonlyMap<number, Seat>): void {
    this.#seats = heldSeats(seats);
    this.#tombstones = new Map([...seats].filter(([number]) => !this.#seats.has(number)));
    for (const check of this.#checks) check();
  }

  /** Waits until the seats are as asked for, but no longer than the given time, nor after an abort. Never throws. */
  async until(
    isAsked: (seats: ReadonlyMap<number, Seat>) => boolean,
    clock: Clock,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const shown = deferred<undefined>();
    const check = (): void => {
      if (isAsked(this.#seats)) shown.resolve(undefined);
    };
    this.#checks.add(check);
    check();
    await withDeadline(shown.promise, clock, deadlineMs, signal).catch(() => undefined);
    this.#checks.delete(check);
  }

  get seats(): ReadonlyMap<number, Seat> {
    return this.#seats;
  }

  /** The seats of those who were thrown out: free, but written over. */
  get tombstones(): ReadonlyMap<number, Seat> {
    return this.#tombstones;
  }

  /** The seat that a peer holds. */
  seatOf(peerId: string): number | undefined {
    for (const [seat, { peer }] of this.#seats) if (peer === peerId) return seat;
    return undefined;
  }

  entries({ host, isLinked }: RosterView): readonly RosterEntry[] {
    return [...this.#seats]
      .sort(([one], [other]) => one - other)
      .map(([seat, { peer, name, role, joinedAt, lostAt }]) => ({
        peerId: peer,
        name,
        role,
        seat,
        joinedAt: new Date(joinedAt.epochMs),
        lost: lostAt !== undefined && peer !== this.#selfId && !isLinked(peer),
        isHost: uidOf(peer) === host,
        isSelf: peer === this.#selfId,
      }));
  }
}

export function heldSeats(seats: ReadonlyMap<number, Seat>): ReadonlyMap<number, Seat> {
  return new Map([...seats].filter(([, { kicked }]) => kicked === undefined));
}

/** The seat by which the host of a room is known to be there. */
export function hostSeatOf({ hostSeat = 0 }: Pick<Room, 'hostSeat'>): number {
  return hostSeat;
}

/**
 * The free seats of a roster, in random order: joiners who take the lowest collide. The host's is the host's first choice, and
 * the last one of everybody else.
 */
export function freeSeats(
  seats: ReadonlyMap<number, Seat>,
  capacity: number,
  { hostSeat, isHost }: { readonly hostSeat: number; readonly isHost: boolean },
): readonly number[] {
  const hostOrder = isHost ? -1 : 1;
  return Array.from({ length: capacity }, (_, seat) => ({
    seat,
    order: seat === hostSeat ? hostOrder : Math.random(),
  }))
    .filter(({ seat }) => !seats.has(seat))
    .sort((one, other) => one.order - other.order)
    .map(({ seat }) => seat);
}
