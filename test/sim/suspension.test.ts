import { LIMITS } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeMediaStream } from '../support/fake-sdp.ts';
import { seedChance } from './support/chance.ts';
import { expectAllTogether, expectNothingLeft } from './support/expectations.ts';
import { connectedTo, Simulation } from './support/simulation.ts';

/** Everything that has begun has come to its end. */
const QUIET_MS = 120_000;
/** Longer than any lease. */
const LONG_MS = 2 * LIMITS.BEACON_LEASE_MAX_SECONDS * 1_000;

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeMediaStream);
  seedChance(1);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Two who are linked, in a room with so many seats. */
async function pair(capacity: number) {
  const world = new Simulation({ seed: 1, latencyMs: [20, 20] }, capacity);
  const [ada, ben] = [world.peer('ada'), world.peer('ben')];
  for (const peer of [ada, ben]) {
    peer.come();
    await world.run(QUIET_MS);
  }
  expect(connectedTo(ada, ben)).toBe(true);
  return { world, ada, ben, before: ben.peerId };
}

describe('A tab that was suspended for longer than its lease', () => {
  it('[SI11] goes on in its seat, if nobody has taken it', async () => {
    const { world, ada, ben, before } = await pair(3);
    ben.suspend();
    await world.run(LONG_MS);
    expect(connectedTo(ada, ben)).toBe(false);
    ben.resume();
    await world.run(QUIET_MS);
    expect([ben.peerId, ben.reasons]).toEqual([before, []]);
    await expectAllTogether(world);
    await expectNothingLeft(world);
  });

  it('[SI11] is told that its seat was taken, and comes back as another peer when one is free', async () => {
    const { world, ada, ben, before } = await pair(2);
    ben.suspend();
    const cleo = world.peer('cleo');
    cleo.come();
    await world.run(LONG_MS);
    expect(connectedTo(ada, cleo)).toBe(true);

    ben.resume();
    await world.run(QUIET_MS);
    expect(ben.reasons).toEqual(['seat-lost']);
    expect([ben.room?.state, ben.problems.at(-1)?.code]).toEqual(['lobby', 'signaling/room-full']);
    expect(connectedTo(ada, cleo)).toBe(true);

    cleo.leave();
    await world.run(QUIET_MS);
    expect(ben.peerId).not.toBe(before);
    await expectAllTogether(world);
    await expectNothingLeft(world);
  });

  it('[SI11] takes nothing away from who has its seat by then', async () => {
    const { world, ada, ben } = await pair(2);
    ben.suspend();
    const cleo = world.peer('cleo');
    cleo.come();
    await world.run(LONG_MS);
    // It wakes up to be closed.
    ben.resume();
    ben.leave();
    await world.run(QUIET_MS);
    expect(connectedTo(ada, cleo)).toBe(true);
    await expectAllTogether(world);
    await expectNothingLeft(world);
  });
});
