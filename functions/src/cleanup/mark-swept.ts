import { visitIdOf, visitPath } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import type { Fields, Transaction } from '../lib/database.ts';
import type { Seating } from '../lib/fields.ts';
import { withFact, type Visit } from '../presence/visit.ts';

export function pathOfVisit(roomId: string, peer: string): string {
  return visitPath(visitIdOf(roomId, peer));
}

/**
 * Says of a recorded visit that it was swept: the event of the seat can't tell that from a user who leaves. The presence of
 * the user follows with that event. Where no visits are recorded, none is.
 */
export function markSwept(
  transaction: Transaction,
  swept: { readonly roomId: string; readonly seating: Seating; readonly visit: Fields | undefined },
  at: Timestamp,
  retentionSeconds: number,
): void {
  if (swept.visit === undefined) return;
  // Nobody but functions writes visits.
  const known = swept.visit as Visit;
  const { roomId, seating } = swept;
  const visit = withFact(known, { roomId, seating, end: { at, how: 'swept' } }, retentionSeconds);
  if (visit !== known) transaction.set(pathOfVisit(roomId, seating.peer), visit);
}
