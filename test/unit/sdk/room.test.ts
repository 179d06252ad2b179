import { admissionPath, beaconPath, beaconsPath, roomPath, seatPath, seatsPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMIT_DEADLINE_MS, LEAVE_DEADLINE_MS, OPEN_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import { mailWrite } from '../../../web/sdk/src/room/room-writes.ts';
import { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import {
  beacon,
  EXPIRES_AT,
  NOW,
  peer,
  room as roomDocument,
  ROOM_ID,
  SDP,
  seat,
} from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { linkStates, World } from '../../support/fake-world.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const HOUR_MS = 3_600_000;

describe('Room › open', () => {
  it('is in the lobby, visible and seated nowhere', async () => {
    const world = new World();
    const { room, events } = await world.open('alice', { name: 'Ada' });
    expect(room.state).toBe('lobby');
    expect(room.capacity).toBe(4);
    expect(room.isCreator).toBe(true);
    expect(room.roster).toEqual([]);
    expect(events).toEqual([]);
    expect(world.leftovers).toEqual([admissionPath(ROOM_ID, 'alice')]);
  });

  it.each([
    ['there is no such room', null, 'signaling/room-not-found'],
    ['the room was ended', roomDocument({ endedAt: new Instant(NOW) }), 'signaling/room-ended'],
    ['it speaks another version', roomDocument({ protocolVersion: 2 }), 'signaling/protocol-mismatch'],
  ])('[JN9] says why when %s, and leaves nothing behind', async (_, document, code) => {
    for (const isRefused of [false, true]) {
      const world = new World(document);
      if (isRefused) world.backend.faultOf = () => 'denied';
      const { room, events } = world.visitor('alice');
      await expect(room.open(OPEN_DEADLINE_MS, undefined)).rejects.toMatchObject({ code });
      await settled();
      expect(room.state).toBe('left');
      expect(events).toEqual(['leaving', 'left left']);
      world.expectNothingLeft();
    }
  });

  it('says that the room is over when its time is, by the clock of the server', async () => {
    const world = new World(roomDocument({ expiresAt: new Instant(NOW - 1) }));
    world.backend.faultOf = () => 'denied';
    await expect(world.visitor('alice').room.open(OPEN_DEADLINE_MS, undefined)).rejects.toMatchObject({
      code: 'signaling/room-ended',
    });
  });

  it('says that it is denied when a room that is fine lets nobody in', async () => {
    const world = new World();
    world.backend.faultOf = () => 'denied';
    await expect(world.visitor('alice').room.open(OPEN_DEADLINE_MS, undefined)).rejects.toMatchObject({
      code: 'signaling/permission-denied',
    });
  });

  it('says at once that the backend is away', async () => {
    const world = new World();
    world.backend.faultOf = () => 'unavailable';
    const began = world.clock.now();
    await expect(world.visitor('alice').room.open(OPEN_DEADLINE_MS, undefined)).rejects.toMatchObject({
      code: 'signaling/unavailable',
    });
    expect(world.clock.now()).toBe(began);
    await settled();
    world.expectNothingLeft();
  });

  it('does not wait longer than its deadline for a silent backend', async () => {
    const world = new World();
    world.backend.isSilent = true;
    const { room } = world.visitor('alice');
    const opened = room.open(OPEN_DEADLINE_MS, undefined).catch((error: unknown) => error);
    await world.clock.advance(OPEN_DEADLINE_MS);
    expect(await opened).toMatchObject({ code: 'signaling/timeout' });
    await world.clock.advance(LEAVE_DEADLINE_MS);
    world.expectNothingLeft();
  });

  it('aborted at any moment, leaves nothing behind', async () => {
    const world = new World();
    const controller = new AbortController();
    const { room } = world.visitor('alice');
    const opened = room.open(OPEN_DEADLINE_MS, controller.signal).catch((error: unknown) => error);
    controller.abort();
    expect(await opened).toMatchObject({ code: 'signaling/aborted' });
    await world.clock.advance(LEAVE_DEADLINE_MS);
    world.expectNothingLeft();
  });
});

describe('Room › lobby', () => {
  it('[LS7] keeps the admission alive for as long as somebody waits, with few writes', async () => {
    const world = new World();
    await world.open('alice');
    const admission = (): { at: Instant; leaseSeconds: number } =>
      world.backend.documents.get(admissionPath(ROOM_ID, 'alice')) as { at: Instant; leaseSeconds: number };
    for (let minute = 0; minute < 60; minute += 1) {
      await world.clock.advance(60_000);
      const { at, leaseSeconds } = admission();
      expect(at.epochMs + leaseSeconds * 1_000).toBeGreaterThan(world.clock.now());
    }
    expect(world.backend.commits.length).toBeLessThanOrEqual(10);
  });
});

describe('Room › mail', () => {
  it('from somebody who does not hold the seat that it names waits, and starts nothing', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    const other = room.roster[0]!.seat === 3 ? 2 : 3;
    const state = { conn: 2, rev: 1, offer: { conn: 2, id: 'offer000', sdp: SDP } };
    const scope = { roomId: ROOM_ID, expiresAt: EXPIRES_AT };
    world.backend.apply([mailWrite(scope, { to: room.peerId, from: peer('mallory'), seat: other, state })]);
    await settled();
    expect(room.links.size).toBe(0);
    world.backend.put(seatPath(ROOM_ID, other), seat(peer('bob'), { met: [room.peerId] }));
    await settled();
    const link = room.links.get(peer('bob'));
    expect(link?.state).toBe('waiting');
    expect(link?.signals).toEqual([]);
  });
});

describe('Room › goodbye', () => {
  it('[LP5] repairs nothing, calls nobody and writes no mail, however long it takes', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const bob = await world.joined('bob');
    const states: string[] = [];
    [...bob.room.links.values()][0]!.on('state', ({ state }) => states.push(state));
    world.backend.faultOf = (_, uid) => (uid === 'bob' ? 'hanging' : undefined);
    const tried = vi.spyOn(bob.transport, 'commit');
    const leaving = bob.room.leave();
    await settled();
    expect(linkStates(alice)).toEqual([]);
    // Somebody comes whom Bob would be linked to, and Alice's part of the link is gone: both would be reasons to write.
    await world.joined('carol');
    await world.clock.advance(LEAVE_DEADLINE_MS - 500);
    expect(tried.mock.calls.map(([writes]) => writes.map(({ kind }) => kind))).toEqual([
      expect.not.arrayContaining(['set']),
    ]);
    await world.clock.advance(LEAVE_DEADLINE_MS);
    await leaving;
    expect(states).toEqual(['closed']);
  });

  it('[LP5] keeps back an offer that was being made', async () => {
    const world = new World();
    world.network.gathering = 'manual';
    const visitors = [
      await world.open('alice', { standingOffers: false }),
      await world.open('bob', { standingOffers: false }),
    ];
    const joining = visitors.map(({ room }) => room.join());
    await world.clock.advance(0);
    await Promise.all(joining);
    await settled();
    expect(visitors.flatMap(linkStates)).toContain('connecting');
    const tried = visitors.map(({ transport }) => vi.spyOn(transport, 'commit'));
    world.backend.faultOf = () => 'hanging';
    const leaving = visitors.map(({ room }) => room.leave());
    await world.clock.advance(1_000);
    expect(tried.flatMap(({ mock }) => mock.calls.flatMap(([writes]) => writes))).not.toContainEqual(
      expect.objectContaining({ kind: 'set' }),
    );
    await world.clock.advance(LEAVE_DEADLINE_MS);
    await Promise.all(leaving);
  });
});

describe('Room › join', () => {
  it('[JN10] connects two over the standing offer of the first, with one message on the way', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const before = world.backend.commits.length;
    const bob = await world.joined('bob');
    expect([alice, bob].map(linkStates)).toEqual([['connected'], ['connected']]);
    expect([...bob.room.links.values()][0]!.conn).toBe(1);
    // Bob's admission and his join. What Alice may write is her next standing offer.
    const after = world.backend.commits.slice(before);
    expect(after.filter(({ uid }) => uid === 'bob')).toHaveLength(2);
    const others = after.filter(({ uid }) => uid !== 'bob').flatMap(({ writes }) => writes);
    expect(others.every(({ path }) => path === beaconPath(ROOM_ID, peer('alice')))).toBe(true);
    expect(bob.room.roster.map(({ isSelf }) => isSelf).sort()).toEqual([false, true]);
    expect([...alice.problems, ...bob.problems]).toEqual([]);
  });

  it('[JN23] listens to no beacons in an empty room, and joins in one hop whoever has been seated since', async () => {
    const world = new World();
    const watched: string[] = [];
    world.backend.readFaultOf = (target) => {
      if ('collection' in target) watched.push(target.collection);
      return undefined;
    };
    const bob = await world.open('bob');
    await world.clock.advance(100);
    expect(watched).not.toContain(beaconsPath(ROOM_ID));
    const alice = await world.joined('alice');
    expect(watched).toContain(beaconsPath(ROOM_ID));
    const before = world.backend.commits.length;
    await bob.room.join();
    await world.clock.advance(100);
    expect([alice, bob].map(linkStates)).toEqual([['connected'], ['connected']]);
    const mail = world.backend.commits
      .slice(before)
      .flatMap(({ writes }) => writes.filter(({ path }) => path.includes('/mailboxes/')));
    expect(mail).toHaveLength(1);
  });

  it('[JN20] begins with an answer before the roster shows its writer, and shows the link, with its name, when it does', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const seen: string[][] = [];
    alice.room.on('link', ({ link }) => {
      const inRoster = alice.room.roster.some(({ peerId }) => peerId === link.peerId);
      seen.push([link.name, link.state, String(link.conn), String(inRoster)]);
    });
    const bob = await world.joined('bob');
    expect(seen).toEqual([[bob.room.name, 'connecting', '1', 'true']]);
    expect([alice, bob].map(linkStates)).toEqual([['connected'], ['connected']]);
  });

  it('writes no offer for a room that is full by its own join, nor for one that empties', async () => {
    const world = new World(roomDocument({ capacity: 2 }));
    const alice = await world.joined('alice');
    const bob = await world.joined('bob');
    await world.clock.advance(20_000);
    const before = world.backend.commits.length;
    await bob.room.leave();
    await world.clock.advance(1_000);
    await alice.room.leave();
    expect(
      world.backend.commits.slice(before).flatMap(({ writes }) => writes.map(({ kind }) => kind)),
    ).not.toContain('update');
    expect(world.backend.commits.flatMap(({ writes }) => writes.map(({ kind }) => kind))).not.toContain(
      'update',
    );
  });

  it('[JN11] connects everybody when many join at once', async () => {
    const world = new World(roomDocument({ capacity: 6 }));
    const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
    const visitors = await Promise.all(names.map((name) => world.open(name)));
    await Promise.all(visitors.map(({ room }) => room.join()));
    await world.clock.advance(60_000);
    for (const visitor of visitors) expect(linkStates(visitor)).toEqual(Array(5).fill('connected'));
    expect(new Set(visitors[0]!.room.roster.map(({ seat: number }) => number)).size).toBe(6);
  });

  it('connects without standing offers, two hops later', async () => {
    const world = new World();
    const alice = await world.joined('alice', { standingOffers: false });
    const bob = await world.joined('bob', { standingOffers: false });
    await world.clock.advance(1_000);
    expect([alice, bob].map(linkStates)).toEqual([['connected'], ['connected']]);
    expect(world.backend.documents.get(beaconPath(ROOM_ID, peer('alice')))).not.toHaveProperty('offer');
  });

  it('two who answer one standing offer both get their link', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const [bob, carol] = await Promise.all([world.open('bob'), world.open('carol')]);
    await Promise.all([bob.room.join(), carol.room.join()]);
    await world.clock.advance(1_000);
    for (const visitor of [alice, bob, carol])
      expect(linkStates(visitor)).toEqual(['connected', 'connected']);
  });

  it('twice is an invalid state, as it is after leaving', async () => {
    const world = new World();
    const { room } = await world.open('alice');
    const first = room.join();
    await expect(room.join()).rejects.toMatchObject({ code: 'signaling/invalid-state' });
    await first;
    await expect(room.join()).rejects.toMatchObject({ code: 'signaling/invalid-state' });
    await room.leave();
    await expect(room.join()).rejects.toMatchObject({ code: 'signaling/invalid-state' });
  });

  it('says that the room is full, is back in the lobby, and succeeds when somebody has left', async () => {
    const world = new World(roomDocument({ capacity: 2 }));
    const alice = await world.joined('alice');
    await world.joined('bob');
    const carol = await world.open('carol');
    await expect(carol.room.join()).rejects.toMatchObject({ code: 'signaling/room-full' });
    expect(carol.events).toEqual(['joining', 'lobby']);
    await alice.room.leave();
    await settled();
    await carol.room.join();
    await world.clock.advance(30_000);
    expect(linkStates(carol)).toEqual(['connected']);
  });

  it('[JN12] aborted, gives back a seat that it gets after all, with its mail', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const bob = await world.open('bob');
    const before = [...world.leftovers].sort();
    const controller = new AbortController();
    const { faultOf } = world.backend;
    world.backend.faultOf = (writes, uid) => {
      if (writes.some(({ path }) => path.startsWith(seatsPath(ROOM_ID)))) controller.abort();
      return faultOf(writes, uid);
    };
    await expect(bob.room.join({ signal: controller.signal })).rejects.toMatchObject({
      code: 'signaling/aborted',
    });
    expect(bob.room.state).toBe('lobby');
    await world.clock.advance(1_000);
    expect(world.leftovers.filter((path) => path.includes('bob') || path.includes('mailboxes'))).toEqual(
      before.filter((path) => path.includes('bob') || path.includes('mailboxes')),
    );
    await bob.room.join();
    await world.clock.advance(60_000);
    expect([alice, bob].map(linkStates)).toEqual([['connected'], ['connected']]);
  });

  it('[JN13] a roster from before the join does not end the visit', async () => {
    const world = new World();
    const alice = await world.open('alice');
    world.backend.isSilent = true;
    await alice.room.join();
    expect(alice.room.state).toBe('joined');
    world.backend.isSilent = false;
    const own = [...world.backend.documents].find(([path]) => path.startsWith(seatsPath(ROOM_ID)))!;
    world.backend.documents.delete(own[0]);
    const other = own[0].endsWith('/0') ? 1 : 0;
    world.backend.put(seatPath(ROOM_ID, other), seat(peer('bob')));
    await settled();
    expect(alice.room.state).toBe('joined');
    world.backend.put(...own);
    await settled();
    expect(alice.room.state).toBe('joined');
  });
});

describe('Room › events', () => {
  it('come in order, and `left` is the last', async () => {
    const world = new World();
    const { room, events } = await world.joined('alice');
    await room.leave();
    room.on('state', () => events.push('after the end'));
    await world.clock.advance(HOUR_MS);
    expect(events).toEqual(['joining', 'joined', 'leaving', 'left left']);
  });

  it('tell once of each change of the backend being reachable', async () => {
    const world = new World();
    const { transport, events } = await world.open('alice');
    for (const reachable of [false, false, true, true]) transport.setReachable(reachable);
    expect(events).toEqual(['unreachable', 'reachable']);
  });

  it('tell that another visit took the seat', async () => {
    const world = new World();
    const { room, events } = await world.joined('alice');
    const own = room.roster[0]!;
    world.backend.documents.delete(beaconPath(ROOM_ID, peer('alice')));
    world.backend.put(seatPath(ROOM_ID, own.seat), seat(peer('bob')));
    await settled();
    expect(events.at(-1)).toBe('left seat-lost');
    expect(room.reason).toBe('seat-lost');
    expect(world.clock.pending).toBe(0);
  });

  it.each(['ended', 'deleted'] as const)('tell that the room was %s', async (how) => {
    const world = new World();
    const { room, events, onLeft } = await world.joined('alice');
    if (how === 'ended') world.backend.put(roomPath(ROOM_ID), roomDocument({ endedAt: new Instant(NOW) }));
    else world.backend.remove(roomPath(ROOM_ID));
    await settled();
    expect(events.at(-1)).toBe('left room-ended');
    expect(onLeft).toHaveBeenCalledOnce();
    await room.leave();
    expect(world.backend.watchCount).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it('tell of malformed documents, which change nothing else', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const other = alice.room.roster[0]!.seat === 3 ? 2 : 3;
    world.backend.put(seatPath(ROOM_ID, other), { peer: 'nonsense' });
    await settled();
    expect(alice.problems.map(({ code }) => code)).toContain('signaling/invalid-document');
    expect(alice.room.state).toBe('joined');
    expect(alice.room.roster).toHaveLength(1);
  });

  it('show who is in the lobby, as long as somebody looks', async () => {
    const world = new World();
    const { room } = await world.open('alice', { name: 'Ada' });
    const seen: unknown[] = [];
    const stop = room.watchLobby((visitors) => seen.push(visitors));
    await settled();
    await world.open('bob', { name: 'Bob' });
    await settled();
    expect(seen.at(-1)).toEqual([
      { uid: 'alice', name: 'Ada', isSelf: true },
      { uid: 'bob', name: 'Bob', isSelf: false },
    ]);
    stop();
    const before = seen.length;
    await world.open('carol');
    await settled();
    expect(seen).toHaveLength(before);
  });
});

describe('Room › lost marks', () => {
  it('[LS5] proves at once that it is alive when a neighbour marks it lost', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    const own = room.roster[0]!;
    const before = world.backend.commits.length;
    world.backend.put(
      seatPath(ROOM_ID, own.seat),
      seat(peer('alice'), { lostAt: new Instant(NOW), lostBy: 1 }),
    );
    await settled();
    expect(world.backend.commits.length).toBe(before + 1);
    expect(world.backend.commits.at(-1)!.writes[0]).toMatchObject({
      path: beaconPath(ROOM_ID, peer('alice')),
    });
    // Who looks is there.
    expect(room.roster[0]!.lost).toBe(false);
  });
});

describe('Room › leave', () => {
  it.each(['lobby', 'joined', 'linked'] as const)(
    '[JN14] from %s leaves no document, watch, timer or connection',
    async (where) => {
      const world = new World();
      const alice = where === 'lobby' ? await world.open('alice') : await world.joined('alice');
      const bob = where === 'linked' ? await world.joined('bob') : undefined;
      await alice.room.leave();
      await bob?.room.leave();
      await settled();
      world.expectNothingLeft();
      expect(alice.transport.listenerCount).toBe(0);
      expect(alice.onLeft).toHaveBeenCalledOnce();
      await world.clock.advance(HOUR_MS);
      world.expectNothingLeft();
    },
  );

  it('is the same however often it is called, and never throws', async () => {
    for (const fault of ['denied', 'unavailable', 'hanging'] as const) {
      const world = new World();
      const { room, onLeft } = await world.joined('alice');
      world.backend.faultOf = () => fault;
      const leaving = [room.leave(), room.leave()];
      await world.clock.advance(2 * LEAVE_DEADLINE_MS);
      await Promise.all(leaving);
      await room.leave();
      expect(room.state).toBe('left');
      expect(onLeft).toHaveBeenCalledOnce();
      expect(world.clock.pending).toBe(0);
    }
  });

  it('[JN15] during a join leaves no seat behind', async () => {
    const world = new World();
    const { room, events } = await world.open('alice');
    const joining = room.join().catch((error: unknown) => error);
    await Promise.resolve();
    const leaving = room.leave();
    await world.clock.advance(COMMIT_DEADLINE_MS);
    await leaving;
    expect(await joining).toMatchObject({ code: 'signaling/aborted' });
    expect(events).toEqual(['joining', 'leaving', 'left left']);
    world.expectNothingLeft();
  });

  it('closes the links of the others at once', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const bob = await world.joined('bob');
    const link = [...alice.room.links.values()][0]!;
    const states: string[] = [];
    link.on('state', ({ state, error }) => states.push(`${state} ${error?.code ?? ''}`));
    await bob.room.leave();
    await settled();
    expect(states).toEqual(['closed signaling/peer-left']);
    expect(alice.room.links.size).toBe(0);
    expect(alice.room.roster).toHaveLength(1);
  });

  it('can be followed by another visit, which connects again', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    for (let visit = 0; visit < 3; visit += 1) {
      const bob = await world.joined('bob');
      await world.clock.advance(30_000);
      expect([alice, bob].map(linkStates)).toEqual([['connected'], ['connected']]);
      await bob.room.leave();
      await world.clock.advance(30_000);
    }
    await alice.room.leave();
    await settled();
    world.expectNothingLeft();
  });
});

describe('Room › takeover', () => {
  it('[LS6] gives the seat of somebody who is gone to the next, when its lease is over', async () => {
    const world = new World(roomDocument({ capacity: 2 }));
    world.backend.put(seatPath(ROOM_ID, 0), seat(peer('ghost')));
    world.backend.put(beaconPath(ROOM_ID, peer('ghost')), beacon(0, { leaseSeconds: 180 }));
    world.backend.put(seatPath(ROOM_ID, 1), seat(peer('ghost', 2)));
    world.backend.put(beaconPath(ROOM_ID, peer('ghost', 2)), beacon(1, { leaseSeconds: 900 }));
    const { room } = await world.open('alice');
    await expect(room.join()).rejects.toMatchObject({ code: 'signaling/room-full' });
    await world.clock.advance(200_000);
    await room.join();
    await settled();
    expect(room.roster.find(({ isSelf }) => isSelf)?.seat).toBe(0);
    expect(world.backend.documents.has(beaconPath(ROOM_ID, peer('ghost')))).toBe(false);
  });
});
