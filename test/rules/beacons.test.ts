import { LIMITS, beaconsPath } from '@firesignal/protocol';
import { deleteField } from 'firebase/firestore';
import { beforeAll, beforeEach, describe, it } from 'vitest';
import { beaconAt, newPeer, now, seatOf, secondsAgo, standingOffer } from './support/documents.ts';
import { alice, bob, carol, mallory } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsGet,
  allowsList,
  denies,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  set,
  sweep,
  update,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

describe('beacons › read', () => {
  let stage: Stage;
  let peer: string;
  beforeAll(async () => {
    stage = await Stage.open();
    peer = await stage.place('alice', 0, { beacon: { offer: standingOffer() } });
  });

  it('[BC1] lets who is in the lobby read the beacons', async () => {
    await stage.admit('bob');
    await allowsGet(bob, stage.beacon(peer));
    await allowsList(bob, beaconsPath(stage.roomId));
  });

  it('[BC1] denies them to who has no admission', async () => {
    await deniesGet(mallory, stage.beacon(peer));
    await deniesList(mallory, beaconsPath(stage.roomId));
  });

  it('[BC1] denies them to who has an admission to another room', async () => {
    await (await Stage.open()).admit('mallory');
    await deniesGet(mallory, stage.beacon(peer));
  });

  it('[BC1] denies them when the lease of the admission is over', async () => {
    await stage.admit('carol', { at: secondsAgo(400), leaseSeconds: 300 });
    await deniesGet(carol, stage.beacon(peer));
    await deniesList(carol, beaconsPath(stage.roomId));
  });

  it('[BC1] denies them when the admission has been taken back', async () => {
    await stage.admit('carol');
    await allowsGet(carol, stage.beacon(peer));
    await sweep(stage.admission('carol'));
    await deniesGet(carol, stage.beacon(peer));
  });
});

describe('beacons › create', () => {
  let stage: Stage;
  let peer: string;
  beforeEach(async () => {
    stage = await Stage.open();
    peer = newPeer('bob');
    await stage.admit('bob', { visits: [peer] });
  });

  it('[BC2] lets a peer make its beacon with its seat', async () => {
    await allows(bob, ...stage.joining('bob', peer, 0, { beacon: { offer: standingOffer() } }));
  });

  it('[BC2] denies a beacon for a peer of somebody else', async () => {
    await stage.admit('mallory');
    const theirs = await stage.place('carol', 1);
    await sweep(stage.beacon(theirs));
    await denies(mallory, set(stage.beacon(theirs), beaconAt(1)));
    await denies(mallory, ...stage.joining('bob', peer, 0));
    await allows(carol, set(stage.beacon(theirs), beaconAt(1)));
  });

  it('[BC3] denies a beacon without a seat, before and after an admission', async () => {
    await denies(bob, set(stage.beacon(peer), beaconAt(0)));
    await denies(carol, set(stage.beacon(newPeer('carol')), beaconAt(0)));
  });

  it('[BC3] denies a beacon whose seat names another peer', async () => {
    await stage.place('alice', 0);
    await denies(bob, set(stage.beacon(peer), beaconAt(0)));
    const other = newPeer('bob');
    await stage.admit('bob', { visits: [peer, other] });
    await denies(bob, set(stage.seat(1), seatOf('bob', other)), set(stage.beacon(peer), beaconAt(1)));
  });

  it('[BC4] denies a beacon with any field wrong, missing or unknown', async () => {
    const valid = beaconAt(0, { offer: standingOffer() });
    const seat = set(stage.seat(0), seatOf('bob', peer));
    await deniesEach(bob, setting(stage.beacon(peer), broken(valid, ['offer']), seat));
    await allows(bob, set(stage.beacon(peer), valid), seat);
  });

  it('[BC4] denies a seat number that is no integer, also where such a path is there', async () => {
    const seated = await stage.place('bob', 1);
    await sweep(stage.beacon(seated));
    for (const seat of ['1', 1.5, '01', -1, LIMITS.CAPACITY_MAX])
      await denies(bob, set(stage.beacon(seated), { ...beaconAt(1), seat }));
    await allows(bob, set(stage.beacon(seated), beaconAt(1)));
  });

  it('[BC4] denies a standing offer with any field wrong, missing or unknown', async () => {
    const seat = set(stage.seat(0), seatOf('bob', peer));
    const offers = Object.entries({
      ...broken(standingOffer()),
      'conn 0': standingOffer({ conn: 0 }),
      'conn too large': standingOffer({ conn: LIMITS.CONN_MAX + 1 }),
      'rev 0': standingOffer({ rev: 0 }),
      'rev too large': standingOffer({ rev: LIMITS.REV_MAX + 1 }),
      'id too short': standingOffer({ id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MIN - 1) }),
      'id too long': standingOffer({ id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MAX + 1) }),
      'id of another alphabet': standingOffer({ id: 'offer.0001' }),
      'sdp too long': standingOffer({ sdp: 'x'.repeat(LIMITS.SDP_LENGTH_MAX + 1) }),
      'candidates too long': standingOffer({ candidates: 'x'.repeat(LIMITS.CANDIDATES_LENGTH_MAX + 1) }),
    });
    const beacons = offers.map(([what, offer]) => [what, { ...beaconAt(0), offer }] as const);
    await deniesEach(bob, setting(stage.beacon(peer), Object.fromEntries(beacons), seat));
  });

  it('[BC4] allows a standing offer of the largest size', async () => {
    const offer = standingOffer({
      conn: LIMITS.CONN_MAX,
      rev: LIMITS.REV_MAX,
      id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MAX),
      sdp: 'é'.repeat(LIMITS.SDP_LENGTH_MAX),
      candidates: 'x'.repeat(LIMITS.CANDIDATES_LENGTH_MAX),
    });
    await allows(bob, ...stage.joining('bob', peer, 0, { beacon: { offer } }));
    const short = standingOffer({ id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MIN), rev: LIMITS.REV_MAX });
    await allows(bob, ...stage.joining('bob', peer, 0, { beacon: { offer: short, burst: 2 } }));
  });

  it('[BC5] bounds the lease, and the row of writes', async () => {
    for (const leaseSeconds of [-1, 0, 1.5, LIMITS.BEACON_LEASE_MAX_SECONDS + 1])
      await denies(bob, ...stage.joining('bob', peer, 0, { beacon: { leaseSeconds } }));
    for (const burst of [0, LIMITS.BEACON_BURST_MAX + 1])
      await denies(bob, ...stage.joining('bob', peer, 0, { beacon: { burst } }));
    for (const [n, leaseSeconds] of [1, LIMITS.BEACON_LEASE_MAX_SECONDS].entries())
      await allows(bob, ...stage.joining('bob', peer, 0, { beacon: { leaseSeconds, burst: n + 1 } }));
  });
});

describe('beacons › update', () => {
  let stage: Stage;
  let peer: string;
  beforeEach(async () => {
    stage = await Stage.open();
    peer = await stage.place('bob', 0, { beacon: { offer: standingOffer({ rev: 5 }) } });
  });
  const withRev = (rev: number, burst = 2) =>
    set(stage.beacon(peer), beaconAt(0, { burst, offer: standingOffer({ rev }) }));

  it('[BC6] lets a peer renew its beacon, and write the same again', async () => {
    await allows(bob, withRev(5, 2));
    await allows(bob, withRev(5, 3));
    await allows(bob, update(stage.beacon(peer), { renewedAt: now(), burst: 4 }));
  });

  it('[BC6] lets a peer renew its beacon without an admission, while its lease is on', async () => {
    await stage.place('bob', 0, { peer, beacon: { renewedAt: secondsAgo(110), leaseSeconds: 120 } });
    await sweep(stage.admission('bob'));
    await allows(bob, set(stage.beacon(peer), beaconAt(0)));
  });

  it('[BC14] lets a peer renew its beacon after its lease, while the admission lists its visit', async () => {
    const over = () =>
      stage.place('bob', 0, { peer, beacon: { renewedAt: secondsAgo(121), leaseSeconds: 120 } });
    const renewal = set(stage.beacon(peer), beaconAt(0));
    await over();
    await stage.admit('bob', { visits: [newPeer('bob')] });
    await denies(bob, renewal);
    await sweep(stage.admission('bob'));
    await denies(bob, renewal);
    await stage.admit('bob', { visits: [newPeer('bob'), peer], leaseSeconds: 0 });
    await allows(bob, renewal);
  });

  it('[BC14] lets a peer put a missing beacon up again, while the admission lists its visit', async () => {
    await sweep(stage.beacon(peer));
    await stage.admit('bob', { visits: [newPeer('bob')] });
    await denies(bob, set(stage.beacon(peer), beaconAt(0)));
    await stage.admit('bob', { visits: [peer] });
    await allows(bob, set(stage.beacon(peer), beaconAt(0)));
  });

  it('[BC6] denies to renew the beacon of somebody else', async () => {
    await stage.place('mallory', 1);
    await denies(mallory, withRev(6));
    await denies(alice, withRev(6));
  });

  it('[BC7] keeps the seat of a beacon', async () => {
    await denies(bob, set(stage.beacon(peer), beaconAt(1, { burst: 2 })));
    const moving = stage.joining('bob', peer, 1, { beacon: { burst: 2 } });
    await denies(bob, ...moving, remove(stage.seat(0)));
    await allows(bob, set(stage.beacon(peer), beaconAt(0, { burst: 2 })));
  });

  it('[BC8] denies a standing offer that is older than the stored one', async () => {
    await denies(bob, withRev(4));
    await allows(bob, withRev(5));
    await denies(bob, withRev(4, 3));
    await allows(bob, withRev(50, 3));
    await denies(bob, withRev(49, 4));
  });

  it('[BC8] lets a peer take its standing offer away and put one up again', async () => {
    await allows(bob, set(stage.beacon(peer), beaconAt(0, { burst: 2 })));
    await allows(bob, withRev(6, 3));
    await allows(bob, update(stage.beacon(peer), { renewedAt: now(), burst: 4, offer: deleteField() }));
  });

  it('[BC9] denies a change that is not a renewal', async () => {
    await denies(bob, update(stage.beacon(peer), { leaseSeconds: 900, burst: 2 }));
    await denies(bob, update(stage.beacon(peer), { offer: deleteField(), burst: 2 }));
    await allows(bob, update(stage.beacon(peer), { leaseSeconds: 900, burst: 2, renewedAt: now() }));
  });
});

describe('beacons › delete', () => {
  it('[BC10] denies to remove a beacon while its seat names it', async () => {
    const stage = await Stage.open();
    const peer = await stage.place('bob', 0);
    await stage.place('mallory', 1);
    await denies(bob, remove(stage.beacon(peer)));
    await denies(mallory, remove(stage.beacon(peer)));
    await stage.change({ endedAt: secondsAgo(1) });
    await denies(alice, remove(stage.beacon(peer)));
  });

  it('[BC10] lets its owner remove a beacon whose seat is gone or names another peer', async () => {
    const stage = await Stage.open();
    const first = await stage.place('bob', 0);
    const second = await stage.place('bob', 1);
    await sweep(stage.seat(0));
    await stage.place('alice', 1);
    await denies(mallory, remove(stage.beacon(first)));
    await denies(mallory, remove(stage.beacon(second)));
    await allows(bob, remove(stage.beacon(first)), remove(stage.beacon(second)));
  });

  it('[BC11] lets who holds the seat remove the beacon of its last holder, and nobody else', async () => {
    const stage = await Stage.open();
    const peer = await stage.place('bob', 0);
    await stage.place('carol', 0);
    await stage.place('mallory', 1);
    await denies(mallory, remove(stage.beacon(peer)));
    await denies(alice, remove(stage.beacon(peer)));
    await allows(carol, remove(stage.beacon(peer)));
  });

  it('[BC12] lets the creator clear an ended room, seats first or in the same commit', async () => {
    const stage = await Stage.open();
    const [first, second] = [await stage.place('bob', 0), await stage.place('carol', 1)];
    const clear = [remove(stage.seat(0)), remove(stage.beacon(first))];
    await denies(alice, ...clear);
    await stage.change({ endedAt: secondsAgo(1) });
    await denies(mallory, ...clear);
    await allows(alice, ...clear);
    await allows(alice, remove(stage.seat(1)));
    await allows(alice, remove(stage.beacon(second)));
  });
});
