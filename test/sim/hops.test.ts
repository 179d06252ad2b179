import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeMediaStream } from '../support/fake-sdp.ts';
import { seedChance } from './support/chance.ts';
import { connectedTo, Simulation } from './support/simulation.ts';
import type { SimPeer } from './support/sim-peer.ts';

/** One way between a client and the backend. Nothing else takes time, so all time is hops. */
const WAY_MS = 50;
const HOP_MS = 2 * WAY_MS;
const QUIET_MS = 30_000;

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeMediaStream);
  seedChance(1);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const simulation = (): Simulation => new Simulation({ seed: 1, latencyMs: [WAY_MS, WAY_MS] }, 6);

/** Somebody in the lobby, with everything prepared. */
async function visitor(world: Simulation, name: string, standingOffers = true): Promise<SimPeer> {
  const peer = world.peer(name);
  void peer.open({ standingOffers });
  await world.run(QUIET_MS);
  expect(peer.room?.state).toBe('lobby');
  return peer;
}

async function member(world: Simulation, name: string, standingOffers = true): Promise<SimPeer> {
  const peer = await visitor(world, name, standingOffers);
  void peer.room!.join();
  await world.run(QUIET_MS);
  expect(peer.room?.state).toBe('joined');
  return peer;
}

/** How many hops it takes until something holds. */
async function hopsUntil(world: Simulation, holds: () => boolean): Promise<number> {
  const beganAt = world.clock.now();
  while (!holds() && world.clock.now() - beganAt < QUIET_MS) await world.run(1);
  return (world.clock.now() - beganAt) / HOP_MS;
}

const areLinked = (...peers: readonly SimPeer[]): boolean =>
  peers.every((one) => peers.every((other) => one === other || connectedTo(one, other)));

describe('Hops of a join', () => {
  it('[SI1] one, over the offer that stands', async () => {
    const world = simulation();
    const ada = await member(world, 'ada');
    const ben = await visitor(world, 'ben');
    void ben.room!.join();
    expect(await hopsUntil(world, () => areLinked(ada, ben))).toBe(1);
  });

  it('[SI1] one, to each of five that are there', async () => {
    const world = simulation();
    const others: SimPeer[] = [];
    for (const name of ['ada', 'ben', 'cleo', 'dora', 'eli']) {
      others.push(await member(world, name));
      // What was taken is replaced only every ten seconds.
      await world.run(QUIET_MS);
    }
    const finn = await visitor(world, 'finn');
    void finn.room!.join();
    expect(await hopsUntil(world, () => areLinked(...others, finn))).toBe(1);
  });

  it('[SI2] two, where no offer stands', async () => {
    const world = simulation();
    const ada = await member(world, 'ada', false);
    const ben = await visitor(world, 'ben');
    void ben.room!.join();
    expect(await hopsUntil(world, () => areLinked(ada, ben))).toBe(2);
  });

  // Seats are taken at random. Who wants the one that somebody else has just taken needs a second attempt.
  const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
  const collisions = (world: Simulation): number => world.backend.refused.length;

  it.each(SEEDS)(
    '[SI3] one for the first to answer an offer, and three for the second (seed %i)',
    async (seed) => {
      seedChance(seed);
      const world = simulation();
      const ada = await member(world, 'ada');
      const [ben, cleo] = [await visitor(world, 'ben'), await visitor(world, 'cleo')];
      void ben.room!.join();
      await world.run(1);
      void cleo.room!.join();
      expect(await hopsUntil(world, () => areLinked(ada, ben))).toBeCloseTo(1, 1);
      const second = 1 + (await hopsUntil(world, () => areLinked(ada, cleo)));
      expect(second).toBeCloseTo(3 + collisions(world), 1);
    },
  );

  it.each(SEEDS)(
    '[SI4] three between two who join at once, and know nothing of each other (seed %i)',
    async (seed) => {
      seedChance(seed);
      const world = simulation();
      const [ada, ben] = [await visitor(world, 'ada'), await visitor(world, 'ben')];
      void ada.room!.join();
      void ben.room!.join();
      const hops = await hopsUntil(world, () => areLinked(ada, ben));
      expect(hops).toBe(3 + collisions(world));
    },
  );
});
