import { presencePath, roomPath, seatPath, visitIdOf, visitPath } from '@firesignal/protocol';
import { Timestamp } from 'firebase-admin/firestore';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SCHEDULES } from '../../functions/src/deployed.ts';
import { scheduleCaller, startStack, startTicker, type Stack } from '../../scripts/stack/index.ts';
import { processesWithMark } from '../../scripts/stack/processes.mjs';
import { startProgram } from '../stack/support/program.ts';
import { isAlive, tracesOf } from '../stack/support/traces.ts';
import { newPeer, Scene } from '../support/keeper-world.ts';
import { emulatorFromEnvironment } from '../support/stack-environment.ts';
import { buildFunctions, settings } from './support/functions-folder.ts';
import { openDatabase, type KeeperDatabase } from './support/keeper-database.ts';

/** A function starts a process when it is first called. */
const WITHIN = { timeout: 30_000, interval: 100 };

let stack: Stack;
let world: KeeperDatabase;
let scene: Scene;
const region = settings()['FIRESIGNAL_REGION'] ?? '';
const callSchedule = () =>
  scheduleCaller({ functionsUrl: stack.functions?.url ?? '', projectId: stack.projectId, region });

beforeAll(async () => {
  await buildFunctions();
  const emulator = emulatorFromEnvironment();
  stack = await startStack({ ...(emulator && { emulator }), services: ['firestore', 'functions'] });
  world = openDatabase(stack.projectId, `${stack.firestore.host}:${stack.firestore.port}`);
});
afterAll(() => stack.stop());
beforeEach(() => {
  scene = new Scene(Timestamp.now());
});

describe('functions › in the emulators', () => {
  it('[KP1] records visits and presence when seats are written', async () => {
    const peer = newPeer('ada');
    const seat = seatPath(scene.roomId, 0);
    const visit = visitPath(visitIdOf(scene.roomId, peer));
    await world.put({ [seat]: scene.seat(peer) });
    await expect.poll(() => world.get(visit), WITHIN).toMatchObject({ peer, seat: 0, uid: 'ada' });
    expect(await world.get(presencePath('ada'))).toMatchObject({ online: true, rooms: [scene.roomId] });

    await world.firestore.doc(seat).delete();
    await expect.poll(() => world.get(visit), WITHIN).toMatchObject({ ended: 'left' });
    expect(await world.get(presencePath('ada'))).toMatchObject({ online: false, rooms: [] });
  });

  it('[KP4] tells a visit that was swept from one that was left', async () => {
    const peer = newPeer('ben');
    const visit = visitPath(visitIdOf(scene.roomId, peer));
    await world.put(scene.peer(peer, 0, { renewedAt: -3_600, leaseSeconds: 180 }));
    await expect.poll(() => world.get(visit), WITHIN).toMatchObject({ peer });
    await callSchedule()('sweepRooms', AbortSignal.timeout(30_000));
    expect(await world.get(visit)).toMatchObject({ ended: 'swept' });
    await expect.poll(() => world.get(presencePath('ben')), WITHIN).toMatchObject({ online: false });
    expect(await world.get(visit)).toMatchObject({ ended: 'swept' });
  });

  it('[KP20] has its schedules run by the ticker', async () => {
    await world.put(scene.room({ expiresAt: scene.at(-1) }));
    const lines: string[] = [];
    const ticker = startTicker({
      schedules: SCHEDULES.map(({ name }) => ({ name, everyMinutes: 1 / 600 })),
      call: callSchedule(),
      say: (line) => lines.push(line),
    });
    onTestFinished(() => ticker.stop());
    await expect.poll(() => world.get(roomPath(scene.roomId)), WITHIN).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('start in a program that has nothing else to wait for', async () => {
    const program = startProgram({ then: 'return', services: ['firestore', 'functions'] });
    const other = await program.next((event) => event.running);
    await program.gone;
    await expect.poll(() => tracesOf(other), WITHIN).toEqual([]);
  });

  // Elsewhere nothing tells which stack such a process belongs to.
  it.runIf(process.platform === 'linux')(
    'leaves no process of a function when the emulators are killed',
    async () => {
      await callSchedule()('sweepRooms', AbortSignal.timeout(30_000));
      const runtimes = processesWithMark('functionsEmulatorRuntime').filter((pid) =>
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(stack.id),
      );
      expect(runtimes.length).toBeGreaterThan(0);
      process.kill(stack.pids[0] ?? 0, 'SIGKILL');
      await stack.ended;
      await expect.poll(() => runtimes.filter(isAlive), WITHIN).toEqual([]);
    },
  );
});
