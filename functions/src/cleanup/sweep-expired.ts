import { admissionPath, isPeerId, isRoomId, isUid, mailPath, seatNumber } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import type { Fields } from '../lib/database.ts';
import { compareTimes, isTime } from '../lib/fields.ts';
import { PAGE_SIZE } from './constants.ts';
import { forEach, type Part } from './part.ts';

/** Removes admissions that have expired: those of visitors who crashed, or lost their network, in the lobby. */
export const sweepAdmissions: Part = sweepExpired('admissions', (path) => {
  const [, roomId, , uid] = path.split('/');
  return isRoomId(roomId) && isUid(uid) && path === admissionPath(roomId, uid);
});

/** Removes mail that has expired, also where its room is gone. */
export const sweepMail: Part = sweepExpired('from', (path) => {
  const [, roomId, , to, , seat] = path.split('/');
  const isOurs = isRoomId(roomId) && isPeerId(to) && seat !== undefined && seatNumber(seat) !== undefined;
  return isOurs && path === mailPath(roomId, to, seat);
});

function sweepExpired(group: string, isOurs: (path: string) => boolean): Part {
  return async ({ database, startedAt }, deadline, tally) => {
    const pages = database.pages({
      from: { group },
      field: 'expiresAt',
      until: startedAt,
      fields: [],
      pageSize: PAGE_SIZE,
    });
    await forEach(pages, deadline, tally, async ({ path }) => {
      if (!isOurs(path)) return;
      const deleted = await database.transact(async (transaction) => {
        const { documents, readAt } = await transaction.read(path);
        // It may have been renewed, or written anew, since it was found.
        if (!hasExpired(documents[0], readAt)) return 0;
        transaction.delete(path);
        return 1;
      });
      tally.count(deleted);
    });
  };
}

function hasExpired(document: Fields | undefined, now: Timestamp): boolean {
  const expiresAt = document?.['expiresAt'];
  return isTime(expiresAt) && compareTimes(expiresAt, now) <= 0;
}
