import { roomPath, type ErrorCode } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from '../../../../web/sdk/src/client.ts';
import type { SignalingError } from '../../../../web/sdk/src/errors.ts';
import type { CreateRoomOptions, OpenRoomOptions } from '../../../../web/sdk/src/options.ts';
import { roomLink } from '../../../../web/sdk/src/room-link.ts';
import type { Room } from '../../../../web/sdk/src/room/room.ts';
import { newLinkKey } from '../../../../web/sdk/src/seal/keys.ts';
import { roomRules } from '../../../../web/sdk/src/transport/memory/room-rules.ts';
import { room as roomDocument, ROOM_ID, SDP } from '../../../support/factories.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeNetwork } from '../../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../../support/fake-sdp.ts';
import { FakeBackend } from '../../../support/fake-transport.ts';
import { countCrypto, PASSWORDS_LIMIT_MS, quiet } from './support/crypto-tasks.ts';

vi.setConfig({ testTimeout: PASSWORDS_LIMIT_MS });

const BASE = 'https://meet.example';
/** What no base64url has by chance. */
const READABLE = [
  'candidate:',
  'a=',
  'fingerprint:',
  '"ufrag"',
  '"sdp"',
  'v=0',
  'IN IP4',
  'Ada Lovelace',
  'Ben Bitdiddle',
];

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeMediaStream);
  countCrypto();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A backend that stores what it gets, and clients of it, with connections of a network that is none. */
class SealedWorld {
  readonly clock = new FakeClock();
  readonly backend = new FakeBackend(this.clock, roomRules);
  readonly network = new FakeNetwork();
  readonly problems: SignalingError[] = [];
  /** Everything that was ever written, as text. */
  get written(): string {
    return JSON.stringify(this.backend.commits.map(({ writes }) => writes));
  }

  client(uid: string): SignalingClient {
    return new SignalingClient({
      transport: this.backend.transport(uid),
      createPeerConnection: this.network.create,
      clock: this.clock,
    });
  }

  async open(link: string, uid: string, options: OpenRoomOptions = {}): Promise<Room> {
    const opening = this.client(uid).openRoom(link, options);
    await this.quietUntil(opening);
    const room = await opening;
    room.on('problem', ({ error }) => this.problems.push(error));
    return room;
  }

  async join(link: string, uid: string, options: OpenRoomOptions = {}): Promise<Room> {
    const room = await this.open(link, uid, options);
    const joining = room.join();
    await this.quietUntil(joining);
    await joining;
    await this.pass(200);
    return room;
  }

  /** Lets time pass, with all that is computed in it. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await quiet();
      await this.clock.advance(50);
    }
    await quiet();
  }

  async quietUntil(work: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    work.then(end, end);
    while (!ended.signal.aborted) {
      await quiet();
      await this.clock.advance(1);
    }
  }

  get codes(): readonly ErrorCode[] {
    return this.problems.map(({ code }) => code);
  }
}

const linked = (room: Room): readonly string[] =>
  [...room.links.values()].map(({ name, state }) => `${name} ${state}`);

async function sealedRoom() {
  const world = new SealedWorld();
  const creator = world.client('alice');
  const creating = creator.createRoom({ sealed: true, capacity: 4 });
  await world.quietUntil(creating);
  const roomId = await creating;
  const key = creator.keyOf(roomId);
  return { world, roomId, key, link: roomLink(BASE, roomId, { key }) };
}

describe('a sealed room', () => {
  it('[SE18] is made with a key for its link, and connects who has the link', async () => {
    const { world, roomId, key, link } = await sealedRoom();
    expect(key).toHaveLength(43);
    expect(world.backend.documents.get(roomPath(roomId))).toMatchObject({ sealed: true });
    const alice = await world.join(link, 'alice', { name: 'Ada Lovelace' });
    const bob = await world.join(link, 'bob', { name: 'Ben Bitdiddle' });
    const carol = await world.join(roomId, 'carol', { name: 'Cy', key: key! });
    expect([alice, bob, carol].map((room) => [...linked(room)].sort())).toEqual([
      ['Ben Bitdiddle connected', 'Cy connected'],
      ['Ada Lovelace connected', 'Cy connected'],
      ['Ada Lovelace connected', 'Ben Bitdiddle connected'],
    ]);
    expect(bob.roster.map(({ name }) => name).sort()).toEqual(['Ada Lovelace', 'Ben Bitdiddle', 'Cy']);
    expect(bob.key).toBe(key);
    expect(world.problems).toEqual([]);
  });

  it('[SE19] leaves no address, fingerprint or name in the database, at any time', async () => {
    const { world, link, key } = await sealedRoom();
    const alice = await world.join(link, 'alice', { name: 'Ada Lovelace' });
    const bob = await world.join(link, 'bob', { name: 'Ben Bitdiddle' });
    // A connection that breaks is repaired by mail.
    const before = [...alice.links.values()][0]?.conn ?? 0;
    for (const connection of world.network.openConnections) connection.become('failed');
    await world.pass(10_000);
    expect([...alice.links.values()][0]?.conn).toBeGreaterThan(before);
    await Promise.all([world.quietUntil(alice.leave()), world.quietUntil(bob.leave())]);
    expect(world.backend.commits.length).toBeGreaterThan(5);
    for (const text of READABLE) expect(world.written).not.toContain(text);
    expect(world.written).not.toContain(key!);
    expect(world.written).not.toMatch(/\b\d{1,3}(?:\.\d{1,3}){3}\b/);
    expect(world.written).toContain('"sealed"');
  });

  it('the same search finds all of that in a room that is not sealed', async () => {
    const world = new SealedWorld();
    world.backend.put(roomPath(ROOM_ID), roomDocument());
    await world.join(ROOM_ID, 'alice', { name: 'Ada Lovelace' });
    await world.join(ROOM_ID, 'bob', { name: 'Ben Bitdiddle' });
    for (const text of READABLE) expect(world.written).toContain(text);
    expect(world.written).toMatch(/\b\d{1,3}(?:\.\d{1,3}){3}\b/);
  });

  it('[SE20] joins in one hop all the same: one commit, answered before anything else is written', async () => {
    const { world, link } = await sealedRoom();
    await world.join(link, 'alice');
    const before = world.backend.commits.length;
    const bob = await world.join(link, 'bob');
    const writes = world.backend.commits.slice(before).map(({ uid, writes }) => `${uid} ${writes.length}`);
    // His admission; then seat, beacon and the answer to the offer that stood; then her next offer.
    expect(writes.slice(0, 2)).toEqual(['bob 1', 'bob 3']);
    expect(linked(bob)).toEqual([' connected']);
  });

  it('[SE21] cannot be opened without its key, and nothing of the attempt stays', async () => {
    const { world, roomId } = await sealedRoom();
    const before = [...world.backend.documents.keys()];
    const opening = world.client('mallory').openRoom(roomId, { name: 'Mal' });
    await world.quietUntil(opening.catch(() => undefined));
    await expect(opening).rejects.toMatchObject({ code: 'signaling/key-missing' });
    await world.pass(1_000);
    expect([...world.backend.documents.keys()]).toEqual(before);
    expect(world.clock.pending).toBe(0);
  });

  it('[SE21] is not what a link with a key opens when the room says that it is not sealed', async () => {
    const world = new SealedWorld();
    world.backend.put(roomPath(ROOM_ID), roomDocument({ sealed: false }));
    const opening = world
      .client('bob')
      .openRoom(roomLink(BASE, ROOM_ID, { key: newLinkKey() }), { name: 'Ben' });
    await world.quietUntil(opening.catch(() => undefined));
    await expect(opening).rejects.toMatchObject({ code: 'signaling/seal-broken' });
    await world.pass(1_000);
    expect(world.written).not.toContain('"Ben"');
    expect(world.clock.pending).toBe(0);
  });

  it('[SE22] goes on when somebody comes with another key, who is linked to nobody', async () => {
    const { world, roomId, link } = await sealedRoom();
    const alice = await world.join(link, 'alice', { name: 'Ada' });
    const mallory = await world.join(roomLink(BASE, roomId, { key: newLinkKey() }), 'mallory', {
      name: 'Mal',
    });
    await world.pass(1_000);
    expect(new Set(world.codes)).toEqual(new Set(['signaling/seal-broken']));
    expect(alice.roster.map(({ name }) => name)).toContain('');
    expect(linked(alice)).not.toContain(' connected');
    const bob = await world.join(link, 'bob', { name: 'Ben' });
    expect(linked(bob)).toContain('Ada connected');
    expect([alice.state, mallory.state, bob.state]).toEqual(['joined', 'joined', 'joined']);
  });

  it('[SE24] can be ended by its creator without the key', async () => {
    const { world, roomId, link } = await sealedRoom();
    await world.join(link, 'bob', { name: 'Ben' });
    const ending = world.client('alice').endRoom(roomId);
    await world.quietUntil(ending);
    await ending;
    expect([...world.backend.documents.keys()].filter((path) => path.startsWith('rooms/'))).toEqual([]);
  });
});

describe('a room that is sealed by a password', () => {
  it('[SE25] connects who knows it, and is derived for once by each', async () => {
    const world = new SealedWorld();
    const creating = world.client('alice').createRoom({ sealed: 'password' });
    await world.quietUntil(creating);
    const roomId = await creating;
    const rounds = vi.mocked(crypto.subtle.deriveBits).mock.calls;
    const before = rounds.length;
    const alice = await world.join(roomId, 'alice', { name: 'Ada Lovelace', password: 'été' });
    const stretched = rounds.slice(before).filter(([by]) => (by as Algorithm).name === 'PBKDF2');
    expect(stretched).toHaveLength(1);
    const bob = await world.join(roomLink(BASE, roomId), 'bob', { name: 'Ben', password: 'e\u0301te\u0301' });
    expect(linked(alice)).toEqual(['Ben connected']);
    expect(linked(bob)).toEqual(['Ada Lovelace connected']);
    expect(bob.key).toBeUndefined();
    expect(world.written).not.toMatch(/candidate:|fingerprint:|Ada Lovelace|été/);
  });

  it('[SE25] is not opened with a password that is none', async () => {
    const world = new SealedWorld();
    await expect(world.client('bob').openRoom(ROOM_ID, { password: '' })).rejects.toMatchObject({
      code: 'signaling/invalid-argument',
    });
    await expect(world.client('bob').openRoom(ROOM_ID, { key: 'short' })).rejects.toMatchObject({
      code: 'signaling/invalid-argument',
    });
  });

  it('[SE25] seals nothing where the room says that it is not sealed', async () => {
    const world = new SealedWorld();
    world.backend.put(roomPath(ROOM_ID), roomDocument());
    await world.join(ROOM_ID, 'alice', { name: 'Ada', password: 'x' });
    const bob = await world.join(ROOM_ID, 'bob', { name: 'Ben' });
    expect(linked(bob)).toEqual(['Ada connected']);
  });
});

describe('a sealed room with another door', () => {
  async function opened(options: CreateRoomOptions) {
    const world = new SealedWorld();
    const client = world.client('alice');
    const creating = client.createRoom({ ...options, sealed: true });
    await world.quietUntil(creating);
    const roomId = await creating;
    const secrets = { key: client.keyOf(roomId) };
    const link = roomLink(BASE, roomId, secrets);
    const opening = client.openRoom(roomId, { name: 'Ada Lovelace' });
    await world.quietUntil(opening);
    const alice = await opening;
    alice.on('problem', ({ error }) => world.problems.push(error));
    await world.quietUntil(alice.join());
    return { world, roomId, secrets, link, alice };
  }

  it('[SE29] lets somebody in who knocks, under the name of the knock', async () => {
    const { world, link, alice } = await opened({ access: 'knock' });
    const names: string[] = [];
    const desk = await alice.moderate();
    const stop = desk.watchKnocks((visitors) => {
      for (const { uid, name } of visitors) {
        names.push(name);
        void desk.admit(uid);
      }
    });
    const bob = await world.join(link, 'bob', { name: 'Ben Bitdiddle' });
    stop();
    expect(names[0]).toBe('Ben Bitdiddle');
    expect(linked(alice)).toEqual(['Ben Bitdiddle connected']);
    expect(linked(bob)).toEqual(['Ada Lovelace connected']);
    expect(world.backend.refused.flatMap(({ writes }) => writes.map(({ path }) => path))).not.toContainEqual(
      expect.stringContaining('/seats/'),
    );
    expect(world.written).not.toMatch(/candidate:|Ada Lovelace|Ben Bitdiddle/);
    expect(world.problems).toEqual([]);
  });

  it('[SE25] is opened by a password, and sealed by the key of its link', async () => {
    const { world, roomId, link, alice } = await opened({ access: 'password', password: 'secret' });
    const bob = await world.join(link, 'bob', { name: 'Ben Bitdiddle', password: 'secret' });
    expect(linked(alice)).toEqual(['Ben Bitdiddle connected']);
    expect(linked(bob)).toEqual(['Ada Lovelace connected']);
    const opening = world.client('carol').openRoom(link, { password: 'other' });
    await world.quietUntil(opening.catch(() => undefined));
    await expect(opening).rejects.toMatchObject({ code: 'signaling/wrong-password' });
    // The password opens the door, and nothing that is sealed.
    const mallory = await world.open(roomId, 'mallory', { password: 'secret' });
    await world.pass(100);
    expect(mallory.roster.map(({ name }) => name)).toEqual(['', '']);
    expect(world.written).not.toMatch(/secret(?!s)|candidate:|Ada Lovelace|Ben Bitdiddle/);
  });

  it('[SE15] is opened by an invite that its link carries beside the key', async () => {
    const { world, roomId, secrets, alice } = await opened({ access: 'invite' });
    const inviting = (await alice.moderate()).createInvite();
    await world.quietUntil(inviting);
    const { token } = await inviting;
    const bob = await world.join(roomLink(BASE, roomId, { ...secrets, invite: token }), 'bob', {
      name: 'Ben',
    });
    expect(linked(alice)).toEqual(['Ben connected']);
    expect(linked(bob)).toEqual(['Ada Lovelace connected']);
    expect(world.problems).toEqual([]);
  });
});

describe('what somebody does who can change the database', () => {
  type Mail = { readonly from: string; readonly conn: number; readonly rev: number; readonly sealed: string };

  /** Ada waits, with an offer that stands, and Cy in another seat; Ben has joined, and nobody has heard of it yet. */
  async function meeting() {
    const { world, roomId, link } = await sealedRoom();
    const alice = await world.join(link, 'alice', { name: 'Ada' });
    const carol = await world.join(link, 'carol', { name: 'Cy' });
    const bob = await world.open(link, 'bob', { name: 'Ben' });
    world.backend.isSilent = true;
    const joining = bob.join();
    await world.quietUntil(joining);
    await joining;
    const boxes = new Map(
      [...world.backend.documents].flatMap(([path, data]) => {
        const [, , , to] = path.split('/');
        return path.includes('/mailboxes/') && (data as Mail).from === bob.peerId
          ? [[to, { path, mail: data as Mail }] as const]
          : [];
      }),
    );
    const toAlice = boxes.get(alice.peerId)!;
    const toCarol = boxes.get(carol.peerId)!;
    const deliver = async (...changes: readonly (readonly [string, object])[]): Promise<void> => {
      for (const [path, data] of changes) world.backend.put(path, data);
      world.backend.isSilent = false;
      world.backend.show();
      await world.pass(1_000);
    };
    return { world, roomId, link, alice, carol, bob, toAlice, toCarol, deliver };
  }

  it('nothing at all: Ben is linked to both', async () => {
    const { world, alice, bob, toAlice, deliver } = await meeting();
    await deliver([toAlice.path, toAlice.mail]);
    expect(linked(alice)).toContain('Ben connected');
    expect([...linked(bob)].sort()).toEqual(['Ada connected', 'Cy connected']);
    expect(world.codes).toEqual([]);
  });

  it.each<[string, (parts: Awaited<ReturnType<typeof meeting>>) => object]>([
    [
      'changes a character of it',
      ({ toAlice: { mail } }) => ({
        ...mail,
        sealed: mail.sealed.replace(/.(?=.{9}$)/, (c) => (c === 'A' ? 'B' : 'A')),
      }),
    ],
    ['puts it back under a later revision', ({ toAlice: { mail } }) => ({ ...mail, rev: mail.rev + 1 })],
    ['puts it back under another generation', ({ toAlice: { mail } }) => ({ ...mail, conn: mail.conn + 1 })],
    ["puts what he wrote to Cy into Ada's mailbox", ({ toCarol: { mail } }) => mail],
    ['says that it is from Cy', ({ toAlice: { mail }, carol }) => ({ ...mail, from: carol.peerId })],
  ])('[SE26] %s: Ada refuses the mail, says why, and goes on', async (_, change) => {
    const parts = await meeting();
    const { world, alice, carol, bob, toAlice, deliver } = parts;
    const { peerConnection } = alice.links.get(carol.peerId)!;
    await deliver([toAlice.path, change(parts)]);
    expect(world.codes).toEqual(['signaling/seal-broken']);
    expect(alice.links.get(bob.peerId)?.state).not.toBe('connected');
    // All else goes on.
    expect(alice.state).toBe('joined');
    expect(linked(carol)).toContain('Ben connected');
    expect(alice.links.get(carol.peerId)?.peerConnection).toBe(peerConnection);
    // The mail as it was is taken.
    await deliver([toAlice.path, toAlice.mail]);
    expect(linked(alice)).toContain('Ben connected');
    expect(world.codes).toEqual(['signaling/seal-broken']);
  });

  it('[SE26] puts mail there that is not sealed: it is refused, whatever it says', async () => {
    const { world, alice, bob, toAlice, deliver } = await meeting();
    const { sealed: _, ...open } = toAlice.mail;
    const offer = { conn: 2, id: 'attacker', sdp: SDP };
    await deliver([toAlice.path, { ...open, rev: 9, offer }]);
    await deliver([toAlice.path, { ...toAlice.mail, rev: 9, offer }]);
    expect(world.codes).toEqual(['signaling/invalid-document', 'signaling/invalid-document']);
    expect(alice.links.get(bob.peerId)?.conn ?? 0).toBeLessThan(2);
  });

  it('[SE27] changes a standing offer or a name: both are missing then, and the rest holds', async () => {
    const { world, link, alice, bob, deliver, roomId } = await meeting();
    await deliver();
    const path = [...world.backend.documents.keys()].find((one) => one.endsWith(`/beacons/${alice.peerId}`))!;
    const beacon = world.backend.documents.get(path) as { offer: { rev: number } };
    const [seatPath, seat] = [...world.backend.documents].find(
      ([, data]) => (data as { peer?: string }).peer === alice.peerId,
    )!;
    const name = (world.backend.documents.get(`${roomPath(roomId)}/admissions/bob`) as { name: string }).name;
    await deliver(
      [path, { ...beacon, offer: { ...beacon.offer, rev: beacon.offer.rev + 1 } }],
      [seatPath, { ...(seat as object), name }],
    );
    expect(bob.roster.find(({ peerId }) => peerId === alice.peerId)).toMatchObject({ name: '' });
    const dave = await world.join(link, 'dave', { name: 'Dee' });
    await world.pass(1_000);
    expect(dave.links.get(alice.peerId)?.state).toBe('connected');
    expect(new Set(world.codes)).toEqual(new Set(['signaling/seal-broken']));
  });
});
