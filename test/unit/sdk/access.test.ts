import { admissionPath, banPath, roomPath, seatPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from '../../../web/sdk/src/client.ts';
import type { Link } from '../../../web/sdk/src/link/link.ts';
import type { Admission, Seat } from '../../../web/sdk/src/room/room-documents.ts';
import { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import { NOW, peer, room as roomDocument, ROOM_ID } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream, fakeTrack } from '../../support/fake-sdp.ts';
import { FakeBackend } from '../../support/fake-transport.ts';
import { linkStates, World, type Visitor } from '../../support/fake-world.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const CAMERA = fakeTrack('video');
const sentOver = (link: Link): unknown[] =>
  link.peerConnection!.getTransceivers().map(({ sender }) => sender.track);
const seatOf = ({ room }: Visitor): number => room.roster.find(({ isSelf }) => isSelf)!.seat;
const linkTo = ({ room }: Visitor, other: Visitor): Link => room.links.get(other.room.peerId)!;

/** As a host does it. */
async function setRole(world: World, visitor: Visitor, role: 'speaker' | 'viewer'): Promise<void> {
  const { documents } = world.backend;
  const { uid } = visitor.room;
  const places = [admissionPath(ROOM_ID, uid), seatPath(ROOM_ID, seatOf(visitor))];
  for (const path of places) world.backend.put(path, { ...(documents.get(path) as Admission | Seat), role });
  await settled();
  await world.clock.advance(100);
}

/** As a moderator does it. */
async function kick(world: World, visitor: Visitor): Promise<void> {
  const { documents } = world.backend;
  const path = seatPath(ROOM_ID, seatOf(visitor));
  world.backend.put(path, { ...(documents.get(path) as Seat), kicked: new Instant(world.clock.now()) });
  world.backend.remove(`rooms/${ROOM_ID}/beacons/${visitor.room.peerId}`);
  world.backend.remove(admissionPath(ROOM_ID, visitor.room.uid));
  await settled();
}

describe('createRoom › door', () => {
  it.each<[string, object]>([
    ['a mode that is none', { access: 'ajar' }],
    ['no password where there is to be one', { access: 'password' }],
    ['an empty password', { access: 'password', password: '' }],
    ['a password for another door', { access: 'knock', password: 'sesame' }],
    ['members of an open room', { members: [] }],
    [
      'a claim in a room with a password',
      { access: 'password', password: 'a', memberClaim: { name: 'a', value: 'b' } },
    ],
    ['a claim without a value', { access: 'members', memberClaim: { name: 'team', value: '' } }],
    ['a member without a uid', { access: 'members', members: [{ uid: 'a b', role: 'speaker' }] }],
    ['a member of no role', { access: 'members', members: [{ uid: 'bob', role: 'host' }] }],
    [
      'a member twice',
      { access: 'members', members: Array(2).fill({ uid: 'bob', role: 'viewer' }) as object[] },
    ],
  ])('[AC2] refuses %s, and writes nothing', async (_, options) => {
    const backend = new FakeBackend(new FakeClock());
    const client = new SignalingClient({
      transport: backend.transport('alice'),
      createPeerConnection: new FakeNetwork().create,
    });
    const making = client.createRoom(options);
    await expect(making).rejects.toMatchObject({ code: 'signaling/invalid-argument' });
    expect(backend.attempts).toBe(0);
  });
});

describe('Entry › open rooms', () => {
  it('[AC3] enters by one commit, beside the listeners, and reads nothing else', async () => {
    const world = new World();
    const { room, transport } = world.visitor('bob');
    const read = vi.spyOn(transport, 'read');
    const watch = vi.spyOn(transport, 'watch');
    const opening = room.open(15_000, undefined);
    // All of it is on its way before anything has come back.
    expect(watch).toHaveBeenCalledTimes(3);
    await opening;
    expect(world.backend.attempts).toBe(1);
    expect(read).not.toHaveBeenCalled();
    expect(room.ledger).toEqual({ writes: 1, reads: 3, deletes: 0 });
  });

  it('[AC11] [AC18] tells that the room is locked from the room itself, after a look at its own admission', async () => {
    const world = new World(roomDocument({ locked: true }));
    const { room, transport } = world.visitor('bob');
    const read = vi.spyOn(transport, 'read');
    await expect(room.open(15_000, undefined)).rejects.toMatchObject({ code: 'signaling/room-locked' });
    expect(read.mock.calls).toEqual([[{ document: admissionPath(ROOM_ID, 'bob') }]]);
    await settled();
    world.expectNothingLeft();
  });

  it('[AC17] [AC18] tells who is banned by one read', async () => {
    const world = new World();
    const ban = { by: 'alice', at: new Instant(0), expiresAt: new Instant(world.clock.now() + 3_600_000) };
    world.backend.put(banPath(ROOM_ID, 'bob'), ban);
    const { room, transport } = world.visitor('bob');
    const read = vi.spyOn(transport, 'read');
    await expect(room.open(15_000, undefined)).rejects.toMatchObject({ code: 'signaling/banned' });
    expect(read.mock.calls).toEqual([[{ document: banPath(ROOM_ID, 'bob') }]]);
    await settled();
    world.backend.remove(banPath(ROOM_ID, 'bob'));
    world.expectNothingLeft();
  });

  it('[AC12] a page that goes leaves the admission to another one of the same user that has a seat', async () => {
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', new EventTarget());
    const world = new World();
    await world.joined('bob');
    vi.unstubAllGlobals();
    vi.stubGlobal('MediaStream', FakeMediaStream);
    const page = new EventTarget();
    vi.stubGlobal('window', page);
    vi.stubGlobal('document', new EventTarget());
    const second = await world.joined('bob');
    page.dispatchEvent(new Event('pagehide'));
    expect(second.room.reason).toBe('page-hidden');
    const writes = second.transport.unloads.flat();
    expect(writes.find(({ path }) => path === admissionPath(ROOM_ID, 'bob'))).toMatchObject({
      kind: 'update',
      data: { visits: [peer('bob', 1)] },
    });
  });
});

describe('Room › roles', () => {
  it('[AC19] a viewer sends nothing until it is a speaker, and nothing more when it is not', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const bob = await world.joined('bob', { role: 'viewer', media: { video: CAMERA } });
    await world.clock.advance(1_000);
    expect(linkStates(bob)).toEqual(['connected']);
    expect(sentOver(linkTo(bob, alice))).toEqual([null, null]);
    expect(linkTo(alice, bob).remoteMedia).toEqual({ audio: false, video: false });
    const roles: string[] = [];
    bob.room.on('role-changed', ({ role, previous }) => roles.push(`${previous} → ${role}`));
    await setRole(world, bob, 'speaker');
    expect(sentOver(linkTo(bob, alice))).toEqual([null, CAMERA]);
    expect(linkTo(alice, bob).remoteMedia).toEqual({ audio: false, video: true });
    await setRole(world, bob, 'viewer');
    expect(sentOver(linkTo(bob, alice))).toEqual([null, null]);
    expect(linkTo(alice, bob).remoteMedia).toEqual({ audio: false, video: false });
    expect(roles).toEqual(['viewer → speaker', 'speaker → viewer']);
    expect(bob.room.role).toBe('viewer');
  });

  it('[AC19] what comes from a viewer all the same is not shown', async () => {
    const world = new World();
    const alice = await world.joined('alice', { media: { video: CAMERA } });
    const bob = await world.joined('bob');
    await world.clock.advance(1_000);
    const link = linkTo(bob, alice);
    const shown = link.remoteStream;
    expect(shown.getTracks()).not.toEqual([]);
    const streams: number[] = [];
    link.on('stream', ({ stream }) => streams.push(stream.getTracks().length));
    const path = seatPath(ROOM_ID, seatOf(alice));
    world.backend.put(path, { ...(world.backend.documents.get(path) as Seat), role: 'viewer' });
    // At once, whatever the viewer makes of it.
    await settled();
    expect(link.remoteStream.getTracks()).toEqual([]);
    expect(link.remoteMedia).toEqual({ audio: false, video: false });
    expect(streams).toEqual([0]);
  });

  it('[AC20] a viewer does not become host, a speaker does', async () => {
    for (const [role, host] of [
      ['viewer', 'alice'],
      ['speaker', 'bob'],
    ] as const) {
      const world = new World();
      const bob = await world.joined('bob', { role });
      await world.clock.advance(60_000);
      expect(bob.room.host).toBe(host);
      expect(world.backend.refused).toEqual([]);
      expect(world.backend.documents.get(roomPath(ROOM_ID))).toMatchObject({ host });
    }
  });
});

describe('Room › thrown out', () => {
  it('[AC15] ends the visit, closes the links to it at once, and frees the seat', async () => {
    const world = new World(roomDocument({ capacity: 2 }));
    const alice = await world.joined('alice');
    const bob = await world.joined('bob');
    await world.clock.advance(1_000);
    const link = linkTo(alice, bob);
    await kick(world, bob);
    expect([bob.room.state, bob.room.reason]).toEqual(['left', 'kicked']);
    expect([link.state, link.error?.code]).toEqual(['closed', 'signaling/peer-left']);
    expect(alice.room.roster.map(({ peerId }) => peerId)).toEqual([alice.room.peerId]);
    const before = world.backend.refused.length;
    const carol = await world.joined('carol');
    expect(carol.room.state).toBe('joined');
    // In its first attempt: the tombstone is written over.
    expect(world.backend.refused).toHaveLength(before);
    await world.clock.advance(1_000);
    expect(linkStates(carol)).toEqual(['connected']);
  });

  it('[AC15] closes the link to it also where its client does not hear of it', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const bob = await world.joined('bob');
    await world.clock.advance(1_000);
    const link = linkTo(alice, bob);
    bob.transport.setOnline(false);
    await kick(world, bob);
    expect(bob.room.state).toBe('joined');
    expect([link.state, link.error?.code]).toEqual(['closed', 'signaling/peer-left']);
  });

  it('[AC15] leaves nothing of the visit behind but the mark', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const bob = await world.joined('bob');
    await world.clock.advance(1_000);
    await kick(world, bob);
    await world.clock.advance(1_000);
    await alice.room.leave();
    await world.clock.advance(1_000);
    expect(world.leftovers.map((path) => world.backend.documents.get(path))).toMatchObject([
      { peer: peer('bob'), kicked: { epochMs: expect.any(Number) as number } },
    ]);
    expect(world.clock.now()).toBeGreaterThan(NOW);
  });
});
