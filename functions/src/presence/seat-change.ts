import { isRoomId, uidOf, type VisitEnd } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import type { Fields } from '../lib/database.ts';
import { isTombstone, readSeating, type Seating } from '../lib/fields.ts';

/** A write of `rooms/{roomId}/seats/{seat}`, as its event tells it. */
export type SeatChange = {
  readonly roomId: string;
  readonly seat: string;
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
  /** The server's time of the write. */
  readonly at: Timestamp;
};

/** What is known about one visit: that a peer took a seat, and perhaps that it has lost this very seat. */
export type VisitFact = {
  readonly roomId: string;
  readonly seating: Seating;
  readonly end?: { readonly at: Timestamp; readonly how: VisitEnd };
};

/**
 * What a change says about visits: the end of one, the beginning of another, both, or nothing. A lost mark says nothing: a
 * peer that is alive stays.
 */
export function factsOf({ roomId, seat, before, after, at }: SeatChange): readonly VisitFact[] {
  // Another product of the same project may have rooms and seats, too.
  if (!isRoomId(roomId)) return [];
  const old = readSeating(seat, before);
  const present = readSeating(seat, after);
  const facts: VisitFact[] = [];
  if (old !== undefined && old.peer !== present?.peer)
    facts.push({ roomId, seating: old, end: { at, how: endOf(old, present, after) } });
  if (present !== undefined && !isSameSeating(old, present)) facts.push({ roomId, seating: present });
  return facts;
}

function endOf(old: Seating, present: Seating | undefined, seat: Fields | undefined): VisitEnd {
  if (present === undefined) return seat !== undefined && isTombstone(seat) ? 'kicked' : 'left';
  return uidOf(present.peer) === uidOf(old.peer) ? 'replaced' : 'lost';
}

function isSameSeating(old: Seating | undefined, present: Seating): boolean {
  return old?.peer === present.peer && old.seatedAt.isEqual(present.seatedAt);
}
