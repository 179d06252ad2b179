import {
  admissionPath,
  mailPath,
  presencePath,
  roomPath,
  seatPath,
  visitIdOf,
  visitPath,
} from '@firesignal/protocol';
import { Timestamp } from 'firebase-admin/firestore';
import { beforeEach, describe, expect, it } from 'vitest';
import { SWEEP_GRACE_SECONDS } from '../../functions/src/cleanup/constants.ts';
import { sweep } from '../../functions/src/cleanup/sweep.ts';
import type { Fields } from '../../functions/src/lib/database.ts';
import type { Counts } from '../../functions/src/lib/journal.ts';
import { recordSeatChange } from '../../functions/src/presence/record-seat-change.ts';
import { newPeer, RETENTION_SECONDS, Scene } from '../support/keeper-world.ts';
import { openDatabase } from './support/keeper-database.ts';

const { database, firestore, put, get, present } = openDatabase();

/** Silent for longer than the lease, the grace, and the time that a test may take between seeding and sweeping. */
const OVER = { renewedAt: -(180 + SWEEP_GRACE_SECONDS + 60), leaseSeconds: 180 };
const ALIVE = { renewedAt: -310, leaseSeconds: 900 };

let scene: Scene;
let log: Counts[];
beforeEach(() => {
  scene = new Scene(Timestamp.now());
  log = [];
});

const run = (): Promise<void> => {
  const note = (_message: string, counts: Counts): void => void log.push(counts);
  return sweep({
    database,
    clock: { now: Date.now },
    journal: { info: note, error: note },
    budgetMs: 30_000,
    retentionSeconds: RETENTION_SECONDS,
  });
};

async function everythingBelow(roomId: string): Promise<string[]> {
  const groups = await Promise.all(
    ['seats', 'beacons', 'admissions', 'from', 'reports'].map((id) => firestore.collectionGroup(id).get()),
  );
  const below = groups.flatMap(({ docs }) => docs.map(({ ref }) => ref.path));
  return below.filter((path) => path.startsWith(`${roomPath(roomId)}/`)).sort();
}

describe('functions › sweep, in Firestore', () => {
  it('[KP10] removes the peers whose lease is over, and leaves the others', async () => {
    const gone = Array.from({ length: 3 }, () => newPeer('ada'));
    const kept = { ...scene.room(), ...scene.peer(newPeer('ben'), 3, ALIVE) };
    await put(
      kept,
      ...gone.map((peer, seat) => ({ ...scene.peer(peer, seat, OVER), ...scene.mail(peer, 3) })),
    );
    await run();
    expect(await everythingBelow(scene.roomId)).toEqual(
      Object.keys(kept)
        .filter((path) => path !== roomPath(scene.roomId))
        .sort(),
    );
    expect(log).toEqual([{ part: 'beacons', deleted: 9, failed: 0, isDone: true }]);
  });

  it('[KP10] finds more peers than fit into a page', async () => {
    const scenes = Array.from({ length: 130 }, () => new Scene(scene.now));
    await Promise.all(scenes.map((one) => put(one.peer(newPeer('ada'), 0, OVER))));
    await run();
    expect(await present(scenes.map(({ roomId }) => seatPath(roomId, 0)))).toEqual([]);
  });

  it('[KP13] removes admissions and mail that have expired', async () => {
    const ben = newPeer('ben');
    await put(scene.room(), scene.admission('ada', -1), scene.admission('ben', 600));
    await put(scene.mail(ben, 0, -1), scene.mail(ben, 1, 600));
    await run();
    expect(await everythingBelow(scene.roomId)).toEqual([
      admissionPath(scene.roomId, 'ben'),
      mailPath(scene.roomId, ben, 1),
    ]);
  });

  it('[KP14] takes down a room that is past its end, with everything in it', async () => {
    const ada = newPeer('ada');
    await put(
      scene.room({ expiresAt: scene.at(-1) }),
      scene.peer(ada, 0, ALIVE),
      scene.mail(ada, 1),
      scene.mail(newPeer('gone'), 2),
      scene.admission('ada', 600),
      { [`${roomPath(scene.roomId)}/knocks/ben`]: { at: scene.now } },
    );
    await run();
    expect(await everythingBelow(scene.roomId)).toEqual([]);
    expect(await get(roomPath(scene.roomId))).toBeUndefined();
  });

  it('[KP14] takes down a room that was ended and never cleared', async () => {
    await put(scene.room({ endedAt: scene.at(-1) }), scene.peer(newPeer('ada'), 0, ALIVE));
    await run();
    expect(await everythingBelow(scene.roomId)).toEqual([]);
    expect(await get(roomPath(scene.roomId))).toBeUndefined();
  });

  it('[KP16] runs twice at once without harm', async () => {
    const rooms = Array.from({ length: 4 }, () => new Scene(scene.now));
    for (const one of rooms) {
      await put(one.room({ expiresAt: one.at(-1) }), one.peer(newPeer('ada'), 0, ALIVE));
      await put(one.admission('ada', -1));
    }
    await put(scene.room(), scene.peer(newPeer('ada'), 0, OVER), scene.peer(newPeer('ben'), 1, ALIVE));
    await Promise.all([run(), run()]);
    expect(await present(rooms.map(({ roomId }) => roomPath(roomId)))).toEqual([]);
    expect(await everythingBelow(scene.roomId)).toHaveLength(2);
    expect(log.filter(({ failed }) => failed !== 0)).toEqual([]);
  });
});

describe('functions › visits, in Firestore', () => {
  it('[KP2] records events that come at once, in any order and twice', async () => {
    const peers = Array.from({ length: 4 }, () => newPeer(`ada-${scene.roomId.slice(0, 8)}`));
    const record = (seat: number, before?: Fields, after?: Fields): Promise<void> =>
      recordSeatChange(
        database,
        { roomId: scene.roomId, seat: String(seat), before, after, at: scene.at(60) },
        RETENTION_SECONDS,
      );
    const events = peers.flatMap((peer, seat) => {
      const taken = () => record(seat, undefined, scene.seat(peer));
      const freed = () => record(seat, scene.seat(peer), undefined);
      return seat === 0 ? [taken, taken] : [freed, taken, taken];
    });
    // Too much contention, and an event fails: it is delivered again then, as in production.
    await Promise.all(events.map((event) => event().catch(event)));
    const presence = await get(presencePath(peers[0]!.split('~')[0]!));
    expect(presence).toMatchObject({ online: true, rooms: [scene.roomId] });
    expect(Object.keys(presence?.['visits'] as object)).toEqual([visitIdOf(scene.roomId, peers[0]!)]);
    expect(await get(visitPath(visitIdOf(scene.roomId, peers[1]!)))).toMatchObject({
      ended: 'left',
      leftAt: scene.at(60),
    });
  });
});
