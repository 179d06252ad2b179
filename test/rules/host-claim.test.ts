import { LIMITS, type RoomDocument } from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { newPeer, secondsAgo, type Time } from './support/documents.ts';
import { alice, bob, carol, mallory, signedInAs } from './support/environment.ts';
import {
  allows,
  commit,
  denies,
  deniesEach,
  remove,
  stored,
  sweep,
  update,
  type Write,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

/* alice has made the room, and bob runs it, in seat 1. carol has seat 2 and would take over; mallory has no seat. */

let stage: Stage;
let bobs: string;
let carols: string;
/** Has no seat yet. */
let mallorys: string;

const HOSTED: Partial<RoomDocument<Time>> = { host: 'bob', hostSeat: 1 };

beforeEach(async () => {
  stage = await Stage.open(HOSTED);
  bobs = await stage.place('bob', 1);
  carols = await stage.place('carol', 2);
  mallorys = newPeer('mallory');
  await stage.admit('mallory', { visits: [mallorys] });
});

const claim = (host: string, hostSeat: number | string): Write => update(stage.room, { host, hostSeat });
const bobLeaves = () => commit(bob, ...stage.leaving('bob', bobs, 1));
const bobIs = (leaseSeconds: number, renewedSecondsAgo: number, lostAt?: Time) =>
  stage.place('bob', 1, {
    peer: bobs,
    ...(lostAt !== undefined && { seat: { lostAt, lostBy: 2 } }),
    beacon: { renewedAt: secondsAgo(renewedSecondsAgo), leaseSeconds },
  });

describe('host › when the host is there', () => {
  it('[RM12] lets nobody take over from a host who has the seat and whose lease is on', async () => {
    await denies(carol, claim('carol', 2));
    await bobIs(120, 110);
    await denies(carol, claim('carol', 2));
  });

  it('[RM12] takes the creator to be in seat 0 until somebody says otherwise', async () => {
    await stage.change({});
    const alices = await stage.place('alice', 0);
    await denies(carol, claim('carol', 2));
    await commit(alice, ...stage.leaving('alice', alices, 0));
    await allows(carol, claim('carol', 2));
  });

  it('[RM12] does not look at seat 0 when the host has another one', async () => {
    expect(await stored(stage.seat(0))).toBeUndefined();
    await denies(carol, claim('carol', 2));
  });

  it('[RM13] denies it however long the host has been marked lost, while the lease is on', async () => {
    await bobIs(
      LIMITS.BEACON_LEASE_MAX_SECONDS,
      LIMITS.LOST_GRACE_SECONDS + 60,
      secondsAgo(LIMITS.LOST_GRACE_SECONDS + 30),
    );
    await denies(carol, claim('carol', 2));
  });

  it('[RM13] denies it in the commit that takes the seat of a lost host over, and allows it after that', async () => {
    await bobIs(
      LIMITS.BEACON_LEASE_MAX_SECONDS,
      LIMITS.LOST_GRACE_SECONDS + 60,
      secondsAgo(LIMITS.LOST_GRACE_SECONDS + 30),
    );
    const takeover = [...stage.joining('mallory', mallorys, 1), remove(stage.beacon(bobs))];
    await denies(mallory, ...takeover, claim('mallory', 1));
    await allows(mallory, ...takeover);
    await allows(mallory, claim('mallory', 1));
  });
});

describe('host › when the host has gone', () => {
  it('[RM14] lets a peer with a seat take over when the seat of the host is free', async () => {
    await bobLeaves();
    await allows(carol, claim('carol', 2));
    expect(await stored(stage.room)).toMatchObject({ host: 'carol', hostSeat: 2, createdBy: 'alice' });
  });

  it('[RM14] lets it take over when somebody else has the seat, even one whose uid begins alike', async () => {
    await bobLeaves();
    await stage.place('bobby', 1);
    await allows(carol, claim('carol', 2));
  });

  it('[RM14] lets it take over when the beacon of the host is missing', async () => {
    await sweep(stage.beacon(bobs));
    await allows(carol, claim('carol', 2));
  });

  it('[RM14] lets it take over when the lease of the host is over, by the clock of the server', async () => {
    await bobIs(120, 121);
    await allows(carol, claim('carol', 2));
  });

  it('[RM14] makes exactly one of many host who try at once', async () => {
    await stage.change({ ...HOSTED, capacity: 16 });
    await bobLeaves();
    const others = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const uid = `peer${String(n)}`;
        await stage.place(uid, n + 3);
        return { uid, actor: signedInAs(uid), seat: n + 3 };
      }),
    );
    const outcomes = await Promise.allSettled(
      others.map(({ actor, uid, seat }) => commit(actor, claim(uid, seat))),
    );
    const winners = others.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await stored(stage.room)).toMatchObject({ host: winners[0]?.uid, hostSeat: winners[0]?.seat });
  });

  it('[RM14] lets the same claim be sent again, after a lost acknowledgement', async () => {
    await bobLeaves();
    await allows(carol, claim('carol', 2));
    await allows(carol, claim('carol', 2));
  });
});

describe('host › who may take over', () => {
  beforeEach(bobLeaves);

  it('[RM15] denies it to who does not hold the seat that the claim names', async () => {
    await deniesEach(mallory, {
      'the seat of carol': claim('mallory', 2),
      'a free seat': claim('mallory', 3),
      'the free seat of the host': claim('mallory', 1),
    });
    const elsewhere = await Stage.open();
    await elsewhere.place('mallory', 2);
    await denies(mallory, claim('mallory', 2));
  });

  it('[RM15] denies it for somebody else', async () => {
    await denies(carol, claim('mallory', 2));
    await denies(alice, claim('bob', 1));
  });

  it('[RM15] lets moderators and speakers take over, and no viewer', async () => {
    for (const role of ['viewer', 'listener', 'speaker', 'moderator'] as const) {
      await stage.change(HOSTED);
      await stage.place('carol', 2, { peer: carols, role: role as 'speaker' });
      const isRight = role === 'speaker' || role === 'moderator';
      await (isRight ? allows : denies)(carol, claim('carol', 2));
    }
  });

  it('[RM15] goes by the admission: a seat that is left over from before gives nothing', async () => {
    await stage.admit('carol', { visits: [carols], role: 'viewer' });
    await denies(carol, claim('carol', 2));
    await stage.admit('carol', { visits: [newPeer('carol')] });
    await denies(carol, claim('carol', 2));
    await sweep(stage.admission('carol'));
    await denies(carol, claim('carol', 2));
    await stage.place('carol', 2, { peer: carols, seat: { kicked: secondsAgo(1) } });
    await denies(carol, claim('carol', 2));
    await stage.place('carol', 2, { peer: carols });
    await allows(carol, claim('carol', 2));
  });

  it('[RM15] lets the seat be taken in the same commit, and not be freed', async () => {
    await denies(carol, claim('carol', 2), ...stage.leaving('carol', carols, 2));
    await allows(mallory, ...stage.joining('mallory', mallorys, 3), claim('mallory', 3));
  });

  it('[RM15] lets the seat of the host itself be taken in that commit, when it is free or given up', async () => {
    const taking = stage.joining('mallory', mallorys, 1);
    await stage.place('bob', 1, { peer: bobs, beacon: { renewedAt: secondsAgo(600) } });
    await allows(mallory, ...taking, remove(stage.beacon(bobs)), claim('mallory', 1));
    await commit(mallory, ...stage.leaving('mallory', mallorys, 1));
    await stage.change(HOSTED);
    await stage.admit('mallory', { visits: [mallorys] });
    await allows(mallory, ...taking, claim('mallory', 1));
  });

  it('[RM16] lets the creator be host again at any time, with a seat or without', async () => {
    await allows(carol, claim('carol', 2));
    await allows(alice, claim('alice', 0));
    await allows(carol, claim('carol', 2));
    await stage.place('alice', 3);
    await allows(alice, claim('alice', 3));
    await denies(carol, claim('carol', 2));
  });

  it('[RM17] changes nothing but the host and its seat', async () => {
    await deniesEach(carol, {
      'with a capacity': update(stage.room, { host: 'carol', hostSeat: 2, capacity: 8 }),
      'with a creator': update(stage.room, { host: 'carol', hostSeat: 2, createdBy: 'carol' }),
      'with an end': update(stage.room, { host: 'carol', hostSeat: 2, endedAt: secondsAgo(1) }),
      'with an unknown field': update(stage.room, { host: 'carol', hostSeat: 2, why: 'x' }),
      'the seat alone': update(stage.room, { hostSeat: 2 }),
    });
    await denies(alice, update(stage.room, { host: 'alice', hostSeat: 0, capacity: 8 }));
  });

  it('[RM17] denies a seat that no room of this capacity has, to the creator, too', async () => {
    await deniesEach(alice, {
      negative: claim('alice', -1),
      'not below the largest capacity': claim('alice', LIMITS.CAPACITY_MAX),
      'a fraction': claim('alice', 1.5),
      text: claim('alice', '0'),
    });
    await allows(alice, claim('alice', LIMITS.CAPACITY_MAX - 1));
    await stage.change({ host: 'bob' });
    await denies(alice, update(stage.room, { host: 'alice' }));
  });

  for (const [how, changes] of Object.entries({
    ended: { endedAt: secondsAgo(1) },
    expired: { expiresAt: secondsAgo(1) },
  }))
    it(`[RM11] denies it in a room that has ${how}, to the creator, too`, async () => {
      await stage.change({ ...HOSTED, ...changes });
      await denies(carol, claim('carol', 2));
      await denies(alice, claim('alice', 0));
      await stage.change(HOSTED);
      await allows(carol, claim('carol', 2));
    });
});

describe('host › handing the room over', () => {
  it('[RM20] lets the host name somebody with a seat, even when itself is there', async () => {
    await denies(carol, claim('carol', 2));
    await denies(mallory, claim('carol', 2));
    await allows(bob, claim('carol', 2));
    await denies(bob, claim('bob', 1));
  });

  it('[RM20] denies to name who has another seat, none, or a role that hosts nothing', async () => {
    await deniesEach(bob, {
      'another seat': claim('carol', 3),
      'the seat of the host': claim('carol', 1),
      'without a seat': claim('mallory', 2),
      'without a seat, at a free one': claim('mallory', 3),
      'a seat below none': claim('carol', -1),
      'a seat above all': claim('carol', LIMITS.CAPACITY_MAX),
      'with a capacity': update(stage.room, { host: 'carol', hostSeat: 2, capacity: 8 }),
      'without a seat number': update(stage.room, { host: 'carol' }),
      'a seat by its text': claim('carol', '2'),
    });
    await stage.place('carol', 2, { peer: carols, role: 'viewer' });
    await denies(bob, claim('carol', 2));
    await stage.place('carol', 2, { peer: carols, seat: { kicked: secondsAgo(1) } });
    await denies(bob, claim('carol', 2));
    await stage.place('carol', 2, { peer: carols, role: 'moderator' });
    await allows(bob, claim('carol', 2));
  });

  for (const [how, changes] of Object.entries({
    ended: { endedAt: secondsAgo(1) },
    expired: { expiresAt: secondsAgo(1) },
  }))
    it(`[RM11] denies it in a room that has ${how}`, async () => {
      await stage.change({ ...HOSTED, ...changes });
      await denies(bob, claim('carol', 2));
    });
});

describe('host › handing the room over, and what else is in the commit', () => {
  it('[RM20] names who has the first seat, or the last one that there may be', async () => {
    for (const n of [0, LIMITS.CAPACITY_MAX - 1]) {
      await stage.change({ ...HOSTED, capacity: LIMITS.CAPACITY_MAX });
      await stage.place('carol', n);
      await allows(bob, claim('carol', n));
    }
  });

  it('[RM20] goes by what seat and admission are then', async () => {
    const demoting = update(stage.admission('carol'), { role: 'viewer' });
    await denies(bob, claim('carol', 2), demoting);
    await allows(bob, demoting, update(stage.seat(2), { role: 'viewer' }));
    await stage.place('carol', 2, { peer: carols, beacon: { renewedAt: secondsAgo(600) } });
    const own = newPeer('bob');
    await stage.admit('bob', { visits: [bobs, own] });
    const taking = [...stage.joining('bob', own, 2), remove(stage.beacon(carols))];
    await denies(bob, claim('carol', 2), ...taking);
    await allows(bob, ...taking);
  });
});

describe('host › several seats of one user', () => {
  it('[RM18] lets the host name another seat that it holds', async () => {
    await stage.place('bob', 3);
    await allows(bob, claim('bob', 3));
    await commit(bob, ...stage.leaving('bob', bobs, 1).slice(0, 2));
    await denies(carol, claim('carol', 2));
  });

  it('[RM18] denies it a seat that it does not hold', async () => {
    await deniesEach(bob, { 'a free one': claim('bob', 3), 'the one of carol': claim('bob', 2) });
  });
});
