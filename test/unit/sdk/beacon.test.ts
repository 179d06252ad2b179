import { beaconPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  COMMIT_DEADLINE_MS,
  IDLE_LEASE_SECONDS,
  FREED_SEAT_PAUSE_MS,
  IDLE_RENEWAL_MS,
  LINKED_LEASE_SECONDS,
  MAIL_RETRY_MAX_MS,
  REARM_BURST,
  REARM_INTERVAL_MS,
  REARM_PATIENCE_MS,
  STANDING_OFFER_MAX_AGE_MS,
} from '../../../web/sdk/src/defaults.ts';
import { SignalingError } from '../../../web/sdk/src/errors.ts';
import { Ledger } from '../../../web/sdk/src/ledger.ts';
import { Connection } from '../../../web/sdk/src/link/connection.ts';
import { MediaSource } from '../../../web/sdk/src/link/local-media.ts';
import { StandingOfferKeeper } from '../../../web/sdk/src/link/standing-offer.ts';
import { BeaconKeeper } from '../../../web/sdk/src/room/beacon.ts';
import { RoomDocuments } from '../../../web/sdk/src/room/room-documents.ts';
import type { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import { ALICE, beacon, ROOM_ID } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { FakeBackend } from '../../support/fake-transport.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const HOUR_MS = 3_600_000;
const PATH = beaconPath(ROOM_ID, ALICE);
type Shown = { leaseSeconds: number; renewedAt: Instant; offer?: { id: string; rev: number } };

async function setting(options: { readonly offerMaxAgeMs?: number } = {}) {
  const clock = new FakeClock();
  const backend = new FakeBackend(clock);
  const network = new FakeNetwork();
  const problems: SignalingError[] = [];
  const state = { isFullyLinked: false, wantsOffer: true, hasConnections: true, refusals: 0 };
  const report = (error: SignalingError): void => void problems.push(error);
  const documents = new RoomDocuments({
    transport: backend.transport('alice'),
    clock,
    roomId: ROOM_ID,
    ledger: new Ledger(),
    report,
  });
  const standing = new StandingOfferKeeper({
    clock,
    connect: () => {
      if (!state.hasConnections) throw new SignalingError('signaling/too-many-connections');
      return new Connection(network.create, {}, new MediaSource());
    },
  });
  const keeper = new BeaconKeeper({
    clock,
    documents,
    roomId: ROOM_ID,
    peerId: ALICE,
    standing,
    offerMaxAgeMs: options.offerMaxAgeMs ?? 10 * HOUR_MS,
    isFullyLinked: () => state.isFullyLinked,
    wantsOffer: () => state.wantsOffer,
    onRefused: () => (state.refusals += 1),
    report,
  });
  await standing.prepare();
  const { offer } = standing;
  backend.put(PATH, { ...beacon(0, { leaseSeconds: IDLE_LEASE_SECONDS, offer: offer! }) });
  const start = (): void => keeper.start(offer?.rev ?? 0);
  const shown = (): Shown => backend.documents.get(PATH) as Shown;
  const leaseEndsIn = (): number => shown().renewedAt.epochMs + shown().leaseSeconds * 1_000 - clock.now();
  return { clock, backend, network, problems, state, standing, keeper, start, shown, leaseEndsIn };
}

describe('BeaconKeeper › lease', () => {
  it('[LS1] alone, it makes at most 60 writes an hour, and the lease never comes near its end', async () => {
    const { clock, backend, start, leaseEndsIn } = await setting();
    start();
    let shortest = Infinity;
    for (let second = 0; second < 3_600; second += 1) {
      await clock.advance(1_000);
      shortest = Math.min(shortest, leaseEndsIn());
    }
    expect(backend.commits.length).toBeLessThanOrEqual(60);
    expect(backend.commits.length).toBeGreaterThan(3_600 / IDLE_LEASE_SECONDS);
    expect(shortest).toBeGreaterThan((IDLE_LEASE_SECONDS * 1_000) / 2);
  });

  it('[LS2] with every link up, it makes at most 20 writes an hour, and the lease never ends', async () => {
    const { clock, backend, state, keeper, start, shown, leaseEndsIn } = await setting();
    start();
    await clock.advance(1_000);
    state.isFullyLinked = true;
    keeper.adjust();
    let shortest = Infinity;
    for (let second = 0; second < 3_600; second += 1) {
      await clock.advance(1_000);
      shortest = Math.min(shortest, leaseEndsIn());
    }
    expect(backend.commits.length).toBeLessThanOrEqual(20);
    expect(shown().leaseSeconds).toBe(LINKED_LEASE_SECONDS);
    expect(shortest).toBeGreaterThan(30_000);
  });

  it('renews soon when a link is lost, if the last renewal is long ago', async () => {
    const { clock, backend, state, keeper, start, shown } = await setting();
    start();
    state.isFullyLinked = true;
    await clock.advance(HOUR_MS);
    state.isFullyLinked = false;
    const before = backend.commits.length;
    await clock.advance(IDLE_RENEWAL_MS);
    keeper.adjust();
    await clock.advance(1_000);
    expect(backend.commits.length).toBeGreaterThan(before);
    expect(shown().leaseSeconds).toBe(IDLE_LEASE_SECONDS);
  });

  it('does not write more for being told of changes all the time', async () => {
    const { clock, backend, keeper, start } = await setting();
    start();
    for (let second = 0; second < 600; second += 1) {
      keeper.adjust();
      await clock.advance(1_000);
    }
    expect(backend.commits.length).toBeLessThanOrEqual(10);
  });

  it('[LS3] an outage only delays the renewal', async () => {
    const { clock, backend, state, start, leaseEndsIn } = await setting();
    start();
    backend.faultOf = () => 'unavailable';
    await clock.advance(IDLE_RENEWAL_MS + 30_000);
    expect(backend.commits).toHaveLength(0);
    backend.faultOf = () => undefined;
    await clock.advance(MAIL_RETRY_MAX_MS);
    expect(backend.commits).toHaveLength(1);
    expect(leaseEndsIn()).toBeGreaterThan(0);
    expect(state.refusals).toBe(0);
  });

  it('[LS4] a refused renewal is looked into', async () => {
    const { clock, backend, state, start } = await setting();
    start();
    backend.remove(PATH);
    await clock.advance(IDLE_RENEWAL_MS);
    expect(state.refusals).toBe(1);
    // A beacon that is gone is not brought back.
    expect(backend.documents.has(PATH)).toBe(false);
  });

  it('renews on waking only when a renewal is due', async () => {
    const { clock, backend, keeper, start } = await setting();
    start();
    await clock.advance(10_000);
    keeper.hurry();
    await settled();
    expect(backend.attempts).toBe(0);
    backend.faultOf = () => 'unavailable';
    await clock.advance(IDLE_RENEWAL_MS);
    backend.faultOf = () => undefined;
    keeper.hurry();
    await settled();
    expect(backend.commits).toHaveLength(1);
  });

  it('stopped, it leaves no timer and writes no more, even with a write under way', async () => {
    const { clock, backend, keeper, start } = await setting();
    start();
    backend.faultOf = () => 'denied';
    const renewal = keeper.renew();
    keeper.stop();
    await renewal;
    await settled();
    expect(clock.pending).toBe(0);
    keeper.adjust();
    keeper.hurry();
    await keeper.renew();
    await clock.advance(HOUR_MS);
    expect(backend.attempts).toBe(1);
  });
});

describe('BeaconKeeper › standing offer', () => {
  type Setting = Awaited<ReturnType<typeof setting>>;

  /** Somebody takes the offer that stands. */
  const take = ({ standing, keeper, state }: Setting): void => {
    if (standing.offer !== undefined) standing.take(standing.offer.id)?.connection.close();
    state.isFullyLinked = false;
    keeper.adjust();
  };

  const connect = async ({ clock, keeper, state }: Setting): Promise<void> => {
    state.isFullyLinked = true;
    keeper.adjust();
    await clock.advance(0);
  };

  it('[SO1] an offer that was taken is replaced as soon as its taker is connected', async () => {
    const here = await setting();
    here.start();
    const first = here.shown().offer!.id;
    take(here);
    await here.clock.advance(REARM_PATIENCE_MS - 1);
    expect(here.shown().offer!.id).toBe(first);
    await connect(here);
    expect(here.shown().offer!.id).not.toBe(first);
    expect(here.shown().offer).toEqual(here.standing.offer);
  });

  it('[SO1] a taker that does not get connected is not waited for', async () => {
    const here = await setting();
    here.start();
    const first = here.shown().offer!.id;
    take(here);
    await here.clock.advance(REARM_PATIENCE_MS);
    expect(here.shown().offer!.id).not.toBe(first);
  });

  it('[SO1] five are replaced one after the other, and from then on one in ten seconds', async () => {
    const here = await setting();
    here.start();
    // As many as come while the five before them are still being made up for.
    for (let taken = 1; taken <= REARM_BURST; taken += 1) {
      take(here);
      await connect(here);
      expect(here.shown().offer).toEqual(here.standing.offer);
      expect(here.backend.commits).toHaveLength(taken);
    }
    take(here);
    here.state.isFullyLinked = true;
    here.keeper.adjust();
    await here.clock.advance(REARM_INTERVAL_MS - 1);
    expect(here.backend.commits).toHaveLength(REARM_BURST);
    await here.clock.advance(1);
    expect(here.backend.commits).toHaveLength(REARM_BURST + 1);
  });

  it('[SO1] who takes every offer as soon as it stands makes it write no more than once in ten seconds', async () => {
    const here = await setting();
    here.start();
    const SECONDS = 600;
    for (let second = 0; second < SECONDS; second += 1) {
      take(here);
      await here.clock.advance(1_000);
    }
    expect(here.backend.commits.length).toBeLessThanOrEqual(
      REARM_BURST + (SECONDS * 1_000) / REARM_INTERVAL_MS,
    );
  });

  it('writes an offer once, however often it is told of changes while it makes one', async () => {
    const here = await setting();
    here.start();
    here.network.gathering = 'manual';
    take(here);
    await here.clock.advance(REARM_PATIENCE_MS);
    here.state.isFullyLinked = true;
    for (let change = 0; change < 5; change += 1) {
      here.keeper.adjust();
      await here.clock.advance(0);
    }
    here.network.connections.at(-1)!.finishGathering();
    here.keeper.adjust();
    await settled();
    expect(here.backend.commits).toHaveLength(1);
    // Nor has it used up what the next ones need.
    here.network.gathering = 'at-once';
    for (let taken = 2; taken <= REARM_BURST; taken += 1) {
      take(here);
      await connect(here);
    }
    expect(here.backend.commits).toHaveLength(REARM_BURST);
  });

  it('counts an offer once whose write takes long, however often it is told of changes meanwhile', async () => {
    const here = await setting();
    here.start();
    here.backend.faultOf = () => 'hanging';
    take(here);
    await connect(here);
    for (let change = 0; change < 10; change += 1) await connect(here);
    expect(here.backend.attempts).toBe(1);
    here.backend.faultOf = () => undefined;
    await here.clock.advance(COMMIT_DEADLINE_MS + MAIL_RETRY_MAX_MS);
    for (let taken = 0; taken < REARM_BURST; taken += 1) {
      expect(here.shown().offer).toEqual(here.standing.offer);
      take(here);
      await connect(here);
    }
    expect(here.shown().offer).toEqual(here.standing.offer);
  });

  it('[SO2] an offer older than anybody vouches for is replaced in the write of a renewal', async () => {
    const { clock, backend, network, standing, start, shown } = await setting({
      offerMaxAgeMs: STANDING_OFFER_MAX_AGE_MS,
    });
    start();
    const first = shown().offer!.id;
    await clock.advance(IDLE_RENEWAL_MS + 1_000);
    expect(backend.commits).toHaveLength(1);
    expect(shown().offer!.id).not.toBe(first);
    expect(shown().offer).toEqual(standing.offer);
    await clock.advance(HOUR_MS);
    expect(backend.commits.length).toBeLessThanOrEqual(61);
    expect(network.openConnections).toHaveLength(1);
  });

  it('[SO2] an offer that was old already when the join showed it is replaced at once', async () => {
    const { clock, standing, start, shown } = await setting({ offerMaxAgeMs: STANDING_OFFER_MAX_AGE_MS });
    const first = standing.offer!.id;
    await clock.advance(STANDING_OFFER_MAX_AGE_MS + 1);
    start();
    await settled();
    expect(shown().offer!.id).not.toBe(first);
    expect(shown().offer!.id).toBe(standing.offer!.id);
  });

  it('a young offer is not written again with each renewal', async () => {
    const { clock, backend, start } = await setting();
    start();
    await clock.advance(IDLE_RENEWAL_MS);
    expect(backend.commits[0]!.writes[0]).toMatchObject({ kind: 'update', path: PATH });
    expect(backend.commits[0]!.writes[0]).not.toHaveProperty('data.offer');
  });

  it('is given up when the room is full and every link is up, and made again when somebody leaves', async () => {
    const { clock, network, state, standing, keeper, start, shown } = await setting();
    start();
    state.wantsOffer = false;
    keeper.adjust();
    expect(standing.offer).toBeDefined();
    state.isFullyLinked = true;
    keeper.adjust();
    expect(standing.offer).toBeUndefined();
    expect(network.openConnections).toHaveLength(0);
    state.wantsOffer = true;
    keeper.adjust();
    await clock.advance(REARM_INTERVAL_MS);
    expect(shown().offer).toEqual(standing.offer);
    expect(standing.offer?.rev).toBe(2);
  });

  it('is not made for people who leave one right after the other', async () => {
    const { clock, backend, state, keeper, start } = await setting();
    start();
    state.wantsOffer = false;
    state.isFullyLinked = true;
    keeper.adjust();
    await clock.advance(20_000);
    const before = backend.commits.length;
    state.wantsOffer = true;
    state.isFullyLinked = false;
    keeper.adjust();
    await clock.advance(FREED_SEAT_PAUSE_MS - 1);
    expect(backend.commits).toHaveLength(before);
    await clock.advance(1);
    expect(backend.commits).toHaveLength(before + 1);
  });

  it('does without when the browser has no connection to give, and tries again later', async () => {
    const { clock, problems, state, standing, keeper, start, shown } = await setting();
    start();
    state.hasConnections = false;
    standing.discard();
    keeper.adjust();
    await clock.advance(REARM_INTERVAL_MS);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['signaling/too-many-connections']));
    expect(problems.length).toBeLessThanOrEqual(2);
    state.hasConnections = true;
    await clock.advance(2 * REARM_INTERVAL_MS);
    expect(shown().offer).toEqual(standing.offer);
  });
});

describe('StandingOfferKeeper', () => {
  it('shares one preparation, numbers its offers, and gives each to one taker', async () => {
    const { standing, network } = await setting();
    await Promise.all([standing.prepare(), standing.prepare()]);
    const first = standing.offer!;
    expect(first).toMatchObject({ conn: 1, rev: 1 });
    expect(first.candidates).toMatch(/^candidate:/);
    expect(first.sdp).not.toMatch(/a=(candidate|end-of-candidates)/);
    expect(first.sdp.match(/^m=\w+/gm)).toEqual(['m=audio', 'm=video', 'm=application']);
    expect(standing.take('another0')).toBeUndefined();
    expect(standing.take(first.id)?.offer).toBe(first);
    expect(standing.offer).toBeUndefined();
    await standing.prepare();
    expect(standing.offer!.rev).toBe(2);
    expect(standing.offer!.id).not.toBe(first.id);
    expect(network.connections).toHaveLength(2);
  });

  it('[SO3] does not wait for ever for slow candidates', async () => {
    const { standing, network, clock } = await setting();
    standing.discard();
    network.gathering = 'manual';
    const preparing = standing.prepare();
    await settled();
    network.connections.at(-1)!.findCandidate();
    await clock.advance(10_000);
    await preparing;
    expect(standing.offer!.candidates.split('\n')).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('closed while it prepares, it leaves no connection and no timer', async () => {
    const { standing, network, clock } = await setting();
    standing.discard();
    network.gathering = 'manual';
    const preparing = standing.prepare();
    await settled();
    standing.close();
    await settled();
    expect(clock.pending).toBe(0);
    expect(network.openConnections).toHaveLength(0);
    await preparing;
    expect(standing.offer).toBeUndefined();
  });
});
