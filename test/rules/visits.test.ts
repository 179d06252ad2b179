import { LIMITS } from '@firesignal/protocol';
import { beforeEach, describe, it } from 'vitest';
import { admissionOf, beaconAt, newPeer, now, secondsAgo } from './support/documents.ts';
import { bob, carol } from './support/environment.ts';
import { allows, denies, deniesEach, remove, set, sweep, update } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/* bob's visits: his admission says which of them may have seats. */

let stage: Stage;
let peers: [string, string, string, string];

beforeEach(async () => {
  stage = await Stage.open({ capacity: LIMITS.CAPACITY_MAX });
  peers = [newPeer('bob'), newPeer('bob'), newPeer('bob'), newPeer('bob')];
});

const admission = () => stage.admission('bob');
const listing = (...visits: unknown[]) =>
  set(admission(), admissionOf('bob', { visits: visits as readonly string[] }));
/** bob has a seat with each of these. */
const seat = async (...visits: readonly string[]) => {
  for (const [n, peer] of visits.entries()) await stage.place('bob', n, { peer });
};
/** The lease of this one, in seat `n`, is over. */
const silence = (peer: string, n: number) =>
  stage.place('bob', n, { peer, beacon: { renewedAt: secondsAgo(121), leaseSeconds: 120 } });

describe('visits › which an admission lists', () => {
  for (const how of ['a new admission', 'a renewal'])
    it(`[AD10] lets ${how} list peers of one's own, three at most`, async () => {
      const [a, b, c, d] = peers;
      const prepare = () => (how === 'a renewal' ? stage.admit('bob') : sweep(admission()));
      await prepare();
      const theirs = newPeer('carol');
      const bobby = newPeer('bobby');
      await deniesEach(bob, {
        four: listing(a, b, c, d),
        'four, one twice': listing(a, b, c, a),
        'somebody else’s first': listing(theirs, b, c),
        'somebody else’s second': listing(a, theirs, c),
        'somebody else’s third': listing(a, b, theirs),
        'of a uid that begins alike': listing(bobby),
        'a uid': listing('bob'),
        'an epoch': listing(a.slice(3)),
        'two in one': listing(`${a},${b}`),
        'a pattern': listing('bob~................'),
        'a path': listing('bob~/../x'),
        'an empty one': listing(''),
        'a number': listing(a, 1),
        'a map': listing({}),
        null: listing(a, b, null),
        'a map of them': set(admission(), { ...admissionOf('bob'), visits: { 0: a } }),
        'a text': set(admission(), { ...admissionOf('bob'), visits: a }),
        'a thousand': listing(...Array<string>(1000).fill(a)),
      });
      for (const visits of [[], [a], [a, b], [a, b, c], [a, a, a]]) {
        await prepare();
        await allows(bob, listing(...visits));
      }
    });

  it('[ST17] gives a seat to a visit that the admission lists, and to no other one of its user', async () => {
    const [a, b, c] = peers;
    const join = stage.joining('bob', b, 1);
    for (const visits of [[], [a], [a, c]]) {
      await stage.admit('bob', { visits });
      await denies(bob, ...join);
      await denies(bob, ...join, listing(a, c));
    }
    await denies(carol, ...join);
    await allows(bob, ...join, listing(a, b));
  });

  it('[ST17] lets one user have as many seats as visits', async () => {
    const [a, b, c] = peers;
    await stage.admit('bob', { visits: [a, b, c] });
    for (const [n, peer] of [a, b, c].entries()) await allows(bob, ...stage.joining('bob', peer, n));
  });

  it('[ST17] takes a listed visit over to another seat, and to no second one', async () => {
    const [a, b] = peers;
    await seat(a);
    await stage.admit('bob', { visits: [a, b] });
    await denies(bob, ...stage.joining('bob', a, 1, { beacon: { burst: 2 } }));
    await allows(bob, ...stage.joining('bob', b, 0), remove(stage.beacon(a)));
  });
});

describe('visits › that a renewal leaves out', () => {
  for (const position of [0, 1, 2])
    it(`[AD11] denies to leave a seated one out whose lease is on, at place ${position}`, async () => {
      const three = peers.slice(0, 3);
      await seat(...three);
      const others = three.filter((_, n) => n !== position);
      const gone = three[position]!;
      const renewal = listing(...others);
      await denies(bob, renewal);
      await denies(bob, listing(...others, peers[3]));
      await denies(bob, update(admission(), { visits: others, at: now(), leaseSeconds: 0 }));
      await denies(bob, renewal, remove(stage.seat(position)));
      await allows(bob, renewal, remove(stage.seat(position)), remove(stage.beacon(gone)));
    });

  it('[AD11] lets one be left out whose lease is over, or that has no beacon', async () => {
    const [a, b, c, d] = peers;
    await seat(a, b, c);
    await silence(a, 0);
    await stage.admit('bob', { visits: [a, b, c] });
    await denies(bob, listing(b, c, d), set(stage.beacon(a), beaconAt(0)));
    await allows(bob, listing(b, c, d));
    await sweep(stage.beacon(b));
    await allows(bob, listing(c, d));
  });

  it('[AD11] lets one be left out that never had a seat', async () => {
    const [a, b, c, d] = peers;
    await stage.admit('bob', { visits: [a, b, c] });
    await allows(bob, listing(d));
  });

  it('[AD11] denies to delete the admission while one of them has a seat and a lease that is on', async () => {
    for (const [n, peer] of peers.slice(0, 3).entries()) {
      await seat(peer);
      await stage.admit('bob', {
        visits: peers
          .slice(0, 3)
          .filter((_, m) => m !== n)
          .toSpliced(n, 0, peer),
      });
      await denies(bob, remove(admission()));
      await silence(peer, 0);
      await allows(bob, remove(admission()));
    }
  });
});

describe('visits › a seat too many', () => {
  it('[ST17] denies a fourth seat in every way', async () => {
    const [a, b, c, d] = peers;
    await seat(a, b, c);
    const join = stage.joining('bob', d, 3);
    await deniesEach(bob, {
      unlisted: join,
      'listed as the fourth': [listing(a, b, c, d), ...join],
      'in the place of one with a seat': [listing(b, c, d), ...join],
      'with an admission made anew': [remove(admission()), ...join],
    });
    await denies(bob, remove(admission()));
    await denies(bob, listing(d));
  });

  it('[ST17] denies a fourth seat by leases that are over: who is left out does not come back', async () => {
    const [a, b, c, d] = peers;
    await seat(a, b, c);
    await silence(a, 0);
    await stage.admit('bob', { visits: [a, b, c] });
    await allows(bob, listing(b, c, d), ...stage.joining('bob', d, 3));
    const renewal = set(stage.beacon(a), beaconAt(0));
    await deniesEach(bob, {
      renewal,
      'a renewal with the admission': [listing(a, b, c, d), renewal],
      'a renewal in the place of another one': [listing(a, b, c), renewal],
      'its seat again': stage.joining('bob', a, 0),
      'a beacon made anew': [remove(stage.beacon(a)), renewal],
    });
    await sweep(stage.beacon(a));
    await denies(bob, renewal);
    await denies(bob, ...stage.joining('bob', a, 0));
  });

  it('[ST17] denies it in one commit that renews one and leaves it out', async () => {
    const [a, b, c, d] = peers;
    await seat(a, b, c);
    await silence(a, 0);
    await stage.admit('bob', { visits: [a, b, c] });
    const renewal = set(stage.beacon(a), beaconAt(0));
    await denies(bob, renewal, listing(b, c, d), ...stage.joining('bob', d, 3));
  });
});
