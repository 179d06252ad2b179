import { beaconPath, LIMITS, roomPath, seatPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOST_AFTER_MS, HOST_STAGGER_MS } from '../../../web/sdk/src/defaults.ts';
import type { OpenRoomOptions } from '../../../web/sdk/src/options.ts';
import type { Room, Seat } from '../../../web/sdk/src/room/room-documents.ts';
import { Instant, type DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';
import { beacon, peer, ROOM_ID, seat } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { World, type Visitor } from '../../support/fake-world.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Until the last of four has had its turn. */
const ALL_TURNS_MS = HOST_AFTER_MS + 5 * HOST_STAGGER_MS;
const LEASE_MAX_MS = LIMITS.BEACON_LEASE_MAX_SECONDS * 1_000;
const isClaim = (write: DocumentWrite): boolean => write.kind === 'update' && 'host' in write.data;

/** A room of alice's, and the claims that are made in it. */
class Hosted {
  readonly world = new World();
  readonly changes: string[] = [];

  get room(): Room {
    return this.world.backend.documents.get(roomPath(ROOM_ID)) as Room;
  }

  get claims(): readonly string[] {
    return this.world.backend.commits.filter(({ writes }) => writes.some(isClaim)).map(({ uid }) => uid);
  }

  async joined(uid: string, options: OpenRoomOptions = {}): Promise<Visitor> {
    const visitor = await this.world.joined(uid, options);
    visitor.room.on('host-changed', ({ host, previous, isSelf }) =>
      this.changes.push(`${uid}: ${previous} → ${host}${isSelf ? ' (self)' : ''}`),
    );
    return visitor;
  }

  /** Somebody is in a seat, without being a part of the test. */
  place(number: number, peerId: string, fields: Partial<Seat> = {}): void {
    this.world.backend.put(seatPath(ROOM_ID, number), seat(peerId, fields));
    this.world.backend.put(beaconPath(ROOM_ID, peerId), beacon(number, { leaseSeconds: 900 }));
  }

  clear(number: number, peerId: string): void {
    this.world.backend.remove(seatPath(ROOM_ID, number));
    this.world.backend.remove(beaconPath(ROOM_ID, peerId));
  }

  advance(ms: number): Promise<void> {
    return this.world.clock.advance(ms);
  }
}

const seatNumber = ({ room }: Visitor): number => room.roster.find(({ isSelf }) => isSelf)!.seat;

describe('Room › host', () => {
  it('[HO1] is the creator, in its own seat, and costs no write', async () => {
    const world = new World();
    const bob = await world.joined('bob');
    const alice = await world.joined('alice');
    expect(alice.room.host).toBe('alice');
    expect(bob.room.host).toBe('alice');
    expect(seatNumber(alice)).toBe(0);
    expect(bob.room.roster.map(({ isHost }) => isHost)).toEqual([true, false]);
    const written = world.backend.commits.flatMap(({ writes }) => writes.map(({ path }) => path));
    expect(written).not.toContain(roomPath(ROOM_ID));
  });

  it('[HO2] who leaves is followed by the one in the lowest seat, after a while, and all hear of it', async () => {
    const hosted = new Hosted();
    const alice = await hosted.joined('alice');
    const others: Visitor[] = [];
    for (const name of ['bob', 'carol', 'dave']) others.push(await hosted.joined(name));
    const [first] = [...others].sort((one, other) => seatNumber(one) - seatNumber(other));
    const { uid } = first!.room;
    const number = seatNumber(first!);
    // Only the seats decide.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    await alice.room.leave();
    await hosted.advance(HOST_AFTER_MS - 1_000);
    expect(hosted.claims).toEqual([]);
    await hosted.advance(ALL_TURNS_MS);
    expect(hosted.claims).toEqual([uid]);
    expect(hosted.room).toMatchObject({ host: uid, hostSeat: number, createdBy: 'alice' });
    expect(hosted.changes.sort()).toEqual(
      others.map(({ room }) => `${room.uid}: alice → ${uid}${room.uid === uid ? ' (self)' : ''}`).sort(),
    );
    expect(first!.room.host).toBe(uid);
  });

  it('[HO2] who is back in time stays', async () => {
    const hosted = new Hosted();
    const alice = await hosted.joined('alice');
    await hosted.joined('bob');
    await alice.room.leave();
    await hosted.advance(HOST_AFTER_MS - 1_000);
    await hosted.joined('alice');
    await hosted.advance(10 * ALL_TURNS_MS);
    expect(hosted.claims).toEqual([]);
  });

  it('[HO2] is followed by nobody who has opened the room with claimHost: false', async () => {
    const hosted = new Hosted();
    const alice = await hosted.joined('alice');
    const bob = await hosted.joined('bob', { claimHost: false });
    await alice.room.leave();
    await hosted.advance(10 * ALL_TURNS_MS);
    expect(hosted.claims).toEqual([]);
    await bob.room.claimHost();
    await hosted.advance(0);
    expect(bob.room.host).toBe('bob');
  });

  it('[HO3] who has crashed is followed when its lease must be over, and once for each mark', async () => {
    const hosted = new Hosted();
    const alices = peer('alice');
    const { faultOf } = hosted.world.backend;
    hosted.place(0, alices);
    await hosted.joined('bob');
    const attempts = vi.fn();
    hosted.world.backend.faultOf = (writes, uid) => {
      if (!writes.some(isClaim)) return faultOf(writes, uid);
      attempts();
      return 'denied';
    };
    const mark = (): void =>
      hosted.place(0, alices, { lostAt: new Instant(hosted.world.clock.now()), lostBy: 3 });
    mark();
    await hosted.advance(LEASE_MAX_MS);
    expect(attempts).not.toHaveBeenCalled();
    await hosted.advance(ALL_TURNS_MS);
    expect(attempts).toHaveBeenCalledTimes(1);
    await hosted.advance(2 * LEASE_MAX_MS);
    expect(attempts).toHaveBeenCalledTimes(1);
    hosted.world.backend.faultOf = faultOf;
    mark();
    await hosted.advance(LEASE_MAX_MS + ALL_TURNS_MS);
    expect(hosted.claims).toEqual(['bob']);
  });

  it('[HO3] who is marked lost, and linked, is left alone', async () => {
    const hosted = new Hosted();
    const alice = await hosted.joined('alice');
    const bob = await hosted.joined('bob');
    const document = hosted.world.backend.documents.get(seatPath(ROOM_ID, 0)) as Seat;
    const lostAt = new Instant(hosted.world.clock.now());
    hosted.world.backend.put(seatPath(ROOM_ID, 0), { ...document, lostAt, lostBy: 3 });
    const attempts = vi.spyOn(bob.transport, 'commit');
    await hosted.advance(LEASE_MAX_MS + ALL_TURNS_MS);
    expect(attempts.mock.calls.filter(([writes]) => writes.some(isClaim))).toEqual([]);
    expect(alice.room.state).toBe('joined');
  });

  it('[HO4] says where it sits when that is not where the room says', async () => {
    const hosted = new Hosted();
    hosted.place(0, peer('ghost'));
    const bob = await hosted.joined('bob');
    const alice = await hosted.joined('alice');
    await hosted.advance(HOST_STAGGER_MS * 5);
    expect(hosted.claims).toEqual(['alice']);
    expect(hosted.room).toMatchObject({ host: 'alice', hostSeat: seatNumber(alice) });
    expect(hosted.changes).toEqual([]);
    await hosted.advance(10 * ALL_TURNS_MS);
    expect(bob.room.host).toBe('alice');
  });

  it('[HO4] is not followed while another tab of the same user has a seat', async () => {
    const hosted = new Hosted();
    const ghost = peer('alice', 7);
    hosted.place(3, ghost);
    await hosted.joined('bob');
    await hosted.advance(10 * ALL_TURNS_MS);
    expect(hosted.claims).toEqual([]);
    hosted.clear(3, ghost);
    await hosted.advance(ALL_TURNS_MS);
    expect(hosted.claims).toEqual(['bob']);
  });

  it('[HO5] can be taken back by the creator by asking, and by nobody without a seat', async () => {
    const hosted = new Hosted();
    await hosted.joined('bob');
    await hosted.advance(ALL_TURNS_MS);
    expect(hosted.room.host).toBe('bob');
    const alice = await hosted.world.open('alice');
    await expect(alice.room.claimHost()).rejects.toMatchObject({ code: 'signaling/invalid-state' });
    await alice.room.join();
    await hosted.advance(10 * ALL_TURNS_MS);
    expect(alice.room.host).toBe('bob');
    await alice.room.claimHost();
    await hosted.advance(0);
    expect(hosted.room).toMatchObject({ host: 'alice', hostSeat: seatNumber(alice) });
    const commits = hosted.world.backend.commits.length;
    await alice.room.claimHost();
    expect(hosted.world.backend.commits).toHaveLength(commits);
  });

  it('[HO6] tries again when the backend was away, and not when it was refused', async () => {
    for (const [fault, expected] of [
      ['unavailable', 2],
      ['denied', 1],
    ] as const) {
      const hosted = new Hosted();
      const alice = await hosted.joined('alice');
      await hosted.joined('bob');
      const { faultOf } = hosted.world.backend;
      let attempts = 0;
      hosted.world.backend.faultOf = (writes, uid) => {
        if (!writes.some(isClaim)) return faultOf(writes, uid);
        attempts += 1;
        return attempts === 1 ? fault : undefined;
      };
      await alice.room.leave();
      await hosted.advance(10 * ALL_TURNS_MS);
      expect(attempts).toBe(expected);
    }
  });

  it('[HO6] nothing waits when a visit has ended that was linked to a host who is marked lost', async () => {
    const hosted = new Hosted();
    const alice = await hosted.joined('alice');
    const bob = await hosted.joined('bob');
    const document = hosted.world.backend.documents.get(seatPath(ROOM_ID, 0)) as Seat;
    const lostAt = new Instant(hosted.world.clock.now());
    hosted.world.backend.put(seatPath(ROOM_ID, 0), { ...document, lostAt, lostBy: 3 });
    await hosted.advance(1_000);
    await bob.room.leave();
    await alice.room.leave();
    hosted.world.expectNothingLeft();
  });

  it('[HO6] nothing waits when the visit has ended', async () => {
    const hosted = new Hosted();
    const bob = await hosted.joined('bob');
    await bob.room.leave();
    hosted.world.expectNothingLeft();
    await hosted.advance(ALL_TURNS_MS);
    expect(hosted.claims).toEqual([]);
  });
});
