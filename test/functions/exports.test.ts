import { roomPath, seatPath, visitIdOf, visitPath } from '@firesignal/protocol';
import { getFirestore, Timestamp } from 'firebase-admin/firestore';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type * as FunctionsModule from '../../functions/src/index.ts';
import { newPeer, Scene } from '../support/keeper-world.ts';
import { settings } from './support/functions-folder.ts';

const PROJECT = `demo-keeper-${crypto.randomUUID().slice(0, 8)}`;

type Functions = typeof FunctionsModule;

/** What is deployed, called as the runtime calls it. */
describe('functions › exports', () => {
  let functions: Functions;
  let scene: Scene;
  beforeAll(async () => {
    Object.assign(process.env, settings(), { GCLOUD_PROJECT: PROJECT, METADATA_SERVER_DETECTION: 'none' });
    functions = await import('../../functions/src/index.ts');
  });
  beforeEach(() => {
    scene = new Scene(Timestamp.now());
  });

  it('[KP14] sweep when the schedule says so', async () => {
    const room = getFirestore().doc(roomPath(scene.roomId));
    await room.set({ ...scene.room({ expiresAt: scene.at(-1) })[room.path] });
    await functions.sweepRooms.run({ scheduleTime: new Date().toISOString() });
    expect((await room.get()).exists).toBe(false);
  });

  it('[KP1] record an event of a seat, with the time of the event', async () => {
    const peer = newPeer('ada');
    const path = seatPath(scene.roomId, 1);
    const snapshot = (data: object | undefined) => ({ data: () => data });
    const event = {
      data: { before: snapshot(scene.seat(peer)), after: snapshot(undefined) },
      params: { roomId: scene.roomId, seat: '1' },
      document: path,
      time: '2026-01-01T12:00:00.123456Z',
    };
    await functions.recordVisits.run(event as unknown as Parameters<Functions['recordVisits']['run']>[0]);
    const visit = await getFirestore()
      .doc(visitPath(visitIdOf(scene.roomId, peer)))
      .get();
    expect(visit.get('leftAt')).toEqual(Timestamp.fromDate(new Date('2026-01-01T12:00:00.123Z')));
  });
});
