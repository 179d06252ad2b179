import { beaconPath, LIMITS, seatPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  IDLE_LEASE_SECONDS,
  IDLE_RENEWAL_MS,
  LINKED_LEASE_SECONDS,
  LOST_AFTER_MS,
  LOST_STAGGER_MS,
} from '../../../web/sdk/src/defaults.ts';
import type { Seat } from '../../../web/sdk/src/room/room-documents.ts';
import { beacon, peer, room as roomDocument, ROOM_ID, seat } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { fakeOf } from '../../support/fake-peer-connection.ts';
import { World, type Visitor } from '../../support/fake-world.ts';
import { Instant, type DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const GRACE_MS = LIMITS.LOST_GRACE_SECONDS * 1_000;
const COOLDOWN_MS = LIMITS.LOST_COOLDOWN_SECONDS * 1_000;
/** Until the last of four has had its turn. */
const ALL_TURNS_MS = LOST_AFTER_MS + 5 * LOST_STAGGER_MS;
const isMark = (write: DocumentWrite): boolean => write.kind === 'update' && 'lostAt' in write.data;

/** A crowd in which connections break, and tabs are gone without a word. */
class Neighbours {
  readonly world: World;
  readonly #crashed = new Set<string>();

  constructor(capacity = 4) {
    this.world = new World(roomDocument({ capacity }));
    const { faultOf } = this.world.backend;
    this.world.backend.faultOf = (writes, uid) => (this.#crashed.has(uid) ? 'hanging' : faultOf(writes, uid));
  }

  /** Nothing more comes from a visitor: not over the network, not over the backend. */
  async crash({ room }: Visitor, others: readonly Visitor[]): Promise<void> {
    this.#crashed.add(room.uid);
    await this.breakLinks(room.peerId, others);
  }

  async breakLinks(peerId: string, others: readonly Visitor[]): Promise<void> {
    this.world.network.isPassable = false;
    for (const { room } of others) fakeOf(room.links.get(peerId)?.peerConnection).become('disconnected');
    await this.world.clock.advance(0);
  }

  /** The links of a peer find a way again. */
  async mend(): Promise<void> {
    this.world.network.isPassable = true;
    this.world.network.look();
    await this.world.clock.advance(0);
  }

  /** The marks written so far: who wrote them, and on whose seat. */
  get marks(): readonly string[] {
    return this.world.backend.commits
      .filter(({ writes }) => writes.some(isMark))
      .map(({ uid, writes }) => `${uid}: ${writes.map(({ path }) => path.split('/').at(-1)).join()}`);
  }

  seatOf({ room }: Visitor): Seat & { readonly number: number } {
    const { seat: number } = room.roster.find(({ isSelf }) => isSelf)!;
    return { ...(this.world.backend.documents.get(seatPath(ROOM_ID, number)) as Seat), number };
  }

  beaconOf({ room }: Visitor): { readonly renewedAt: Instant; readonly leaseSeconds: number } {
    return this.world.backend.documents.get(beaconPath(ROOM_ID, room.peerId)) as never;
  }
}

describe('Room › a neighbour that is gone without a word', () => {
  it('[LM1] is marked lost when its link has been down for a while, and not before', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    await crowd.crash(bob, [alice]);
    await crowd.world.clock.advance(LOST_AFTER_MS - 1_000);
    expect(crowd.marks).toEqual([]);
    expect(alice.room.roster.map(({ lost }) => lost)).toEqual([false, false]);
    await crowd.world.clock.advance(ALL_TURNS_MS - LOST_AFTER_MS);
    expect(crowd.marks).toEqual([`alice: ${crowd.seatOf(bob).number}`]);
    expect(crowd.seatOf(bob)).toMatchObject({ lostBy: crowd.seatOf(alice).number });
    expect(alice.room.roster.find(({ peerId }) => peerId === bob.room.peerId)).toMatchObject({ lost: true });
  });

  it('[LM1] is not marked for a hiccup', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    await crowd.breakLinks(bob.room.peerId, [alice]);
    await crowd.mend();
    await crowd.world.clock.advance(15_000);
    expect(alice.room.links.get(bob.room.peerId)?.state).toBe('connected');
    await crowd.world.clock.advance(2 * LOST_AFTER_MS);
    expect(crowd.marks).toEqual([]);
  });

  it.each([true, false])(
    '[LM1] is marked, too, when its link is given up without ever having come up (beacon: %s)',
    async (hasBeacon) => {
      const crowd = new Neighbours();
      const ghost = peer('ghost');
      crowd.world.backend.put(seatPath(ROOM_ID, 3), seat(ghost));
      if (hasBeacon) crowd.world.backend.put(beaconPath(ROOM_ID, ghost), beacon(3, { leaseSeconds: 900 }));
      const alice = await crowd.world.joined('alice');
      await crowd.world.clock.advance(2 * LOST_AFTER_MS);
      expect(alice.room.links.get(ghost)?.state).toBe('connecting');
      expect(crowd.marks).toEqual([]);
      await crowd.world.clock.advance(150_000);
      expect(alice.room.links.get(ghost)?.state).toBe('failed');
      expect(crowd.marks).toEqual(['alice: 3']);
    },
  );

  it('[LM1] is marked when it has said goodbye, and its seat stays', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    crowd.world.backend.faultOf = (_, uid) => (uid === 'bob' ? 'unavailable' : undefined);
    await bob.room.leave();
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(alice.room.links.size).toBe(0);
    expect(crowd.marks).toHaveLength(1);
  });

  it('[LM2] is marked by one of its neighbours, the one in the lowest seat', async () => {
    const crowd = new Neighbours();
    const visitors: Visitor[] = [];
    for (const name of ['alice', 'bob', 'carol', 'dave']) visitors.push(await crowd.world.joined(name));
    await crowd.world.clock.advance(10_000);
    const [first, ...others] = [...visitors].sort(
      (one, other) => crowd.seatOf(one).number - crowd.seatOf(other).number,
    );
    const lost = others.pop()!;
    // Only the seats decide, not who notices first.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    await crowd.crash(lost, [...others, first!]);
    await crowd.world.clock.advance(GRACE_MS + COOLDOWN_MS);
    expect(crowd.marks).toEqual([`${first!.room.uid}: ${crowd.seatOf(lost).number}`]);
  });

  it('[LM2] is marked by the next one when the first cannot', async () => {
    const crowd = new Neighbours();
    const visitors: Visitor[] = [];
    for (const name of ['alice', 'bob', 'carol']) visitors.push(await crowd.world.joined(name));
    const [first, second, lost] = [...visitors].sort(
      (one, other) => crowd.seatOf(one).number - crowd.seatOf(other).number,
    );
    const { faultOf } = crowd.world.backend;
    await crowd.crash(lost!, [first!, second!]);
    const gone = faultOf;
    crowd.world.backend.faultOf = (writes, uid) =>
      uid === first!.room.uid && writes.some(isMark) ? 'unavailable' : gone(writes, uid);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toEqual([`${second!.room.uid}: ${crowd.seatOf(lost!).number}`]);
  });

  it('[LM2] is marked in time by the only one who is left, however many have gone before', async () => {
    const crowd = new Neighbours();
    const visitors: Visitor[] = [];
    for (const name of ['alice', 'bob', 'carol']) visitors.push(await crowd.world.joined(name));
    const [alice, bob, carol] = visitors;
    await crowd.crash(bob!, [alice!, carol!]);
    const { number } = crowd.seatOf(bob!);
    crowd.world.backend.remove(seatPath(ROOM_ID, number));
    await crowd.world.clock.advance(1_000);
    await crowd.crash(carol!, [alice!]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toEqual([`alice: ${crowd.seatOf(carol!).number}`]);
  });

  it('[LM2] is marked when the backend is back that was away', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    await crowd.crash(bob, [alice]);
    const { faultOf } = crowd.world.backend;
    crowd.world.backend.faultOf = (writes, uid) =>
      uid === 'alice' && writes.some(isMark) ? 'unavailable' : faultOf(writes, uid);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    crowd.world.backend.faultOf = faultOf;
    expect(crowd.marks).toEqual([]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toHaveLength(1);
  });

  it('[LM3] is not marked by somebody whom the others miss, too', async () => {
    const crowd = new Neighbours();
    const visitors: Visitor[] = [];
    for (const name of ['alice', 'bob', 'carol']) visitors.push(await crowd.world.joined(name));
    const [alone, ...others] = [...visitors].sort(
      (one, other) => crowd.seatOf(one).number - crowd.seatOf(other).number,
    );
    // The one who would be first is the one whose connections break.
    await crowd.breakLinks(alone!.room.peerId, others);
    for (const { room } of others) await crowd.breakLinks(room.peerId, [alone!]);
    await crowd.world.clock.advance(GRACE_MS);
    expect(crowd.marks).toHaveLength(1);
    expect(crowd.seatOf(alone!)).toHaveProperty('lostAt');
    expect(alone!.room.state).toBe('joined');
  });

  it('[LM3] is marked later, and not never, by somebody whose neighbours are all gone', async () => {
    const crowd = new Neighbours();
    const visitors: Visitor[] = [];
    for (const name of ['alice', 'bob', 'carol']) visitors.push(await crowd.world.joined(name));
    const [alice, ...others] = visitors;
    for (const other of others) await crowd.crash(other, [alice!]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toEqual([]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toHaveLength(2);
  });

  it('[LM4] that answers a mark is not marked again while its link stays down', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    for (const [{ room }, other] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      await crowd.breakLinks(room.peerId, [other]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toHaveLength(1);
    const marked = [alice, bob].find((visitor) => crowd.seatOf(visitor).lostAt !== undefined)!;
    expect(crowd.beaconOf(marked).renewedAt.epochMs).toBe(crowd.seatOf(marked).lostAt!.epochMs);
    await crowd.world.clock.advance(2 * COOLDOWN_MS);
    expect(crowd.marks).toHaveLength(1);
    for (const { transport } of [alice, bob]) {
      transport.setReachable(false);
      transport.setReachable(true);
    }
    await crowd.world.clock.advance(2 * COOLDOWN_MS);
    expect(crowd.marks).toHaveLength(1);
  });

  it('[LM4] that has come back and gone for good is marked again when the cooldown is over', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    const at = crowd.seatOf(bob).number;
    const lostAt = new Instant(crowd.world.clock.now());
    const document = crowd.world.backend.documents.get(seatPath(ROOM_ID, at)) as Seat;
    crowd.world.backend.put(seatPath(ROOM_ID, at), { ...document, lostAt, lostBy: 3 });
    await crowd.world.clock.advance(60_000);
    await crowd.crash(bob, [alice]);
    await crowd.world.clock.advance(COOLDOWN_MS - 60_000 - 1_000);
    expect(crowd.marks).toEqual([]);
    await crowd.world.clock.advance(1_000 + ALL_TURNS_MS);
    expect(crowd.marks).toEqual([`alice: ${at}`]);
  });

  it('[LM4] that was marked before we came, and that we have never met, is not marked again', async () => {
    const crowd = new Neighbours();
    const ghost = peer('ghost');
    const lostAt = new Instant(crowd.world.clock.now());
    crowd.world.backend.put(seatPath(ROOM_ID, 3), seat(ghost, { lostAt, lostBy: 1 }));
    const alice = await crowd.world.joined('alice');
    await crowd.world.clock.advance(2 * COOLDOWN_MS);
    expect(alice.room.links.get(ghost)?.state).toBe('failed');
    expect(crowd.marks).toEqual([]);
  });

  it('[LM4] is no fault to be told of when somebody else was faster', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    await crowd.crash(bob, [alice]);
    const { faultOf } = crowd.world.backend;
    const attempts = vi.fn();
    crowd.world.backend.faultOf = (writes, uid) => {
      if (uid !== 'alice' || !writes.some(isMark)) return faultOf(writes, uid);
      attempts();
      return 'denied';
    };
    await crowd.world.clock.advance(GRACE_MS + COOLDOWN_MS);
    expect(attempts).toHaveBeenCalledTimes(1);
    expect(alice.problems.filter(({ code }) => code === 'signaling/permission-denied')).toEqual([]);
  });

  it('[LM5] is given its time again when it was our page that slept, or our network that was gone', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    await crowd.crash(bob, [alice]);
    await crowd.world.clock.advance(LOST_AFTER_MS - 1_000);
    alice.transport.setReachable(false);
    alice.transport.setReachable(true);
    await crowd.world.clock.advance(LOST_AFTER_MS - 1_000);
    expect(crowd.marks).toEqual([]);
    crowd.world.clock.sleep(600_000);
    await crowd.world.clock.advance(LOST_AFTER_MS - 1_000);
    expect(crowd.marks).toEqual([]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    expect(crowd.marks).toHaveLength(1);
  });

  it('[LM6] stops being shown as lost when its link is up again', async () => {
    const crowd = new Neighbours();
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    const shown: boolean[] = [];
    alice.room.on('roster', ({ roster }) => shown.push(roster.some(({ lost }) => lost)));
    await crowd.breakLinks(bob.room.peerId, [alice]);
    await crowd.breakLinks(alice.room.peerId, [bob]);
    const at = crowd.seatOf(bob).number;
    const document = crowd.world.backend.documents.get(seatPath(ROOM_ID, at)) as Seat;
    const lostAt = new Instant(crowd.world.clock.now());
    crowd.world.backend.put(seatPath(ROOM_ID, at), { ...document, lostAt, lostBy: 3 });
    await crowd.world.clock.advance(1_000);
    expect(shown.at(-1)).toBe(true);
    await crowd.mend();
    await crowd.world.clock.advance(30_000);
    expect(alice.room.links.get(bob.room.peerId)?.state).toBe('connected');
    expect(shown.at(-1)).toBe(false);
  });

  it('[LM7] leaves nothing behind that waits, when we leave', async () => {
    const crowd = new Neighbours();
    const ghost = peer('ghost');
    crowd.world.backend.put(seatPath(ROOM_ID, 3), seat(ghost));
    const alice = await crowd.world.joined('alice');
    while (alice.room.links.get(ghost)?.state !== 'failed') await crowd.world.clock.advance(1_000);
    await alice.room.leave();
    expect(crowd.world.clock.pending).toBe(0);
    await crowd.world.clock.advance(GRACE_MS);
    expect(crowd.marks).toEqual([]);
  });
});

describe('Room › the seat of a tab that has crashed', () => {
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { code: string }).code,
    );

  it('[LM8] is free again 90 seconds after the mark, when a neighbour has noticed', async () => {
    const crowd = new Neighbours(2);
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    await crowd.world.clock.advance(IDLE_RENEWAL_MS);
    const carol = await crowd.world.open('carol');
    await crowd.crash(bob, [alice]);
    await crowd.world.clock.advance(ALL_TURNS_MS);
    const { lostAt } = crowd.seatOf(bob);
    const sinceMark = (): number => crowd.world.clock.now() - lostAt!.epochMs;
    expect(crowd.beaconOf(bob).leaseSeconds).toBe(LINKED_LEASE_SECONDS);
    await crowd.world.clock.advance(GRACE_MS - sinceMark() - 1_000);
    expect(await codeOf(carol.room.join())).toBe('signaling/room-full');
    await crowd.world.clock.advance(3_000);
    expect(sinceMark()).toBeLessThan(100_000);
    await carol.room.join();
    expect(carol.room.state).toBe('joined');
    await crowd.world.clock.advance(1_000);
    expect(alice.room.roster.map(({ peerId }) => peerId)).not.toContain(bob.room.peerId);
  });

  it('[LM9] is free again when the lease ends, when nobody has noticed', async () => {
    const crowd = new Neighbours(2);
    const bob = await crowd.world.joined('bob');
    await crowd.crash(bob, []);
    const { number } = crowd.seatOf(bob);
    const other = 1 - number;
    const ghost = peer('ghost');
    const renewedAt = new Instant(crowd.world.clock.now());
    crowd.world.backend.put(seatPath(ROOM_ID, other), seat(ghost));
    crowd.world.backend.put(beaconPath(ROOM_ID, ghost), beacon(other, { renewedAt, leaseSeconds: 900 }));
    const carol = await crowd.world.open('carol');
    const end = crowd.beaconOf(bob).renewedAt.epochMs + IDLE_LEASE_SECONDS * 1_000;
    await crowd.world.clock.advance(end - crowd.world.clock.now() - 1_000);
    expect(await codeOf(carol.room.join())).toBe('signaling/room-full');
    await crowd.world.clock.advance(3_000);
    await carol.room.join();
    await crowd.world.clock.advance(1_000);
    expect(carol.room.state).toBe('joined');
    expect(crowd.seatOf(carol).number).toBe(number);
  });

  it('[LM10] is lost to a tab that comes back to find it taken: it hears so, and comes in again as a new visit', async () => {
    const crowd = new Neighbours(2);
    const [alice, bob] = [await crowd.world.joined('alice'), await crowd.world.joined('bob')];
    const carol = await crowd.world.open('carol');
    await crowd.crash(bob, [alice]);
    await crowd.world.clock.advance(ALL_TURNS_MS + GRACE_MS + 2_000);
    await carol.room.join();
    await crowd.world.clock.advance(1_000);
    expect(bob.room.state).toBe('left');
    expect(bob.room.reason).toBe('seat-lost');
    await crowd.mend();
    await alice.room.leave();
    await crowd.world.clock.advance(1_000);
    const back = await crowd.world.open('bob2');
    await back.room.join();
    expect(back.room.state).toBe('joined');
    expect(back.room.peerId).not.toBe(bob.room.peerId);
  });
});
