import { visitIdOf, type PresenceDocument } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import { compareTimes, later, secondsAfter } from '../lib/fields.ts';
import type { VisitFact } from './seat-change.ts';
import { lasts, type Visit } from './visit.ts';

export type Presence = PresenceDocument<Timestamp>;

/** A document has room for this many by far, and nobody is in as many rooms. Of more, those that end last are kept. */
export const PRESENCE_VISITS_MAX = 100;

/**
 * A user's presence, after `visit` has become what it is by `fact`. It says what the visits say: both change in one
 * transaction, so the order of events matters as little to it as to them.
 *
 * @returns `presence` itself if it says so already
 */
export function withVisit(
  presence: Presence | undefined,
  visit: Visit,
  fact: VisitFact,
  retentionSeconds: number,
): Presence {
  const id = visitIdOf(visit.roomId, visit.peer);
  const { [id]: known, ...others } = presence?.visits ?? {};
  const isKnown = (known !== undefined) === lasts(visit);
  if (presence !== undefined && isKnown) return presence;

  const told = fact.end?.at ?? fact.seating.seatedAt;
  const updatedAt = presence === undefined ? told : later(presence.updatedAt, told);
  const visits = kept({ ...others, ...(lasts(visit) && { [id]: fact.seating.until }) }, updatedAt);
  const ends = Object.values(visits);
  return {
    online: ends.length > 0,
    rooms: [...new Set(Object.keys(visits).map(roomOf))].sort(),
    visits,
    updatedAt,
    expiresAt: secondsAfter(ends.reduce(later, updatedAt), retentionSeconds),
  };
}

/** Without those whose seat has expired: the event of their end may be lost. */
function kept(visits: Readonly<Record<string, Timestamp>>, now: Timestamp): Record<string, Timestamp> {
  const present = Object.entries(visits)
    .filter(([, until]) => compareTimes(until, now) > 0)
    .sort(([, a], [, b]) => compareTimes(b, a));
  return Object.fromEntries(present.slice(0, PRESENCE_VISITS_MAX));
}

function roomOf(visitId: string): string {
  return visitId.split('~')[0] ?? '';
}
