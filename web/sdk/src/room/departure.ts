import { LEAVE_DEADLINE_MS } from '../defaults.ts';
import { withDeadline } from '../lib/settle.ts';
import { farewell, sayFarewell, withoutSeat, type Belongings } from './farewell.ts';
import type { Entry } from './entry.ts';
import type { Mesh } from './mesh.ts';
import type { OwnSeat } from './own-seat.ts';
import type { RoomDocuments } from './room-documents.ts';
import type { Visit } from './room-visit.ts';
import type { Roster } from './roster.ts';

export type DepartureOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly seat: OwnSeat;
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly entry: Entry;
  /** Whether the join is through. */
  readonly isSeated: () => boolean;
};

/** Takes away what the visit has in the room: all of it, or what a join has left behind that came to nothing. */
export class Departure {
  readonly #options: DepartureOptions;

  constructor(options: DepartureOptions) {
    this.#options = options;
  }

  /** Settles when nothing is under way that could still get an admission or a seat. Never throws. */
  async ready(): Promise<void> {
    const { entry, seat, visit } = this.#options;
    const underWay = Promise.all([entry.settled, seat.settled]);
    await withDeadline(underWay, visit.clock, LEAVE_DEADLINE_MS).catch(() => undefined);
  }

  /** Never throws. Returns whether the backend has answered. */
  async leave(): Promise<boolean> {
    const { documents, seat, entry, visit } = this.#options;
    await withDeadline(entry.beforeGoodbye(), visit.clock, LEAVE_DEADLINE_MS).catch(() => undefined);
    const belongings = this.#belongings();
    const isHeard = await sayFarewell(documents, belongings);
    // A join that was acknowledged in the meantime.
    if (belongings.seat === undefined && seat.number !== undefined) await this.giveBack();
    return isHeard;
  }

  /** The page goes away. */
  atUnload(): void {
    this.#options.documents.commitAtUnload(farewell(this.#belongings(true)));
  }

  /** The seat goes, and the visit stays in the lobby. Never throws. */
  async giveBack(): Promise<void> {
    const { documents, seat } = this.#options;
    const isHeard = await sayFarewell(documents, { ...this.#belongings(), admission: undefined });
    if (isHeard) await seat.gone();
  }

  /** Somebody else has the seat. What is left is looked at now, and taken along when the returned function is called. */
  afterLoss(): () => void {
    const { documents, roster } = this.#options;
    const rest = withoutSeat(this.#belongings(), roster.seats);
    return () => void sayFarewell(documents, rest);
  }

  #belongings(isLast = false): Belongings {
    const { visit, seat: ownSeat, roster, mesh, entry, isSeated } = this.#options;
    const { roomId, uid, peerId } = visit;
    const seat = ownSeat.number ?? roster.seatOf(peerId);
    const { mailFrom } = mesh;
    // What became of the join is not known: its seat tells whom it has written to.
    const ghost = isSeated() || seat === undefined ? undefined : roster.seats.get(seat);
    const writtenTo = [...new Set([...mesh.writtenTo, ...(ghost?.peer === peerId ? ghost.met : [])])];
    const admission = entry.goodbye(isLast);
    const isShared = admission?.kind === 'delete' && entry.hasSeatedVisit;
    return { roomId, uid, peerId, seat, mailFrom, writtenTo, admission, isShared };
  }
}
