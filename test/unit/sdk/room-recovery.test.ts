import { getEventListeners } from 'node:events';
import { admissionPath, beaconPath, roomPath, seatPath, seatsPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Link } from '../../../web/sdk/src/link/link.ts';
import { LEAVE_DEADLINE_MS, OPEN_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import { recallVisit } from '../../../web/sdk/src/room/visit-memory.ts';
import { Instant, type DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';
import { NOW, peer, room as roomDocument, ROOM_ID, seat } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { World, type Visitor } from '../../support/fake-world.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const tracksOf = (link: Link): unknown[] =>
  link.peerConnection!.getTransceivers().map(({ sender }) => sender.track);
const CAMERA = { kind: 'video', id: 'camera' } as MediaStreamTrack;

const HOUR_MS = 3_600_000;
const takesSeat = (writes: readonly DocumentWrite[]): boolean =>
  writes.some(({ path, kind }) => kind !== 'delete' && path.startsWith(`${seatsPath(ROOM_ID)}/`));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );
const isShown = ({ room }: Visitor): boolean => room.roster.some(({ isSelf }) => isSelf);

describe('Room › a seat that nobody knew of', () => {
  /** A join that was applied, and looked to the visitor as if it was not. */
  async function ghost(how: 'unknown' | 'aborted') {
    const world = new World();
    await world.joined('alice');
    const bob = await world.open('bob');
    const { faultOf } = world.backend;
    const controller = new AbortController();
    let isFirst = true;
    world.backend.isSilent = true;
    world.backend.faultOf = (writes, uid) => {
      if (!takesSeat(writes)) return faultOf(writes, uid);
      if (how === 'aborted') controller.abort();
      const fault = isFirst ? 'lost' : 'unavailable';
      isFirst = false;
      return fault;
    };
    const code = codeOf(bob.room.join({ signal: controller.signal }));
    await world.clock.advance(10_000);
    expect(await code).toBe(how === 'aborted' ? 'signaling/aborted' : 'signaling/unavailable');
    expect(bob.room.state).toBe('lobby');
    world.backend.faultOf = faultOf;
    world.backend.isSilent = false;
    return { world, bob, faultOf };
  }

  it.each(['unknown', 'aborted'] as const)(
    '[JN18] is given back when the roster shows it after a join that was %s, and the next join succeeds',
    async (how) => {
      const { world, bob } = await ghost(how);
      world.backend.show();
      await world.clock.advance(100);
      expect(isShown(bob)).toBe(false);
      expect(world.backend.documents.has(beaconPath(ROOM_ID, bob.room.peerId))).toBe(false);
      await bob.room.join();
      await world.clock.advance(100);
      expect([...bob.room.links.values()].map(({ state }) => state)).toEqual(['connected']);
      await bob.room.leave();
      expect(world.leftovers.filter((path) => path.includes('bob'))).toEqual([]);
    },
  );

  it('[JN18] is given back before the next join, if that did not succeed at once', async () => {
    const { world, bob, faultOf } = await ghost('unknown');
    world.backend.faultOf = () => 'unavailable';
    world.backend.show();
    await world.clock.advance(1_000);
    expect(isShown(bob)).toBe(true);
    world.backend.faultOf = faultOf;
    const joining = codeOf(bob.room.join());
    await world.clock.advance(3_000);
    expect(await joining).toBe('done');
    expect(bob.room.roster.filter(({ isSelf }) => isSelf)).toHaveLength(1);
    expect(bob.room.state).toBe('joined');
  });
});

describe('Room › lost marks', () => {
  it('[LS5] answers every one of them, also while a renewal is on its way', async () => {
    const world = new World();
    const { room, transport } = await world.joined('alice');
    const mark = async (): Promise<void> => {
      const lostAt = new Instant(world.clock.now());
      world.backend.put(seatPath(ROOM_ID, room.roster[0]!.seat), seat(room.peerId, { lostAt, lostBy: 1 }));
      await settled();
    };
    const renewals = (): number => world.backend.commits.length;
    for (let count = 0; count < 3; count += 1) {
      const before = renewals();
      await world.clock.advance(1_000);
      await mark();
      expect(renewals()).toBe(before + 1);
    }
    const before = renewals();
    const commit = transport.commit.bind(transport);
    vi.spyOn(transport, 'commit').mockImplementation(
      (writes) =>
        new Promise((resolve, reject) => {
          world.clock.after(500, () => void commit(writes).then(resolve, reject));
        }),
    );
    for (let count = 0; count < 2; count += 1) {
      await world.clock.advance(100);
      await mark();
    }
    await world.clock.advance(2_000);
    expect(renewals()).toBe(before + 2);
  });
});

describe('Room › the end of a visit that is being opened', () => {
  it('[JN19] an admission that comes after the goodbye starts nothing, and is taken back', async () => {
    const world = new World();
    const { room, transport } = world.visitor('bob');
    const commit = transport.commit.bind(transport);
    vi.spyOn(transport, 'commit').mockImplementationOnce(
      (writes) =>
        new Promise((resolve, reject) => {
          world.clock.after(8_000, () => void commit(writes).then(resolve, reject));
        }),
    );
    const controller = new AbortController();
    const opening = codeOf(room.open(OPEN_DEADLINE_MS, controller.signal));
    await settled();
    controller.abort();
    expect(await opening).toBe('signaling/aborted');
    await world.clock.advance(20_000);
    expect(room.state).toBe('left');
    world.expectNothingLeft();
    const commits = world.backend.commits.length;
    await world.clock.advance(HOUR_MS);
    expect(world.backend.commits).toHaveLength(commits);
  });

  it.each(['leave', 'room-ended'] as const)('[JN19] %s ends the opening at once', async (how) => {
    const world = new World();
    const { room, transport } = world.visitor('bob');
    const { faultOf } = world.backend;
    world.backend.faultOf = (writes, uid) => (how === 'room-ended' ? 'hanging' : faultOf(writes, uid));
    const opening = codeOf(room.open(OPEN_DEADLINE_MS, undefined));
    if (how === 'leave') void room.leave();
    else {
      await settled();
      world.backend.put(roomPath(ROOM_ID), roomDocument({ endedAt: new Instant(NOW) }));
    }
    await settled();
    const began = world.clock.now();
    expect(await opening).toBe(how === 'leave' ? 'signaling/aborted' : 'signaling/room-ended');
    expect(world.clock.now()).toBe(began);
    await world.clock.advance(2 * OPEN_DEADLINE_MS);
    expect(room.state).toBe('left');
    expect(transport.listenerCount).toBe(0);
    expect(world.backend.watchCount).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it('a room that ends during a join is why the join fails', async () => {
    const world = new World();
    const { room } = await world.open('alice');
    world.backend.faultOf = (writes) => {
      if (!takesSeat(writes)) return undefined;
      world.backend.put(roomPath(ROOM_ID), roomDocument({ endedAt: new Instant(NOW) }));
      return 'denied';
    };
    const joining = codeOf(room.join());
    await world.clock.advance(1_000);
    expect(await joining).toBe('signaling/room-ended');
    expect(room.reason).toBe('room-ended');
  });

  it('nobody listens to the signal of a join that is over', async () => {
    const world = new World();
    const { room } = await world.open('alice');
    world.backend.faultOf = (writes) => (takesSeat(writes) ? 'denied' : undefined);
    const { signal } = new AbortController();
    const joining = codeOf(room.join({ signal }));
    await world.clock.advance(1_000);
    expect(await joining).toBe('signaling/permission-denied');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('Room › seat-lost', () => {
  it('takes along what is left without the seat', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    const [own] = room.roster;
    world.backend.apply(
      [seatPath(ROOM_ID, own!.seat), beaconPath(ROOM_ID, room.peerId)].map((path) => ({
        kind: 'delete',
        path,
      })),
    );
    await world.clock.advance(1_000);
    expect(room.reason).toBe('seat-lost');
    world.expectNothingLeft();
  });

  it('leaves the admission to a later visit of the same user', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    world.backend.put(seatPath(ROOM_ID, room.roster[0]!.seat), seat(peer('alice', 2)));
    await world.clock.advance(1_000);
    expect(room.reason).toBe('seat-lost');
    expect(world.leftovers).toContain(admissionPath(ROOM_ID, 'alice'));
  });
});

describe('Room › standing offers that have grown old in the lobby', () => {
  const offerOf = (world: World): { id: string } | undefined =>
    (world.backend.documents.get(beaconPath(ROOM_ID, peer('alice'))) as { offer?: { id: string } }).offer;

  it('[SO4] are made anew before a join', async () => {
    const world = new World();
    const { room } = await world.open('alice');
    const [waiting] = world.network.openConnections;
    await world.clock.advance(HOUR_MS / 2);
    await room.join();
    expect(waiting!.signalingState).toBe('closed');
    expect(world.network.openConnections).toHaveLength(1);
    expect(offerOf(world)).toBeDefined();
  });

  it('[SO4] are made anew on waking', async () => {
    const world = new World();
    const { transport } = await world.open('alice');
    const [waiting] = world.network.openConnections;
    const wake = async (): Promise<void> => {
      transport.setReachable(false);
      transport.setReachable(true);
      await settled();
    };
    await wake();
    expect(world.network.openConnections).toEqual([waiting]);
    await world.clock.advance(HOUR_MS / 2);
    await wake();
    expect(world.network.openConnections).toHaveLength(1);
    expect(waiting!.signalingState).toBe('closed');
  });
});

describe('Room › the memory of a visit', () => {
  beforeEach(() => {
    const storage = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => storage.set(key, value),
      removeItem: (key: string) => storage.delete(key),
    });
    // No locks: what is remembered is recalled.
    vi.stubGlobal('navigator', { userAgent: '' });
  });

  it('[JN17] begins before the join goes out, and ends with a goodbye that was heard', async () => {
    const world = new World();
    const { room } = await world.open('alice');
    let remembered: Promise<string | undefined> | undefined;
    world.backend.faultOf = (writes) => {
      if (takesSeat(writes)) remembered = recallVisit(ROOM_ID);
      return undefined;
    };
    expect(await recallVisit(ROOM_ID)).toBeUndefined();
    await room.join();
    expect(await remembered).toBe(room.peerId);
    await room.leave();
    expect(await recallVisit(ROOM_ID)).toBeUndefined();
  });

  it('[JN17] stays after a goodbye that nobody has acknowledged', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    world.backend.faultOf = () => 'hanging';
    const leaving = room.leave();
    await world.clock.advance(2 * LEAVE_DEADLINE_MS);
    await leaving;
    expect(await recallVisit(ROOM_ID)).toBe(room.peerId);
  });
});

describe('Room › setMedia', () => {
  it('[MD4] a camera switched off while a standing offer is prepared is sent to nobody', async () => {
    const world = new World();
    const alice = await world.joined('alice', { media: { video: CAMERA } });
    const bob = await world.open('bob');
    await world.clock.advance(200);
    world.network.gathering = 'manual';
    await bob.room.join();
    await world.clock.advance(500);
    const gathering = world.network.connections.filter((pc) => pc.iceGatheringState === 'gathering');
    expect(gathering).not.toHaveLength(0);
    await alice.room.setMedia({ video: null });
    for (const pc of gathering) pc.finishGathering();
    world.network.gathering = 'at-once';
    await world.clock.advance(4_000);
    const carol = await world.joined('carol');
    await world.clock.advance(5_000);
    const link = alice.room.links.get(carol.room.peerId)!;
    expect(link.state).toBe('connected');
    expect(tracksOf(link)).toEqual([null, null]);
    expect(carol.room.links.get(alice.room.peerId)!.remoteMedia).toEqual({ audio: false, video: false });
  });

  it('the last of several changes at once is what counts', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    const bob = await world.joined('bob');
    await Promise.all([room.setMedia({ video: CAMERA }), room.setMedia({ video: null })]);
    expect(tracksOf(room.links.get(bob.room.peerId)!)).toEqual([null, null]);
  });

  it('goes through when a peer leaves meanwhile', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    await world.joined('bob');
    const { peerConnection } = [...room.links.values()][0]!;
    const [sender] = peerConnection!.getTransceivers().slice(1);
    vi.spyOn(sender!.sender, 'replaceTrack').mockRejectedValue(
      new DOMException('closed', 'InvalidStateError'),
    );
    await expect(room.setMedia({ video: CAMERA })).resolves.toBeUndefined();
  });

  it('takes no track of the other kind', async () => {
    const world = new World();
    const { room } = await world.open('alice');
    await expect(room.setMedia({ audio: CAMERA })).rejects.toMatchObject({
      code: 'signaling/invalid-argument',
    });
  });
});
