import { beaconsPath, isRoomId, roomPath, seatsPath } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import type { Database, Fields } from '../lib/database.ts';
import { compareTimes, isTime } from '../lib/fields.ts';
import { DELETES_PER_COMMIT, PAGE_SIZE } from './constants.ts';
import type { Deadline } from './deadline.ts';
import { forEach, type Part, type Run, type Tally } from './part.ts';

/**
 * Takes down rooms that are past their end: first nothing new, then everything in them, then the room. It may stop anywhere
 * and be done again: an ended room stays ended, and is found until it is gone.
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
  const left = await database.collectionsOf(room);
  if (left.length === 0) tally.count(await deleteWhileEnded(database, room, [room]));
  else tally.isDone = false;
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

/** Everything in a room, in portions: seats before beacons, as the rules have it, and whatever else is found after them. */
async function* contents(database: Database, roomId: string): AsyncGenerator<readonly string[]> {
  const room = roomPath(roomId);
  const first = [seatsPath(roomId), beaconsPath(roomId)];
  const all = (await database.collectionsOf(room)).map((id) => `${room}/${id}`);
  const others = all.filter((collection) => !first.includes(collection));
  for (const collection of [...first, ...others]) {
    yield* portions(database, collection);
    // Mailboxes are documents that are not there, with mail below them. Nothing else in a room has anything below it.
    if (first.includes(collection)) continue;
    for (const place of await database.places(collection))
      for (const id of await database.collectionsOf(place)) yield* portions(database, `${place}/${id}`);
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
