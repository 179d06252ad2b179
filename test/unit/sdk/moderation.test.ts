import {
  admissionPath,
  banPath,
  beaconPath,
  invitePath,
  inviteOf,
  knockPath,
  memberPath,
  roomPath,
  seatPath,
  secretPath,
} from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Visitor as Knocker } from '../../../web/sdk/src/moderation/guests.ts';
import { parseRoomLink, roomLink } from '../../../web/sdk/src/room-link.ts';
import { admission, peer, room, ROOM_ID } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { World, type Visitor } from '../../support/fake-world.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => {
  vi.unstubAllGlobals();
});

const seatNumber = ({ room }: Visitor): number => room.roster.find(({ isSelf }) => isSelf)!.seat;
const document = (world: World, path: string) => world.backend.documents.get(path) as Record<string, unknown>;

/** alice runs the room; bob has a seat. */
async function call() {
  const world = new World();
  const alice = await world.joined('alice');
  const bob = await world.joined('bob');
  return { world, alice, bob, desk: await alice.room.moderate() };
}

describe('Moderation › invites', () => {
  it('[MO1] the token is in the answer alone: what is stored is the id that the token has, and one can list and revoke', async () => {
    const { world, desk } = await call();
    const invite = await desk.createInvite({ role: 'viewer', uses: 3, lifetimeSeconds: 600 });
    expect(invite.hash).toBe((await inviteOf(invite.token)).hash);
    expect(JSON.stringify([...world.backend.documents])).not.toContain(invite.token);
    expect(document(world, invitePath(ROOM_ID, invite.hash))).toMatchObject({ role: 'viewer', usesLeft: 3 });
    expect(parseRoomLink(roomLink('https://host', ROOM_ID, { invite: invite.token })).invite).toBe(
      invite.token,
    );
    expect(invite.expiresAt.getTime()).toBe(world.clock.now() + 600_000);
    const { token: _, ...stored } = invite;
    expect(await desk.listInvites()).toEqual([stored]);
    await desk.revokeInvite(invite.hash);
    expect(await desk.listInvites()).toEqual([]);
  });

  it('[MO2] outlasts the room in no case', async () => {
    const { desk } = await call();
    const { expiresAt } = await desk.createInvite({ lifetimeSeconds: 7 * 86_400 });
    expect(expiresAt.getTime()).toBe((room()['expiresAt'] as { epochMs: number }).epochMs);
  });
});

describe('Moderation › the door', () => {
  it('[MO3] is locked and unlocked, and everybody in the room hears of it', async () => {
    const { world, bob, desk } = await call();
    const heard: boolean[] = [];
    bob.room.on('door', ({ isLocked }) => heard.push(isLocked));
    await desk.lock();
    await world.clock.advance(100);
    expect(bob.room.isLocked).toBe(true);
    await desk.unlock();
    await world.clock.advance(100);
    expect(heard).toEqual([true, false]);
    expect(document(world, roomPath(ROOM_ID))).not.toHaveProperty('locked');
  });

  it('[MO4] becomes another one, and takes with it what belonged to the one before', async () => {
    const { world, desk } = await call();
    await desk.setDoor({ access: 'members', memberClaim: { name: 'team', value: 'blue' } });
    await world.clock.advance(100);
    expect(document(world, roomPath(ROOM_ID))).toMatchObject({
      memberClaim: { name: 'team', value: 'blue' },
    });
    await desk.addMember('carol', 'viewer');
    expect(document(world, memberPath(ROOM_ID, 'carol'))).toMatchObject({ role: 'viewer' });
    await desk.removeMember('carol');
    expect(world.backend.documents.has(memberPath(ROOM_ID, 'carol'))).toBe(false);
    await desk.setDoor({ access: 'password', password: 'secret words' });
    expect(document(world, roomPath(ROOM_ID))).toMatchObject({ access: 'password' });
    expect(document(world, roomPath(ROOM_ID))).not.toHaveProperty('memberClaim');
    const { verifier } = document(world, secretPath(ROOM_ID, 'password'));
    expect(verifier).toMatch(/^[0-9a-f]{64}$/);
    await desk.setPassword('other words');
    expect(document(world, secretPath(ROOM_ID, 'password'))['verifier']).not.toBe(verifier);
  });
});

describe('Moderation › who knocks', () => {
  it('[MO5] is shown, the longest waiting first, until there is an answer', async () => {
    const world = new World(room({ access: 'knock' }));
    const desk = await (await world.joined('alice')).room.moderate();
    const seen: (readonly Knocker[])[] = [];
    const stop = desk.watchKnocks((visitors) => seen.push(visitors));
    const carol = world.visitor('carol', { name: 'Carol' });
    const entered = carol.room.open(20_000, undefined);
    await world.clock.advance(1_000);
    const dave = world.visitor('dave', { name: 'Dave' });
    const refused = dave.room.open(20_000, undefined).catch((error: unknown) => error);
    await world.clock.advance(1_000);
    expect(seen.at(-1)!.map(({ uid, name }) => [uid, name])).toEqual([
      ['carol', 'Carol'],
      ['dave', 'Dave'],
    ]);
    await desk.admit('carol', { role: 'viewer' });
    await world.clock.advance(100);
    await entered;
    expect(carol.room.role).toBe('viewer');
    await desk.decline('dave');
    await world.clock.advance(100);
    expect(await refused).toMatchObject({ code: 'signaling/not-admitted' });
    expect(seen.at(-1)).toEqual([]);
    stop();
  });

  it('[MO5] is let in by the admission, also when another page of the same user has taken the knock back', async () => {
    const world = new World(room({ access: 'knock' }));
    await world.joined('alice');
    const { room: page } = world.visitor('carol', { name: 'Carol' });
    const entered = page.open(20_000, undefined);
    await world.clock.advance(1_000);
    world.backend.put(admissionPath(ROOM_ID, 'carol'), admission('carol', 'Carol'));
    world.backend.remove(knockPath(ROOM_ID, 'carol'));
    await world.clock.advance(100);
    await entered;
    expect(page.state).toBe('lobby');
  });
});

describe('Moderation › who is in', () => {
  it('[MO6] is taken out in one commit, with every seat; the rest of the room hears of it at once', async () => {
    const { world, alice, bob, desk } = await call();
    const number = seatNumber(bob);
    const before = world.backend.commits.length;
    await desk.kick('bob');
    expect(world.backend.commits.length - before).toBe(1);
    await world.clock.advance(100);
    expect(bob.events.at(-1)).toBe('left kicked');
    expect(alice.room.roster.map(({ peerId }) => peerId)).toEqual([peer('alice')]);
    expect(alice.room.links.size).toBe(0);
    expect(document(world, seatPath(ROOM_ID, number))).toHaveProperty('kicked');
    expect(world.backend.documents.has(beaconPath(ROOM_ID, peer('bob')))).toBe(false);
    expect(world.backend.documents.has(admissionPath(ROOM_ID, 'bob'))).toBe(false);
  });

  it('[MO7] is banned until the ban is taken back', async () => {
    const { world, desk } = await call();
    await desk.ban('bob');
    await world.clock.advance(100);
    expect(world.backend.documents.has(banPath(ROOM_ID, 'bob'))).toBe(true);
    expect(await desk.listBans()).toEqual(['bob']);
    await expect(world.open('bob')).rejects.toMatchObject({ code: 'signaling/banned' });
    await desk.unban('bob');
    expect((await world.joined('bob')).room.state).toBe('joined');
  });

  it('[MO8] has the other role at once, in admission and seat', async () => {
    const { world, alice, bob, desk } = await call();
    await desk.setRole('bob', 'viewer');
    await world.clock.advance(100);
    expect(bob.room.role).toBe('viewer');
    expect(alice.room.roster.map(({ role }) => role)).toContain('viewer');
    expect(document(world, admissionPath(ROOM_ID, 'bob'))).toMatchObject({ role: 'viewer' });
  });

  it('[MO9] becomes host, if it has a seat', async () => {
    const { world, alice, bob, desk } = await call();
    await expect(desk.handOver(peer('carol'))).rejects.toMatchObject({ code: 'signaling/peer-left' });
    await desk.handOver(peer('bob'));
    await world.clock.advance(100);
    expect(bob.room.isHost).toBe(true);
    expect(alice.room.isHost).toBe(false);
  });
});

describe('Moderation › who may not', () => {
  it('[MO10] is refused by the rules, and nothing has changed', async () => {
    const { world, bob } = await call();
    const desk = await bob.room.moderate();
    const before = [...world.backend.documents.keys()];
    const refusals = [
      () => desk.kick('alice'),
      () => desk.lock(),
      () => desk.createInvite(),
      () => desk.setRole('bob', 'moderator'),
      () => desk.handOver(peer('bob')),
      () => desk.ban('alice'),
    ];
    for (const attempt of refusals)
      await expect(attempt()).rejects.toMatchObject({ code: 'signaling/permission-denied' });
    expect([...world.backend.documents.keys()]).toEqual(before);
  });

  it('[MO11] is told what does not fit, before anything is written', async () => {
    const { world, desk } = await call();
    const before = world.backend.attempts;
    const mistakes = [
      () => desk.createInvite({ uses: 0 }),
      () => desk.createInvite({ lifetimeSeconds: 1 }),
      () => desk.createInvite({ role: 'host' as 'viewer' }),
      () => desk.revokeInvite('no hash'),
      () => desk.setCapacity(17),
      () => desk.admit('a/b'),
      () => desk.kick(''),
      () => desk.setRole('bob', 'king' as 'viewer'),
    ];
    for (const mistake of mistakes)
      await expect(mistake()).rejects.toMatchObject({ code: 'signaling/invalid-argument' });
    expect(world.backend.attempts).toBe(before);
  });

  it('[MO12] has left', async () => {
    const { world, alice } = await call();
    const leaving = alice.room.leave();
    await world.clock.advance(5_000);
    await leaving;
    await expect(alice.room.moderate()).rejects.toMatchObject({ code: 'signaling/invalid-state' });
  });
});
