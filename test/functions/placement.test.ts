import { createRequire } from 'node:module';
import { admissionPath, presencePath, roomPath, seatPath, visitIdOf, visitPath } from '@firesignal/protocol';
import { Timestamp } from 'firebase-admin/firestore';
import { beforeEach, describe, expect, it } from 'vitest';
import { SWEEP_GRACE_SECONDS } from '../../functions/src/cleanup/constants.ts';
import { sweep } from '../../functions/src/cleanup/sweep.ts';
import { SEATS } from '../../functions/src/lib/settings.ts';
import type { Counts } from '../../functions/src/lib/journal.ts';
import { recordSeatChange } from '../../functions/src/presence/record-seat-change.ts';
import { newPeer, RETENTION_SECONDS, Scene } from '../support/keeper-world.ts';
import { PLACEMENT, placesOf } from '../support/sample-project/files.ts';
import { openDatabase } from './support/keeper-database.ts';

const { database, firestore, put, get, present } = openDatabase(undefined, undefined, PLACEMENT);
const { stored } = placesOf(PLACEMENT);

const OVER = { renewedAt: -(180 + SWEEP_GRACE_SECONDS + 60), leaseSeconds: 180 };

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

/** What the Firebase CLI makes of settings when it deploys or emulates. */
const require = createRequire(import.meta.url);
const cli = {
  ...require('firebase-tools/lib/functions/env.js'),
  ...require('firebase-tools/lib/deploy/functions/build.js'),
  ...require('firebase-tools/lib/deploy/functions/params.js'),
} as {
  parse(file: string): { readonly envs: Readonly<Record<string, string>> };
  envWithTypes(params: readonly object[], envs: object): object;
  resolveString(expression: string, values: object): string;
};

describe('functions › under a placement', () => {
  it('[PL4] sweep what is over, and record what was swept', async () => {
    const ada = newPeer('ada');
    await put(scene.room(), scene.peer(ada, 0, OVER), scene.mail(ada, 3), scene.admission('ada', -1));
    const change = {
      roomId: scene.roomId,
      seat: '0',
      before: undefined,
      after: scene.seat(ada),
      at: scene.now,
    };
    await recordSeatChange(database, change, RETENTION_SECONDS);
    await run();
    expect(log).toEqual([
      { part: 'beacons', deleted: 3, failed: 0, isDone: true },
      { part: 'admissions', deleted: 1, failed: 0, isDone: true },
    ]);
    expect(await present([seatPath(scene.roomId, 0), admissionPath(scene.roomId, 'ada')])).toEqual([]);
    expect(await get(visitPath(visitIdOf(scene.roomId, ada)))).toMatchObject({ ended: 'swept' });
    expect((await firestore.doc('apps/calls/fs_presence/ada').get()).exists).toBe(true);
    expect((await firestore.doc(presencePath('ada')).get()).exists).toBe(false);
  });

  it('[PL4] take down a room that is over, and leave alone what is not theirs in it', async () => {
    await put(scene.room({ expiresAt: scene.at(-1) }), scene.peer(newPeer('ada'), 0, OVER));
    const room = firestore.doc(stored(roomPath(scene.roomId)));
    // One without the prefix, and one with it.
    const theirs = [room.collection('seats').doc('0'), room.collection('fs_chat').doc('1')];
    for (const document of theirs) await document.set({ text: 'theirs' });
    await run();
    expect(await get(roomPath(scene.roomId))).toBeUndefined();
    const left = await room.listCollections();
    expect(left.map(({ id }) => id).sort()).toEqual(['fs_chat', 'seats']);
    const snapshots = await firestore.getAll(...theirs);
    expect(snapshots.map(({ exists }) => exists)).toEqual([true, true]);
  });

  it('[PL4] leave documents alone that lie elsewhere, whatever their collections are called', async () => {
    const foreign = {
      ...scene.room({ expiresAt: scene.at(-1) }),
      ...scene.peer(newPeer('ben'), 0, OVER),
      ...scene.mail(newPeer('ben'), 1, -1),
      ...scene.admission('ben', -1),
    };
    // At the top as if nothing were placed, and with the prefix in another place.
    const elsewhere = Object.entries(foreign).flatMap(([path, data]) => [
      [path, data] as const,
      [stored(path).replace(/^apps\/calls/, 'apps/others'), data] as const,
    ]);
    const batch = firestore.batch();
    for (const [path, data] of elsewhere) batch.set(firestore.doc(path), data);
    await batch.commit();
    await run();
    expect(log).toEqual([]);
    const snapshots = await firestore.getAll(...elsewhere.map(([path]) => firestore.doc(path)));
    expect(snapshots.filter(({ exists }) => !exists).map(({ ref }) => ref.path)).toEqual([]);
  });

  it.each([
    ['', '', 'rooms/{roomId}/seats/{seat}'],
    ['', 'fs_', 'fs_rooms/{roomId}/fs_seats/{seat}'],
    ['apps/calls', '', 'apps/calls/rooms/{roomId}/seats/{seat}'],
    ['apps/calls', 'fs_', 'apps/calls/fs_rooms/{roomId}/fs_seats/{seat}'],
  ])('[PL4] hear of seats below the root "%s" with the prefix "%s"', (root, prefix, path) => {
    const { envs } = cli.parse(`FIRESIGNAL_ROOT=${root}\nFIRESIGNAL_COLLECTION_PREFIX=${prefix}\n`);
    const params = Object.keys(envs).map((name) => ({ name, type: 'string' }));
    expect(cli.resolveString(SEATS.toCEL(), cli.envWithTypes(params, envs))).toBe(path);
    Object.assign(process.env, { FIRESIGNAL_ROOT: root, FIRESIGNAL_COLLECTION_PREFIX: prefix });
    expect(SEATS.value()).toBe(path);
  });
});
