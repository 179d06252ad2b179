import { LIMITS } from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { beaconAt, newPeer, seatOf, secondsAgo } from './support/documents.ts';
import { alice, bob, carol, mallory, signedInAs } from './support/environment.ts';
import { allows, commit, denies, deniesEach, remove, set, stored, sweep } from './support/requests.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
/** The peer that holds seat 1. */
let held: string;
/** The peer that wants it. */
let own: string;

beforeEach(async () => {
  stage = await Stage.open({ capacity: 2 });
  await stage.place('alice', 0);
  held = await stage.place('bob', 1);
  own = newPeer('carol');
  await stage.admit('carol', { visits: [own] });
});

const takeover = () => [...stage.joining('carol', own, 1), remove(stage.beacon(held))];
const lease = (renewedSecondsAgo: number, leaseSeconds = 120) =>
  stage.place('bob', 1, { peer: held, beacon: { renewedAt: secondsAgo(renewedSecondsAgo), leaseSeconds } });

describe('takeover', () => {
  it('[TK1] denies the seat of a peer whose lease is on', async () => {
    await deniesEach(carol, {
      'with its beacon removed': takeover(),
      'with its beacon left': stage.joining('carol', own, 1),
      'the seat alone': set(stage.seat(1), seatOf('carol', own)),
    });
    await lease(110);
    await denies(carol, ...takeover());
  });

  it('[TK1] denies the seat of a live peer to the creator of the room, too', async () => {
    const next = newPeer('alice');
    await stage.admit('alice', { visits: [next] });
    await denies(alice, ...stage.joining('alice', next, 1), remove(stage.beacon(held)));
  });

  it('[TK2] lets a visitor take a seat whose beacon is missing', async () => {
    await sweep(stage.beacon(held));
    await allows(carol, ...stage.joining('carol', own, 1));
  });

  it('[TK2] lets it remove the missing beacon once more', async () => {
    await sweep(stage.beacon(held));
    await allows(carol, ...takeover());
  });

  it('[TK3] lets a visitor take a seat whose lease is over, by the clock of the server', async () => {
    await lease(121);
    await allows(carol, ...takeover());
    expect(await stored(stage.seat(1))).toMatchObject({ peer: own });
    expect(await stored(stage.beacon(held))).toBeUndefined();
  });

  const lost = (markedSecondsAgo: number, renewedSecondsAgo: number) =>
    stage.place('bob', 1, {
      peer: held,
      seat: { lostAt: secondsAgo(markedSecondsAgo), lostBy: 0 },
      beacon: { renewedAt: secondsAgo(renewedSecondsAgo), leaseSeconds: LIMITS.BEACON_LEASE_MAX_SECONDS },
    });

  it('[TK4] lets a visitor take a seat that is marked lost for long enough, without a sign of life', async () => {
    await lost(LIMITS.LOST_GRACE_SECONDS + 1, LIMITS.LOST_GRACE_SECONDS + 30);
    await allows(carol, ...takeover());
    expect(await stored(stage.seat(1))).not.toHaveProperty('lostAt');
  });

  it('[TK4] denies a seat that is marked lost in the moment of a sign of life', async () => {
    const at = secondsAgo(LIMITS.LOST_GRACE_SECONDS + 30);
    const beacon = { renewedAt: at, leaseSeconds: LIMITS.BEACON_LEASE_MAX_SECONDS };
    await stage.place('bob', 1, { peer: held, seat: { lostAt: at, lostBy: 0 }, beacon });
    await denies(carol, ...takeover());
  });

  it('[TK4] denies a seat that is marked lost for too short a time', async () => {
    await lost(LIMITS.LOST_GRACE_SECONDS - 10, LIMITS.LOST_GRACE_SECONDS + 30);
    await denies(carol, ...takeover());
  });

  it('[TK4] denies a seat whose beacon has been renewed since it was marked lost', async () => {
    await lost(LIMITS.LOST_GRACE_SECONDS + 30, LIMITS.LOST_GRACE_SECONDS + 20);
    await denies(carol, ...takeover());
    await lost(LIMITS.LOST_GRACE_SECONDS + 30, LIMITS.LOST_GRACE_SECONDS + 40);
    await allows(bob, set(stage.beacon(held), beaconAt(1)));
    await denies(carol, ...takeover());
  });

  it('[TK4] lets the one who marked the seat gain nothing by it: the same holds for everybody', async () => {
    await lost(LIMITS.LOST_GRACE_SECONDS - 10, LIMITS.LOST_GRACE_SECONDS + 30);
    const next = newPeer('alice');
    await stage.admit('alice', { visits: [next] });
    await denies(alice, ...stage.joining('alice', next, 1), remove(stage.beacon(held)));
  });

  it('[TK5] lets a visitor take the seat of its own earlier visit', async () => {
    const next = newPeer('bob');
    await stage.admit('bob', { visits: [held, next] });
    await denies(bob, ...stage.joining('bob', next, 1));
    await allows(bob, ...stage.joining('bob', next, 1), remove(stage.beacon(held)));
  });

  it('[TK5] tells visits of users apart whose uids begin alike', async () => {
    const bobby = signedInAs('bobby');
    const next = newPeer('bobby');
    await stage.admit('bobby', { visits: [next] });
    await denies(bobby, ...stage.joining('bobby', next, 1), remove(stage.beacon(held)));
  });

  it('[TK6] denies a takeover that leaves the beacon of the last holder', async () => {
    await lease(121);
    await denies(carol, ...stage.joining('carol', own, 1));
    await denies(carol, ...stage.joining('carol', own, 1), set(stage.beacon(held), beaconAt(1)));
  });

  it('[TK6] denies to remove a beacon whose lease is over, but in a takeover', async () => {
    await lease(121);
    await denies(carol, remove(stage.beacon(held)));
    await denies(carol, remove(stage.beacon(held)), remove(stage.seat(1)));
    await denies(alice, remove(stage.beacon(held)));
  });

  it('[TK7] asks of a takeover what every seat asks', async () => {
    await lease(121);
    const theirs = newPeer('mallory');
    const theirTakeover = [...stage.joining('mallory', theirs, 1), remove(stage.beacon(held))];
    await stage.admit('mallory', { at: secondsAgo(3600), visits: [theirs] });
    await denies(mallory, ...theirTakeover);
    await stage.admit('mallory', { visits: [newPeer('mallory')] });
    await denies(mallory, ...theirTakeover);
    await denies(carol, set(stage.seat(1), seatOf('carol', own)), remove(stage.beacon(held)));
    await denies(
      carol,
      ...stage.joining('carol', own, 1, { seat: { name: 'Bob' } }),
      remove(stage.beacon(held)),
    );
    await stage.change({ capacity: 2, endedAt: secondsAgo(1) });
    await denies(carol, ...takeover());
  });

  it('[TK8] lets a peer keep its seat by a renewal that comes before the takeover', async () => {
    await lease(121);
    await allows(bob, set(stage.beacon(held), beaconAt(1)));
    await denies(carol, ...takeover());
  });

  it('[TK9] gives an abandoned seat to exactly one of many', async () => {
    await lease(121);
    const visitors = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const uid = `visitor${String(n)}`;
        const peer = newPeer(uid);
        await stage.admit(uid, { visits: [peer] });
        return { actor: signedInAs(uid), uid, peer };
      }),
    );
    const outcomes = await Promise.allSettled(
      visitors.map(({ actor, uid, peer }) =>
        commit(actor, ...stage.joining(uid, peer, 1), remove(stage.beacon(held))),
      ),
    );
    const winners = visitors.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await stored(stage.seat(1))).toMatchObject({ peer: winners[0]?.peer });
  });
});
