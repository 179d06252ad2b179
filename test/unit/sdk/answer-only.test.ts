import { beaconPath, mailPath, seatPath, type SignalState } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beacon, peer, room as roomDocument, ROOM_ID, seat, standingOffer } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { World, type Visitor } from '../../support/fake-world.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const MINA = peer('mina');
const numberOf = ({ room }: Visitor): number => room.roster.find(({ isSelf }) => isSelf)!.seat;
const seatsBut = (taken: number): readonly number[] => [0, 1, 2, 3].filter((number) => number !== taken);

/** Somebody takes a seat who only answers. Nobody is behind it. */
function seatMina(world: World, number: number, met: readonly string[] = []): void {
  world.backend.documents.set(beaconPath(ROOM_ID, MINA), beacon(number));
  world.backend.put(seatPath(ROOM_ID, number), seat(MINA, { answerOnly: true, met }));
}

const mailTo = (world: World, to: string, from: number): SignalState | undefined =>
  world.backend.documents.get(mailPath(ROOM_ID, to, from)) as SignalState | undefined;

describe('Room › peers that only answer', () => {
  it.each([0, 1])('[MP2] are called at once, also by who sits in seat %i', async (own) => {
    const world = new World(roomDocument({ capacity: 2 }));
    const other = 1 - own;
    world.backend.documents.set(seatPath(ROOM_ID, other), seat(peer('somebody')));
    const alice = await world.joined('alice');
    expect(numberOf(alice)).toBe(own);
    seatMina(world, other);
    await settled();
    expect(mailTo(world, MINA, own)?.offer).toBeDefined();
    expect(alice.room.links.get(MINA)?.state).toBe('connecting');
  });

  it('[MP2] are not called by those to whom they have written in their join', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const own = numberOf(alice);
    seatMina(world, seatsBut(own)[0]!, [alice.room.peerId]);
    await settled();
    expect(mailTo(world, MINA, own)).toBeUndefined();
    // They have not, after all.
    await world.clock.advance(10_000);
    expect(mailTo(world, MINA, own)?.offer).toBeDefined();
  });

  it('[MP2] are called when all their mail says is nothing', async () => {
    const world = new World();
    const alice = await world.joined('alice');
    const own = numberOf(alice);
    const [number] = seatsBut(own);
    world.backend.documents.set(mailPath(ROOM_ID, alice.room.peerId, number!), {
      ...{ conn: 1, rev: 1, from: MINA },
      ...{ at: seat(MINA).joinedAt, expiresAt: seat(MINA).expiresAt },
    });
    seatMina(world, number!);
    await settled();
    expect(mailTo(world, MINA, own)?.offer).toBeDefined();
  });

  it.each([undefined, standingOffer()])(
    '[MP3] get an offer in the join commit of who can offer, also with %j in their beacon',
    async (offer) => {
      const world = new World();
      seatMina(world, 1);
      if (offer !== undefined) world.backend.put(beaconPath(ROOM_ID, MINA), beacon(1, { offer }));
      const alice = await world.joined('alice');
      const join = world.backend.commits.find(({ writes }) =>
        writes.some(({ path }) => path === seatPath(ROOM_ID, numberOf(alice))),
      );
      const mail = join?.writes.find(({ path }) => path === mailPath(ROOM_ID, MINA, numberOf(alice)));
      expect(mail).toMatchObject({ kind: 'create', data: { offer: {}, candidates: { complete: true } } });
      // One waits for joiners, one for the answer: none is made anew with every change of a beacon.
      expect(world.network.connections).toHaveLength(2);
    },
  );
});
