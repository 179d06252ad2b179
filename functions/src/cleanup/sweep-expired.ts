import {
  admissionPath,
  beaconPath,
  invitePath,
  isPeerId,
  isRoomId,
  isSha256,
  isUid,
  knockPath,
  LIMITS,
  mailPath,
  quotaPath,
  seatNumber,
  seatPath,
} from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import type { Fields, PagedQuery, Transaction } from '../lib/database.ts';
import { compareTimes, isTime, isTombstone, readLease, secondsAfter } from '../lib/fields.ts';
import { PAGE_SIZE, TOMBSTONE_SECONDS } from './constants.ts';
import { forEach, type Part } from './part.ts';

/** What is over, and where it is found. */
type Expiry = {
  readonly from: PagedQuery['from'];
  /** A time; by default when the document expires. */
  readonly field?: string;
  /** It is over so long after the time of that field. */
  readonly seconds?: number;
  readonly isOurs: (path: string) => boolean;
  /** Whether it is still good for something, though it is over: who wrote it chose when it expires. */
  readonly isNeeded?: (
    document: Fields,
    now: Timestamp,
    transaction: Transaction,
    path: string,
  ) => boolean | Promise<boolean>;
};

/** Removes admissions that have expired: those of visitors who crashed, or lost their network, in the lobby. */
export const sweepAdmissions: Part = sweepExpired({
  from: { group: 'admissions' },
  isOurs: (path) => isOfUser(path, admissionPath),
  isNeeded: isSeated,
});

/** Removes mail that has expired, also where its room is gone. */
export const sweepMail: Part = sweepExpired({
  from: { group: 'from' },
  isOurs: (path) => {
    const [, roomId, , to, , seat] = path.split('/');
    const isOurs = isRoomId(roomId) && isPeerId(to) && seat !== undefined && seatNumber(seat) !== undefined;
    return isOurs && path === mailPath(roomId, to, seat);
  },
});

export const sweepInvites: Part = sweepExpired({
  from: { group: 'invites' },
  isOurs: (path) => {
    const [, roomId, , hash] = path.split('/');
    return isRoomId(roomId) && isSha256(hash) && path === invitePath(roomId, hash);
  },
});

export const sweepKnocks: Part = sweepExpired({
  from: { group: 'knocks' },
  isOurs: (path) => isOfUser(path, knockPath),
  isNeeded: ({ at }, now) => !isOver(at, LIMITS.KNOCK_COOLDOWN_SECONDS, now),
});

/** Removes seats that only say who was thrown out of them. */
export const sweepTombstones: Part = sweepExpired({
  from: { group: 'seats' },
  field: 'kicked',
  seconds: TOMBSTONE_SECONDS,
  isOurs: (path) => {
    const [, roomId, , seat = ''] = path.split('/');
    return isRoomId(roomId) && seatNumber(seat) !== undefined && path === seatPath(roomId, seat);
  },
  isNeeded: (seat) => !isTombstone(seat),
});

/** Removes what has been counted of a user's rooms. A user must not get rid of its count by an early expiry. */
export const sweepQuotas: Part = sweepExpired({
  from: { group: 'quotas' },
  isOurs: (path) => {
    const [, uid] = path.split('/');
    return isUid(uid) && path === quotaPath(uid);
  },
  isNeeded: ({ since }, now) => !isOver(since, LIMITS.ROOMS_WINDOW_SECONDS, now),
});

function isOfUser(path: string, pathOf: (roomId: string, uid: string) => string): boolean {
  const [, roomId, , uid] = path.split('/');
  return isRoomId(roomId) && isUid(uid) && path === pathOf(roomId, uid);
}

/**
 * Whether one of an admission's visits has a seat with its lease on. Without the admission the user could have as many visits
 * again, and those that are there would not be counted.
 */
async function isSeated(
  { visits }: Fields,
  now: Timestamp,
  transaction: Transaction,
  path: string,
): Promise<boolean> {
  const [, roomId = ''] = path.split('/');
  const peers = Array.isArray(visits) ? visits.filter(isPeerId).slice(0, LIMITS.VISITS_PER_USER_MAX) : [];
  if (peers.length === 0) return false;
  const { documents } = await transaction.read(...peers.map((peer) => beaconPath(roomId, peer)));
  return documents.some((beacon) => {
    const lease = readLease(beacon);
    return lease !== undefined && compareTimes(lease.endsAt, now) > 0;
  });
}

function sweepExpired({ from, field = 'expiresAt', seconds = 0, isOurs, isNeeded }: Expiry): Part {
  return async ({ database, startedAt }, deadline, tally) => {
    const until = secondsAfter(startedAt, -seconds);
    const pages = database.pages({ from, field, until, fields: [], pageSize: PAGE_SIZE });
    await forEach(pages, deadline, tally, async ({ path }) => {
      if (!isOurs(path)) return;
      const deleted = await database.transact(async (transaction) => {
        const { documents, readAt } = await transaction.read(path);
        const [document] = documents;
        // It may have been renewed, or written anew, since it was found.
        if (document === undefined || !isOver(document[field], seconds, readAt)) return 0;
        if (await isNeeded?.(document, readAt, transaction, path)) return 0;
        transaction.delete(path);
        return 1;
      });
      tally.count(deleted);
    });
  };
}

function isOver(time: unknown, seconds: number, now: Timestamp): boolean {
  return isTime(time) && compareTimes(secondsAfter(time, seconds), now) <= 0;
}
