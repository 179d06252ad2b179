import {
  LIMITS,
  admissionPath,
  beaconPath,
  mailPath,
  presencePath,
  roomPath,
  seatPath,
  visitIdOf,
  visitPath,
} from '@firesignal/protocol';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { SWEEP_GRACE_SECONDS, TOMBSTONE_SECONDS } from '../../../functions/src/cleanup/constants.ts';
import { ROOM_COLLECTIONS } from '../../../functions/src/cleanup/room-collections.ts';
import { sweep } from '../../../functions/src/cleanup/sweep.ts';
import type { Fields, PagedQuery } from '../../../functions/src/lib/database.ts';
import type { Counts } from '../../../functions/src/lib/journal.ts';
import { recordSeatChange } from '../../../functions/src/presence/record-seat-change.ts';
import { newPeer, newRoomId, RETENTION_SECONDS, Scene, SECRETS } from '../../support/keeper-world.ts';
import { MemoryDatabase } from '../../support/memory-database.ts';

type Override = { readonly collectionGroup: string; readonly fieldPath: string; readonly indexes: unknown[] };
const { fieldOverrides: INDEXES } = JSON.parse(
  readFileSync(new URL('../../../firestore.indexes.json', import.meta.url), 'utf8'),
) as { fieldOverrides: Override[] };
const NOON = Date.UTC(2026, 0, 1, 12);
const BUDGET_MS = 60_000;
/** A peer that has been silent since before its lease and the grace were over, and one that is just not. */
const OVER = { renewedAt: -(180 + SWEEP_GRACE_SECONDS), leaseSeconds: 180 };
const NOT_YET = { renewedAt: -(180 + SWEEP_GRACE_SECONDS) + 1, leaseSeconds: 180 };
/** Old enough to be looked at: within the lease, and within the grace. */
const LONG = { renewedAt: -800, leaseSeconds: 900 };
const IN_GRACE = { renewedAt: -(600 + SWEEP_GRACE_SECONDS) + 1, leaseSeconds: 600 };

let database: MemoryDatabase;
let scene: Scene;
let log: { level: string; message: string; counts: Counts }[];
beforeEach(() => {
  database = new MemoryDatabase(NOON);
  scene = new Scene(database.now);
  log = [];
});

function put(...documents: readonly Readonly<Record<string, Fields>>[]): void {
  for (const [path, data] of documents.flatMap((group) => Object.entries(group))) database.put(path, data);
}

const run = (clock = { now: () => NOON }, budgetMs = BUDGET_MS): Promise<void> =>
  sweep({
    database,
    clock,
    journal: {
      info: (message, counts) => log.push({ level: 'info', message, counts }),
      error: (message, counts) => log.push({ level: 'error', message, counts }),
    },
    budgetMs,
    retentionSeconds: RETENTION_SECONDS,
  });

const paths = (): string[] => [...database.documents.keys()].sort();

describe('functions › sweep of peers', () => {
  it('[KP10] removes seat, beacon and mailbox of a peer whose lease is over, in one commit', async () => {
    const [gone, alive] = [newPeer('ada'), newPeer('ben')];
    put(scene.room(), scene.peer(gone, 0, OVER), scene.mail(gone, 1));
    const rest = { ...scene.peer(alive, 1, NOT_YET), ...scene.mail(alive, 0) };
    put(rest);
    await run();
    expect(paths()).toEqual([roomPath(scene.roomId), ...Object.keys(rest)].sort());
    expect(database.commits).toEqual([
      [beaconPath(scene.roomId, gone), mailPath(scene.roomId, gone, 1), seatPath(scene.roomId, 0)],
    ]);
  });

  it('[KP11] leaves a peer whose lease, or the grace after it, is on', async () => {
    for (const [seat, lease] of [NOT_YET, LONG, IN_GRACE].entries())
      put(scene.peer(newPeer('ada'), seat, lease));
    await run();
    expect(database.commits).toEqual([]);
  });

  it('[KP11] judges by the server’s clock, not by its own', async () => {
    put(scene.peer(newPeer('ada'), 0, { renewedAt: -60, leaseSeconds: 180 }));
    await run({ now: () => NOON + 3_600_000 });
    expect(database.commits).toEqual([]);
  });

  it('[KP11] leaves a peer that is back before it is judged', async () => {
    const ada = newPeer('ada');
    put(scene.peer(ada, 0, OVER));
    database.beforeTransaction = () => put(scene.peer(ada, 0, { renewedAt: 0, leaseSeconds: 180 }));
    await run();
    expect(database.commits).toEqual([]);
  });

  it('[KP11] leaves a peer that has come back in another seat', async () => {
    const ada = newPeer('ada');
    put(scene.peer(ada, 0, OVER));
    database.beforeTransaction = () => {
      database.documents.clear();
      put(scene.peer(ada, 1, OVER));
    };
    await run();
    expect(database.commits).toEqual([]);
  });

  it('[KP10] removes the seat of a peer in a sealed room, too, whose name is a longer text', async () => {
    const ada = newPeer('ada');
    put(scene.peer(ada, 0, OVER));
    put({
      [seatPath(scene.roomId, 0)]: scene.seat(ada, { name: 'x'.repeat(LIMITS.SEALED_NAME_LENGTH_MAX) }),
    });
    await run();
    expect(paths()).toEqual([]);
  });

  it('[KP12] leaves the seat to the peer that it names', async () => {
    const [gone, ben] = [newPeer('ada'), newPeer('ben')];
    put(scene.peer(gone, 0, OVER));
    put({ [seatPath(scene.roomId, 0)]: scene.seat(ben) });
    await run();
    expect(paths()).toEqual([seatPath(scene.roomId, 0)]);
    expect(database.documents.get(seatPath(scene.roomId, 0))).toMatchObject({ peer: ben });
  });

  it('[KP4] says that the visit was swept, whatever the event of the seat says later', async () => {
    const ada = newPeer('ada');
    const place = { roomId: scene.roomId, seat: '0' };
    const seat = scene.seat(ada);
    const visit = visitPath(visitIdOf(scene.roomId, ada));
    const record = (before: Fields | undefined, after: Fields | undefined, seconds: number) =>
      recordSeatChange(database, { ...place, before, after, at: scene.at(seconds) }, RETENTION_SECONDS);
    await record(undefined, seat, -3_600);
    put(scene.peer(ada, 0, OVER));
    await run();
    expect(database.documents.get(visit)).toMatchObject({ ended: 'swept', leftAt: scene.at(0) });
    await record(seat, undefined, 1);
    expect(database.documents.get(visit)).toMatchObject({ ended: 'swept', leftAt: scene.at(0) });
    expect(database.documents.get(presencePath('ada'))).toMatchObject({ online: false });
  });

  it('[KP4] records nothing where visits are not recorded', async () => {
    put(scene.peer(newPeer('ada'), 0, OVER));
    await run();
    expect(paths()).toEqual([]);
  });

  it('[KP9] leaves beacons alone that are not the protocol’s', async () => {
    const ada = newPeer('ada');
    const beacon = Object.values(scene.peer(ada, 0, OVER))[1] ?? {};
    put({
      [`rooms/lobby/beacons/${ada}`]: beacon,
      [`lighthouses/${scene.roomId}/beacons/${ada}`]: beacon,
      [`rooms/${scene.roomId}/beacons/north`]: beacon,
      [`rooms/${scene.roomId}/beacons/${ada}`]: { ...beacon, leaseSeconds: '180' },
    });
    const before = paths();
    await run();
    expect(paths()).toEqual(before);
  });
});

describe('functions › sweep of what has expired', () => {
  it('[KP13] removes admissions and mail that have expired, and no others', async () => {
    const ben = newPeer('ben');
    const kept = {
      ...scene.room(),
      ...scene.admission('ben', 60),
      ...scene.peer(ben, 1, NOT_YET),
      ...scene.mail(ben, 0, 60),
    };
    put(kept, scene.admission('ada', 0), scene.mail(ben, 2, 0), scene.mail(newPeer('ada'), 1, -60));
    await run();
    expect(paths()).toEqual(Object.keys(kept).sort());
  });

  it('[KP13] keeps an admission whose visit has a seat, or the user could have as many again', async () => {
    const ada = newPeer('ada');
    const kept = [scene.peer(ada, 0, LONG), scene.visitor('ada', -60, [newPeer('ada'), ada])];
    put(...kept, scene.visitor('ben', -60, [newPeer('ben')]));
    await run();
    expect(paths()).toEqual(kept.flatMap(Object.keys).sort());
    database.documents.clear();
    put(scene.peer(ada, 0, OVER), scene.visitor('ada', -60, [ada]));
    await run();
    expect(paths()).toEqual([]);
  });

  it('[KP22] removes invites and knocks that have expired, and no others', async () => {
    const at = (name: string, id: string) => `${roomPath(scene.roomId)}/${name}/${id}`;
    const [hash, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const knock = { at: scene.at(-600) };
    const kept = {
      [at('invites', other)]: { expiresAt: scene.at(1) },
      [at('knocks', 'ben')]: { ...knock, expiresAt: scene.at(1) },
      // It may not knock again yet.
      [at('knocks', 'carol')]: { at: scene.at(-30), expiresAt: scene.at(-20) },
      [at('invites', 'free-tickets')]: { expiresAt: scene.at(-60) },
      [at('bans', 'ada')]: { expiresAt: scene.at(-60) },
      [at('tries', 'ada')]: { expiresAt: scene.at(-60) },
    };
    put(kept, {
      [at('invites', hash)]: { expiresAt: scene.at(0) },
      [at('knocks', 'ada')]: { ...knock, expiresAt: scene.at(0) },
    });
    await run();
    expect(paths()).toEqual(Object.keys(kept).sort());
  });

  it('[KP22] removes what was counted of a user when the window is over, however early it expires', async () => {
    const since = scene.at(-LIMITS.ROOMS_WINDOW_SECONDS);
    put({
      'quotas/ada': { since, expiresAt: scene.at(-1) },
      'quotas/ben': { since: scene.at(1 - LIMITS.ROOMS_WINDOW_SECONDS), expiresAt: scene.at(-1) },
      'quotas/carol': { since, expiresAt: scene.at(1) },
      'teams/blue/quotas/ada': { since, expiresAt: scene.at(-1) },
    });
    await run();
    expect(paths()).toEqual(['quotas/ben', 'quotas/carol', 'teams/blue/quotas/ada']);
  });

  it('[KP23] removes a seat ten minutes after its peer was thrown out, unless somebody has taken it', async () => {
    const seat = (n: number) => seatPath(scene.roomId, n);
    const kicked = (seconds: number) => scene.seat(newPeer('ada'), { kicked: scene.at(seconds) });
    const foreign = { ['tables/1/seats/0']: { kicked: scene.at(-TOMBSTONE_SECONDS) } };
    put({ [seat(0)]: kicked(-TOMBSTONE_SECONDS), [seat(1)]: kicked(1 - TOMBSTONE_SECONDS) }, foreign);
    await run();
    expect(paths()).toEqual([seat(1), ...Object.keys(foreign)].sort());
    put({ [seat(0)]: kicked(-TOMBSTONE_SECONDS) });
    database.beforeTransaction = () => put({ [seat(0)]: scene.seat(newPeer('ben')) });
    await run();
    expect(paths()).toContain(seat(0));
  });

  it('[KP13] leaves what is written anew before it is judged', async () => {
    put(scene.admission('ada', -60));
    database.beforeTransaction = () => put(scene.admission('ada', 60));
    await run();
    expect(paths()).toEqual([admissionPath(scene.roomId, 'ada')]);
  });

  it('[KP9] leaves documents alone that are not the protocol’s', async () => {
    const old = { expiresAt: scene.at(-60) };
    put({
      [`conferences/${scene.roomId}/admissions/ada`]: old,
      [`rooms/lobby/admissions/ada`]: old,
      [`rooms/${scene.roomId}/letters/${newPeer('ada')}/from/0`]: old,
      [`rooms/${scene.roomId}/mailboxes/ada/from/0`]: old,
      [`rooms/${scene.roomId}/mailboxes/${newPeer('ada')}/from/ben`]: old,
      [`rooms/lobby`]: { ...old, endedAt: old.expiresAt },
    });
    const before = paths();
    await run();
    expect(paths()).toEqual(before);
  });
});

/** The names of collections for which the security rules have a match right below a room. */
function collectionsOfRules(): readonly string[] {
  const rules = readFileSync(new URL('../../../firestore.rules', import.meta.url), 'utf8');
  const [, room = ''] = /^ {4}match \/rooms\/\{roomId\} \{$([^]*?)^ {4}\}$/m.exec(rules) ?? [];
  return [...room.matchAll(/^ {6}match \/(\w+)\/\{/gm)].map(([, name]) => name!);
}
const OTHERS = ROOM_COLLECTIONS.filter(
  (name) => !['seats', 'beacons', 'mailboxes', 'admissions'].includes(name),
);

/** A room with something in every kind of place. */
function fullRoom(changes: Fields): void {
  const [ada, ben] = [newPeer('ada'), newPeer('ben')];
  put(
    scene.room(changes),
    scene.peer(ada, 0, NOT_YET),
    scene.peer(ben, 1, NOT_YET),
    scene.mail(ada, 1),
    scene.mail(ben, 0),
    scene.mail(newPeer('carol'), 1),
    scene.admission('ada', 3_600),
    Object.fromEntries(OTHERS.map((name) => [`${roomPath(scene.roomId)}/${name}/any`, { at: scene.now }])),
  );
}

describe('functions › sweep of rooms', () => {
  it('[KP14] ends a room that has expired, then clears it, then removes it', async () => {
    fullRoom({ expiresAt: scene.at(0) });
    const room = roomPath(scene.roomId);
    await run();
    expect(paths()).toEqual([]);
    expect(database.commits[0]).toEqual([room]);
    expect(database.commits.at(-1)).toEqual([room]);
    const kinds = database.commits.map(([path]) => path?.split('/')[2] ?? 'room');
    expect(kinds.slice(0, 3)).toEqual(['room', 'seats', 'beacons']);
  });

  it('[KP14] removes a room that its creator has ended and not cleared', async () => {
    fullRoom({ endedAt: scene.at(-1) });
    await run();
    expect(paths()).toEqual([]);
  });

  it('[KP14] clears every collection that clients may write to', () => {
    expect([...ROOM_COLLECTIONS].sort()).toEqual([...collectionsOfRules()].sort());
  });

  it('[KP9] leaves alone what a project has of its own below a room', async () => {
    fullRoom({ expiresAt: scene.at(0) });
    const [room, ada] = [roomPath(scene.roomId), newPeer('ada')];
    const foreign = [`${room}/chat/1`, `${room}/chat/1/likes/2`, `${room}/mailboxes/${ada}/drafts/3`];
    put(Object.fromEntries(foreign.map((path) => [path, { text: 'theirs' }])));
    await run();
    expect(paths()).toEqual([...foreign].sort());
    expect(log.map(({ counts }) => counts['isDone'])).toEqual([true]);
  });

  it('[KP14] leaves a room whose time is not over', async () => {
    put(scene.room({ expiresAt: scene.at(1) }));
    await run();
    expect(paths()).toEqual([roomPath(scene.roomId)]);
  });

  it('[KP14] leaves a room that its creator prolongs before it is judged', async () => {
    put(scene.room({ expiresAt: scene.at(0) }));
    database.beforeTransaction = () => {
      put(scene.room({ expiresAt: scene.at(60) }));
      database.beforeTransaction = () => undefined;
    };
    await run();
    expect(database.documents.get(roomPath(scene.roomId))).not.toHaveProperty('endedAt');
  });

  it('[KP15] goes on in the next run, wherever a run was broken off', async () => {
    for (let broken = 0; broken < 12; broken++) {
      database = new MemoryDatabase(NOON);
      fullRoom({ expiresAt: scene.at(0) });
      put(scene.admission('ben', -1));
      let left = broken;
      database.beforeTransaction = () => {
        if (left-- === 0) throw Object.assign(new Error('gone'), { code: 14 });
      };
      await run();
      database.beforeTransaction = () => undefined;
      await run();
      expect(paths()).toEqual([]);
    }
  });

  it('[KP15] stops when its time is over, and says that it is not done', async () => {
    for (let n = 0; n < 30; n++) {
      const room = new Scene(database.now);
      put(room.room({ expiresAt: scene.at(-1) }), room.peer(newPeer('ada'), 0, NOT_YET));
    }
    let readings = 0;
    // Every look at the clock takes a second.
    await run({ now: () => NOON + readings++ * 1_000 }, 20_000);
    expect(log).toContainEqual({
      level: 'info',
      message: 'sweep',
      counts: expect.objectContaining({ part: 'rooms', isDone: false }) as Counts,
    });
    const left = paths().length;
    expect(left).toBeGreaterThan(0);
    for (let runs = 0; paths().length > 0 && runs < 30; runs++) {
      readings = 0;
      await run({ now: () => NOON + readings++ * 1_000 }, 20_000);
    }
    expect(paths()).toEqual([]);
  });

  it('[KP15] gives every part its share of the time', async () => {
    for (let n = 0; n < 500; n++) put(new Scene(database.now).peer(newPeer('ada'), 0, OVER));
    put(scene.admission('ada', -1));
    let readings = 0;
    await run({ now: () => NOON + readings++ * 1_000 }, 40_000);
    expect(database.documents.has(admissionPath(scene.roomId, 'ada'))).toBe(false);
    expect(paths().length).toBeGreaterThan(0);
  });

  it('[KP16] runs twice at once without harm', async () => {
    fullRoom({ expiresAt: scene.at(0) });
    const other = new Scene(database.now, newRoomId());
    put(other.room(), other.peer(newPeer('ada'), 0, OVER), other.peer(newPeer('ben'), 1, NOT_YET));
    await Promise.all([run(), run(), run()]);
    expect(paths()).toHaveLength(3);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('[KP16] touches nothing of a room that its creator makes anew meanwhile', async () => {
    fullRoom({ endedAt: scene.at(-1) });
    const anew = { ...scene.room(), ...scene.peer(newPeer('carol'), 0, NOT_YET) };
    let transactions = 0;
    database.beforeTransaction = () => {
      // The first one finds the room ended. Then another run is done with it, and its creator is quick.
      if (++transactions !== 2) return;
      database.documents.clear();
      put(anew);
    };
    await run();
    expect(paths()).toEqual(Object.keys(anew).sort());
  });
});

describe('functions › sweep that fails', () => {
  it('[KP17] does everything else when one thing can’t be done', async () => {
    for (let n = 0; n < 5; n++) put(new Scene(database.now).peer(newPeer('ada'), 0, OVER));
    put(scene.admission('ada', -1));
    let transactions = 0;
    database.beforeTransaction = () => {
      if (++transactions === 2) throw Object.assign(new Error('contention'), { code: 10 });
    };
    await run();
    expect(paths()).toHaveLength(2);
    expect(log).toContainEqual({
      level: 'error',
      message: 'sweep',
      counts: { part: 'beacons', deleted: 8, failed: 1, failure: '10', isDone: true },
    });
  });

  it('[KP17] fails when a part can’t even look, after the others had their turn', async () => {
    put(scene.admission('ada', -1));
    const looks = database.pages.bind(database);
    database.pages = (query) => {
      if ('group' in query.from && query.from.group === 'beacons') throw new Error('no index');
      return looks(query);
    };
    await expect(run()).rejects.toThrow('no index');
    expect(paths()).toEqual([]);
  });

  it('[KP17] has an index for whatever it looks for: the emulators look without', async () => {
    const looks = database.pages.bind(database);
    const queries: PagedQuery[] = [];
    database.pages = (query) => {
      queries.push(query);
      return looks(query);
    };
    await run();
    expect(queries.length).toBeGreaterThan(0);
    for (const { from, field } of queries) {
      const [id, queryScope] =
        'group' in from ? [from.group, 'COLLECTION_GROUP'] : [from.collection, 'COLLECTION'];
      const override = INDEXES.find((one) => one.collectionGroup === id && one.fieldPath === field);
      // Without a word about it, Firestore indexes a field within each collection.
      const indexes = override?.indexes ?? [{ order: 'ASCENDING', queryScope: 'COLLECTION' }];
      expect(indexes, `${id}.${field}`).toContainEqual({ order: 'ASCENDING', queryScope });
    }
  });

  it('[KP18] logs counts and codes, and nothing of what it has seen', async () => {
    fullRoom({ expiresAt: scene.at(0) });
    put(scene.peer(newPeer('ada'), 2, OVER));
    let transactions = 0;
    database.beforeTransaction = () => {
      if (++transactions === 3) throw Object.assign(new Error(`5 NOT_FOUND: ${paths().join()}`), { code: 5 });
    };
    await run();
    expect(log.map(({ level }) => level)).toContain('error');
    const written = JSON.stringify(log);
    for (const secret of [scene.roomId, 'ada', 'ben', 'rooms/', ...Object.values(SECRETS)])
      expect(written).not.toContain(secret);
  });

  it('[KP18] logs nothing when there was nothing to do', async () => {
    await run();
    expect(log).toEqual([]);
  });
});
