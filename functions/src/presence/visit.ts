import { uidOf, type VisitDocument, type VisitEnd } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import { compareTimes, earlier, secondsAfter } from '../lib/fields.ts';
import type { VisitFact } from './seat-change.ts';

export type Visit = VisitDocument<Timestamp>;

/** Who frees a seat says so before the event of it can come: of two ends of one seating, the one that tells more is kept. */
const TELLING: Readonly<Record<VisitEnd, number>> = {
  left: 0,
  replaced: 1,
  lost: 2,
  kicked: 3,
  swept: 4,
};

/**
 * A visit with one thing more that is known about it. Events come late, twice and in any order; whichever way the same facts
 * come, the same visit results: of two seatings the later one counts, and of two ends of one seating the earlier one.
 *
 * @returns `visit` itself if it has the fact already
 */
export function withFact(visit: Visit | undefined, fact: VisitFact, retentionSeconds: number): Visit {
  const told = visitOf(fact, retentionSeconds);
  if (visit === undefined) return told;
  const order = compareTimes(told.seatedAt, visit.seatedAt);
  const newest = order > 0 ? told : order < 0 ? visit : withEnd(visit, told);
  const joinedAt = earlier(visit.joinedAt, told.joinedAt);
  return joinedAt === newest.joinedAt ? newest : { ...newest, joinedAt };
}

export function lasts(visit: Visit): boolean {
  return visit.leftAt === undefined;
}

/** The visit as one fact alone tells it. */
function visitOf({ roomId, seating, end }: VisitFact, retentionSeconds: number): Visit {
  const { peer, name, seat, seatedAt, until } = seating;
  return {
    roomId,
    peer,
    uid: uidOf(peer),
    ...(name !== '' && { name }),
    seat,
    joinedAt: seatedAt,
    seatedAt,
    ...(end !== undefined && { leftAt: end.at, ended: end.how }),
    expiresAt: secondsAfter(end?.at ?? until, retentionSeconds),
  };
}

/** `visit` with the end of `told`, which is about the same seating. */
function withEnd(visit: Visit, told: Visit): Visit {
  const { leftAt, ended, expiresAt } = told;
  if (leftAt === undefined || ended === undefined) return visit;
  if (visit.leftAt === undefined || visit.ended === undefined) return { ...visit, leftAt, ended, expiresAt };
  const isEarlier = compareTimes(leftAt, visit.leftAt) < 0;
  const tellsMore = TELLING[ended] > TELLING[visit.ended];
  if (!isEarlier && !tellsMore) return visit;
  return { ...visit, ...(isEarlier && { leftAt, expiresAt }), ...(tellsMore && { ended }) };
}
