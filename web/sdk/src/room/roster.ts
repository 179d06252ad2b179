import type { RosterEntry } from '../events.ts';
import type { Seat } from './room-documents.ts';

/** Who holds which seat. */
export class Roster {
  readonly #selfId: string;
  #seats: ReadonlyMap<number, Seat> = new Map();

  constructor(selfId: string) {
    this.#selfId = selfId;
  }

  update(seats: ReadonlyMap<number, Seat>): void {
    this.#seats = seats;
  }

  get seats(): ReadonlyMap<number, Seat> {
    return this.#seats;
  }

  /** The seat that a peer holds. */
  seatOf(peerId: string): number | undefined {
    for (const [seat, { peer }] of this.#seats) if (peer === peerId) return seat;
    return undefined;
  }

  get entries(): readonly RosterEntry[] {
    return [...this.#seats]
      .sort(([one], [other]) => one - other)
      .map(([seat, { peer, name, role, joinedAt, lostAt }]) => ({
        peerId: peer,
        name,
        role,
        seat,
        joinedAt: new Date(joinedAt.epochMs),
        lost: lostAt !== undefined,
        isSelf: peer === this.#selfId,
      }));
  }
}

/** The free seats of a roster, in random order: joiners who take the lowest collide. */
export function freeSeats(seats: ReadonlyMap<number, Seat>, capacity: number): readonly number[] {
  return Array.from({ length: capacity }, (_, seat) => ({ seat, order: Math.random() }))
    .filter(({ seat }) => !seats.has(seat))
    .sort((one, other) => one.order - other.order)
    .map(({ seat }) => seat);
}
