import { isRoomId, roomPath } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import type { Database, Fields } from '../lib/database.ts';
import { compareTimes, isTime } from '../lib/fields.ts';
import { DELETES_PER_COMMIT, PAGE_SIZE } from './constants.ts';
import type { Deadline } from './deadline.ts';
import { forEach, type Part, type Run, type Tally } from './part.ts';
import { MAIL, MAILBOXES, roomCollections } from './room-collections.ts';

/**
 * Takes down rooms that are past their end: first nothing new, then everything of ours in them, then the room. It may stop
 * anywhere and be done again: an ended room stays ended, and is found until it is gone. What a project keeps of its own below
 * a room stays.
 */
export const sweepRooms: Part = async (run, deadline, tally) => {
  for (const field of ['endedAt', 'expiresAt']) {
    const pages = run.database.pages({
      from: { collection: 'rooms' },
      field,
      until: run.startedAt,
      fields: [],
      pageSize: PAGE_SIZE,
    });
    await forEach(pages, deadline, tally, ({ path }) => sweepRoom(run, path, deadline, tally));
  }
};

async function sweepRoom({ database }: Run, room: string, deadline: Deadline, tally: Tally): Promise<void> {
  const roomId = room.split('/')[1];
  // Another product of the project may have rooms, too.
  if (!isRoomId(roomId) || !(await isEnded(database, room))) return;
  for await (const paths of contents(database, roomId)) {
    if (deadline.isOver()) {
      tally.isDone = false;
      return;
    }
    tally.count(await deleteWhileEnded(database, room, paths));
  }
  // Nothing has come meanwhile: the rules let nobody write into an ended room.
  tally.count(await deleteWhileEnded(database, room, [room]));
}

/** Ends the room if its time is over. False: its time is not over, or it is gone. */
function isEnded(database: Database, room: string): Promise<boolean> {
  return database.transact(async (transaction) => {
    const { documents, readAt } = await transaction.read(room);
    const [data] = documents;
    if (data === undefined) return false;
    if (hasEnded(data)) return true;
    if (!isPast(data['expiresAt'], readAt)) return false;
    transaction.update(room, { endedAt: readAt });
    return true;
  });
}

/**
 * Deletes together, if the room is still there and ended: its creator may make it anew as soon as it is gone, and what is found
 * at its paths then is not what was to go.
 */
function deleteWhileEnded(database: Database, room: string, paths: readonly string[]): Promise<number> {
  return database.transact(async (transaction) => {
    const { documents } = await transaction.read(room);
    const [data] = documents;
    if (data === undefined || !hasEnded(data)) return 0;
    for (const path of paths) transaction.delete(path);
    return paths.length;
  });
}

/** Everything of ours in a room, in portions. */
async function* contents(database: Database, roomId: string): AsyncGenerator<readonly string[]> {
  const found = await database.collectionsOf(roomPath(roomId));
  for (const collection of roomCollections(roomId, found)) {
    if (!collection.endsWith(`/${MAILBOXES}`)) yield* portions(database, collection);
    else for (const place of await database.places(collection)) yield* portions(database, `${place}/${MAIL}`);
  }
}

/** A portion is gone by the time that the next one is asked for. */
async function* portions(database: Database, collection: string): AsyncGenerator<readonly string[]> {
  for (;;) {
    const found = await database.list(collection, DELETES_PER_COMMIT);
    if (found.length > 0) yield found.map(({ path }) => path);
    if (found.length < DELETES_PER_COMMIT) return;
  }
}

function hasEnded(room: Fields): boolean {
  return isTime(room['endedAt']);
}

function isPast(time: unknown, now: Timestamp): boolean {
  return isTime(time) && compareTimes(time, now) <= 0;
}
