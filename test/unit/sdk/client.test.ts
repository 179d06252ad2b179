import { LIMITS, mailPath, quotaPath, roomIdOf, roomPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from '../../../web/sdk/src/client.ts';
import { systemClock } from '../../../web/sdk/src/lib/clock.ts';
import { roomRules } from '../../../web/sdk/src/transport/memory/room-rules.ts';
import type { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import { peer, room as roomDocument, ROOM_ID } from '../../support/factories.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { FakeBackend, type FakeTransport } from '../../support/fake-transport.ts';
import { settled } from '../../support/tasks.ts';

// The client's clock is the system's.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubGlobal('MediaStream', FakeMediaStream);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setting() {
  const backend = new FakeBackend(systemClock, roomRules);
  const network = new FakeNetwork();
  const client = (uid: string): { client: SignalingClient; transport: FakeTransport } => {
    const transport = backend.transport(uid);
    return { client: new SignalingClient({ transport, createPeerConnection: network.create }), transport };
  };
  return { backend, network, ...client('alice'), another: client };
}

describe('SignalingClient › createRoom', () => {
  it('makes a room whose id commits to its creator, with the defaults of the documentation', async () => {
    const { backend, client } = setting();
    const roomId = await client.createRoom();
    const document = backend.documents.get(roomPath(roomId)) as {
      nonce: string;
      capacity: number;
      expiresAt: Instant;
    };
    expect(roomId).toBe(await roomIdOf('alice', document.nonce));
    expect(document.capacity).toBe(6);
    expect(document.expiresAt.epochMs - Date.now()).toBe(86_400_000);
    expect(client.ledger(roomId)).toEqual({ writes: 2, reads: 0, deletes: 0 });
    expect(await client.createRoom()).not.toBe(roomId);
  });

  it.each([
    [{ capacity: 1 }],
    [{ capacity: LIMITS.CAPACITY_MAX + 1 }],
    [{ capacity: 2.5 }],
    [{ lifetimeSeconds: 1 }],
    [{ lifetimeSeconds: 604_801 }],
    [{ lifetimeSeconds: Number.NaN }],
  ])('refuses %j without asking anybody', async (options) => {
    const { backend, client } = setting();
    await expect(client.createRoom(options)).rejects.toMatchObject({ code: 'signaling/invalid-argument' });
    expect(backend.attempts).toBe(0);
  });

  it('is not done for who has aborted it', async () => {
    const { backend, client } = setting();
    await expect(client.createRoom({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'signaling/aborted',
    });
    expect(backend.attempts).toBe(0);
  });
});

describe('SignalingClient › openRoom', () => {
  it.each([
    ['no link', {}, 'signaling/invalid-link'],
    [ROOM_ID, { name: 'x'.repeat(LIMITS.NAME_LENGTH_MAX + 1) }, 'signaling/invalid-argument'],
    [ROOM_ID, { media: { audio: { kind: 'video' } as MediaStreamTrack } }, 'signaling/invalid-argument'],
    [ROOM_ID, { signal: AbortSignal.abort() }, 'signaling/aborted'],
    [ROOM_ID, {}, 'signaling/room-not-found'],
  ] as const)('rejects %s with %j as %s', async (link, options, code) => {
    const { client } = setting();
    await expect(client.openRoom(link, options)).rejects.toMatchObject({ code });
  });

  it('says that there is no WebRTC before it asks anybody', async () => {
    const { backend } = setting();
    backend.put(roomPath(ROOM_ID), roomDocument());
    const client = new SignalingClient({ transport: backend.transport('alice') });
    await expect(client.openRoom(ROOM_ID)).rejects.toMatchObject({ code: 'signaling/webrtc-unsupported' });
    expect(backend.attempts).toBe(0);
  });

  it('says when nobody could be signed in', async () => {
    const { client, transport } = setting();
    vi.spyOn(transport, 'signIn').mockReturnValue(new Promise(() => undefined));
    const opened = client.openRoom(ROOM_ID).catch((error: unknown) => error);
    await settled();
    vi.advanceTimersByTime(60_000);
    expect(await opened).toMatchObject({ code: 'signaling/timeout' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives every visit a peer id of its own', async () => {
    const { client } = setting();
    const roomId = await client.createRoom();
    const [one, other] = [
      await client.openRoom(roomId),
      await client.openRoom(`https://x.example/r/${roomId}`),
    ];
    expect(one.peerId).not.toBe(other.peerId);
    expect([one.uid, other.uid]).toEqual(['alice', 'alice']);
    await client.close();
  });
});

describe('SignalingClient › endRoom', () => {
  it('takes everything away, first of all the possibility to add to it', async () => {
    const { backend, client, another } = setting();
    const roomId = await client.createRoom({ capacity: 3 });
    const rooms = [await client.openRoom(roomId), await another('bob').client.openRoom(roomId)];
    for (const room of rooms) await room.join();
    await settled();
    const before = backend.commits.length;
    await client.endRoom(roomId);
    await settled();
    expect([...backend.documents.keys()]).toEqual([quotaPath('alice')]);
    expect(backend.commits[before]!.writes).toMatchObject([{ kind: 'update', path: roomPath(roomId) }]);
    for (const room of rooms) expect([room.state, room.reason]).toEqual(['left', 'room-ended']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[LP7] takes away what others have said to those who are there, also if they have gone since', async () => {
    const { backend, client, another } = setting();
    const roomId = await client.createRoom({ capacity: 4 });
    const alice = await client.openRoom(roomId);
    const bob = await another('bob').client.openRoom(roomId);
    for (const room of [alice, bob]) await room.join();
    await settled();
    const left = mailPath(roomId, peer('carol'), 3);
    for (const path of [mailPath(roomId, alice.peerId, 3), left]) backend.put(path, { from: peer('dan') });
    const before = client.ledger(roomId).deletes;
    await client.endRoom(roomId);
    await settled();
    // Nobody can look for the mailbox of a peer that has gone.
    expect([...backend.documents.keys()]).toEqual([quotaPath('alice'), left]);
    // Two peers, each with a seat, a beacon, an admission and mail from three seats, and the room.
    expect(client.ledger(roomId).deletes - before).toBe(2 * 6 + 1);
  });

  it('says when it may not', async () => {
    const { client } = setting();
    await expect(client.endRoom(ROOM_ID)).rejects.toMatchObject({ code: 'signaling/permission-denied' });
    await expect(client.endRoom('room')).rejects.toMatchObject({ code: 'signaling/invalid-link' });
  });
});

describe('SignalingClient › close', () => {
  it('leaves all rooms, more than once if asked to, and leaves no timer and no watch', async () => {
    const { backend, client, network } = setting();
    const ids = [await client.createRoom(), await client.createRoom()];
    const rooms = await Promise.all(ids.map((id) => client.openRoom(id)));
    await rooms[0]!.join();
    await client.close();
    await client.close();
    expect(rooms.map(({ state }) => state)).toEqual(['left', 'left']);
    expect(vi.getTimerCount()).toBe(0);
    expect(backend.watchCount).toBe(0);
    expect(network.openConnections).toEqual([]);
    expect([...backend.documents.keys()].sort()).toEqual([quotaPath('alice'), ...ids.map(roomPath)].sort());
  });

  it('keeps the ledger of a room over all visits', async () => {
    const { client } = setting();
    const roomId = await client.createRoom();
    for (let visit = 0; visit < 3; visit += 1) {
      const room = await client.openRoom(roomId);
      await room.join();
      await room.leave();
    }
    // Room and quota once; admission, seat and beacon for each visit, and all three away again.
    expect(client.ledger(roomId)).toMatchObject({ writes: 2 + 3 * 3, deletes: 3 * 3 });
    await client.close();
  });
});
