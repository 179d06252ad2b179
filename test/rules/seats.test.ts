import { LIMITS, ROLES, peerIdOf } from '@firesignal/protocol';
import { deleteField } from 'firebase/firestore';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admissionOf, beaconAt, inSeconds, newPeer, now, seatOf, secondsAgo } from './support/documents.ts';
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
  seed,
  set,
  stored,
  sweep,
  update,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

describe('seats › read', () => {
  it('[ST1] lets whoever is signed in and has the link read the roster', async () => {
    const stage = await Stage.open();
    await stage.place('alice', 0);
    await allowsGet(mallory, stage.seat(0));
    await allowsGet(mallory, stage.seat(1));
    await allowsList(mallory, `${stage.room}/seats`);
  });

  it('[ST17] lets only the admitted read it in a room that was not made as an open one', async () => {
    const stage = await Stage.open({ access: 'knock' });
    await stage.place('alice', 0);
    await deniesGet(mallory, stage.seat(0));
    await deniesList(mallory, `${stage.room}/seats`);
    await stage.admit('mallory');
    await allowsGet(mallory, stage.seat(0));
    await allowsList(mallory, `${stage.room}/seats`);
  });
});

describe('seats › create', () => {
  let stage: Stage;
  let peer: string;
  beforeEach(async () => {
    stage = await Stage.open();
    peer = newPeer('bob');
    await stage.admit('bob', { visits: [peer] });
  });

  it('[ST2] lets an admitted visitor take any free seat below the capacity', async () => {
    const other = newPeer('bob');
    await stage.admit('bob', { visits: [peer, other] });
    await allows(bob, ...stage.joining('bob', peer, 3));
    await allows(bob, ...stage.joining('bob', other, 0));
  });

  it('[ST2] denies a number that is not canonical or not below the capacity', async () => {
    const odd = [
      '4',
      '15',
      '16',
      '-1',
      '03',
      '00',
      '1.0',
      '1e0',
      ' 1',
      '+1',
      '0x1',
      'one',
      '.*',
      '９',
      '1\n',
    ];
    await deniesEach(
      bob,
      Object.fromEntries(
        odd.map((id) => [
          id,
          [
            set(stage.seat(id), seatOf('bob', peer)),
            set(stage.beacon(peer), beaconAt(Number.isInteger(Number(id)) ? Math.abs(Number(id)) : 0)),
          ],
        ]),
      ),
    );
  });

  it('[ST2] denies a second name for the seat that a peer has', async () => {
    await allows(bob, ...stage.joining('bob', peer, 3));
    const names = ['03', '003', '3.0', '+3', ' 3', '3 ', '3e0', '３', '3\n'];
    const renewal = set(stage.beacon(peer), beaconAt(3, { burst: 2 }));
    const under = (name: string) => [set(stage.seat(name), seatOf('bob', peer)), renewal];
    await deniesEach(bob, Object.fromEntries(names.map((name) => [name, under(name)])));
    await allows(bob, ...under('3'));
  });

  it('[ST3] denies a seat whose beacon is missing', async () => {
    await denies(bob, set(stage.seat(0), seatOf('bob', peer)));
  });

  it('[ST3] denies a seat whose beacon names another seat', async () => {
    await denies(bob, set(stage.seat(0), seatOf('bob', peer)), set(stage.beacon(peer), beaconAt(1)));
  });

  it('[ST3] denies a second seat for one peer', async () => {
    await allows(bob, ...stage.joining('bob', peer, 0));
    await deniesEach(bob, {
      'beside the first': set(stage.seat(1), seatOf('bob', peer)),
      'beside the first, with a renewal': [
        set(stage.seat(1), seatOf('bob', peer)),
        set(stage.beacon(peer), beaconAt(0, { burst: 2 })),
      ],
      'with a beacon that moves': stage.joining('bob', peer, 1, { beacon: { burst: 2 } }),
      'with a beacon that moves, leaving the first': [
        ...stage.joining('bob', peer, 1, { beacon: { burst: 2 } }),
        remove(stage.seat(0)),
      ],
    });
  });

  it('[ST4] denies a seat for a peer of somebody else', async () => {
    const theirs = newPeer('alice');
    await stage.admit('mallory', { visits: [theirs] });
    await deniesEach(mallory, {
      'with a beacon': stage.joining('alice', theirs, 0),
      'under her own name': stage.joining('mallory', theirs, 0),
      'without a beacon': set(stage.seat(0), seatOf('mallory', theirs)),
    });
  });

  it('[ST4] denies a peer id whose epoch or uid reads like a path or a pattern', async () => {
    const epoch = 'e'.repeat(LIMITS.EPOCH_LENGTH);
    for (const id of ['bob', `bob~${epoch}e`, `.*~${epoch}`, `bob|alice~${epoch}`, `bob~../../x/yyyyyyy`]) {
      await stage.admit('bob', { visits: [peer, id] });
      await denies(bob, set(stage.seat(0), seatOf('bob', id)), set(stage.beacon(peer), beaconAt(0)));
    }
  });

  it('[ST5] denies a seat without an admission', async () => {
    await denies(carol, ...stage.joining('carol', newPeer('carol'), 0));
  });

  it('[ST5] denies a seat with an admission whose lease is over', async () => {
    const carols = newPeer('carol');
    const visits = [carols];
    await stage.admit('carol', { visits, at: secondsAgo(301), leaseSeconds: 300 });
    await denies(carol, ...stage.joining('carol', carols, 0));
    await stage.admit('carol', { visits, leaseSeconds: 0 });
    await denies(carol, ...stage.joining('carol', carols, 0));
    await stage.admit('carol', { visits, at: secondsAgo(290), leaseSeconds: 300 });
    await allows(carol, ...stage.joining('carol', carols, 0));
  });

  it('[ST5] denies another name or role than the admission has', async () => {
    await deniesEach(bob, {
      name: stage.joining('bob', peer, 0, { seat: { name: 'Alice' } }),
      role: stage.joining('bob', peer, 0, { seat: { role: 'host' as 'speaker' } }),
    });
    await stage.admit('bob', { visits: [peer], role: 'listener' as 'speaker' });
    await denies(bob, ...stage.joining('bob', peer, 0, { role: 'listener' as 'speaker' }));
    for (const [n, role] of ROLES.entries()) {
      await stage.admit('bob', { visits: [peer], role });
      const other = ROLES[(n + 1) % ROLES.length]!;
      await denies(bob, ...stage.joining('bob', peer, 0, { role: other }));
      await allows(bob, ...stage.joining('bob', peer, 0, { role }));
      await allows(bob, ...stage.leaving('bob', peer, 0));
    }
  });

  it('[ST6] lets a visitor bring its admission in the same commit', async () => {
    const carols = newPeer('carol');
    await denies(
      carol,
      set(stage.admission('carol'), admissionOf('carol', { name: 'C', visits: [carols] })),
      ...stage.joining('carol', carols, 0),
    );
    await allows(
      carol,
      set(stage.admission('carol'), admissionOf('carol', { visits: [carols] })),
      ...stage.joining('carol', carols, 0),
    );
  });

  it('[ST6] asks for the visit and an open room where a beacon is left over, too', async () => {
    const seat = set(stage.seat(0), seatOf('bob', peer));
    await seed({ [stage.beacon(peer)]: beaconAt(0) });
    await stage.change({ endedAt: now() });
    await denies(bob, seat);
    await stage.change({});
    await stage.admit('bob', { visits: [newPeer('bob')] });
    await denies(bob, seat);
    await stage.admit('bob', { visits: [peer] });
    await allows(bob, seat);
  });

  it('[ST6] denies a seat in the commit that takes the admission back', async () => {
    await denies(bob, remove(stage.admission('bob')), ...stage.joining('bob', peer, 0));
  });

  it('[ST7] takes no peer ids whose parts are too short or too long, wherever in the list', async () => {
    const id = (uid: number, epoch: number) => peerIdOf('u'.repeat(uid), 'e'.repeat(epoch));
    const [most, length] = [LIMITS.UID_LENGTH_MAX, LIMITS.EPOCH_LENGTH];
    const good = id(1, length);
    const met = (list: readonly string[], burst = 1) =>
      stage.joining('bob', peer, 0, { seat: { met: [...list] }, beacon: { burst } });
    const wrong = [id(0, length), id(most + 1, length), id(1, length - 1), id(1, length + 1)];
    for (const one of wrong)
      await deniesEach(bob, { alone: met([one]), 'at the end': met([good, one]), first: met([one, good]) });
    await allows(bob, ...met([good, good]));
    await allows(bob, ...met([id(most, length), id(most, length)], 2));
  });

  it('[ST7] takes a list of peer ids as met, bounded in length', async () => {
    const ids = Array.from({ length: LIMITS.CAPACITY_MAX + 1 }, (_, n) => newPeer(`peer${String(n)}`));
    const longest = peerIdOf('x'.repeat(LIMITS.UID_LENGTH_MAX), 'e'.repeat(LIMITS.EPOCH_LENGTH));
    const [a = '', b = ''] = ids;
    const met = (list: unknown, burst = 1) =>
      stage.joining('bob', peer, 0, { seat: { met: list as string[] }, beacon: { burst } });
    await deniesEach(bob, {
      'too many': met(ids),
      'two in one': met([`${a},${b}`]),
      'two in one and none': met([`${a},${b}`, '']),
      'half and half': met([`${a.slice(0, -2)},`, b]),
      'an empty string': met(['']),
      'no peer id': met([a, 'bob']),
      'a long string': met(['x'.repeat(LIMITS.SDP_LENGTH_MAX)]),
      'a number': met([a, 1]),
      'a map': met([a, {}]),
      null: met([null]),
    });
    const lists = [ids.slice(1), Array<string>(LIMITS.CAPACITY_MAX).fill(longest), [a], []];
    for (const [n, list] of lists.entries()) await allows(bob, ...met(list, n + 1));
  });

  it('[ST8] denies a seat with any field wrong, missing or unknown', async () => {
    const valid = seatOf('bob', peer);
    const beacon = set(stage.beacon(peer), beaconAt(0));
    await deniesEach(bob, setting(stage.seat(0), broken(valid), beacon));
    await deniesEach(
      bob,
      setting(
        stage.seat(0),
        {
          'marked lost': { ...valid, lostAt: now(), lostBy: 1 },
          kicked: { ...valid, kicked: true },
          'kicked by now': { ...valid, kicked: now() },
        },
        beacon,
      ),
    );
    const visits = [peer];
    await stage.admit('bob', { visits, role: 'host' as 'speaker' });
    await denies(bob, set(stage.seat(0), { ...valid, role: 'host' }), beacon);
    const name = 'x'.repeat(LIMITS.NAME_LENGTH_MAX + 1);
    await stage.admit('bob', { visits, name });
    await denies(bob, set(stage.seat(0), { ...valid, name }), beacon);
    await stage.admit('bob', { visits });
    await allows(bob, set(stage.seat(0), valid), beacon);
  });
});

describe('seats › answer-only', () => {
  it('[MP1] lets a peer say that it only answers, and say nothing else about it', async () => {
    const stage = await Stage.open();
    const peer = newPeer('bob');
    await stage.admit('bob', { visits: [peer] });
    const saying = (answerOnly: unknown, burst = 1) =>
      stage.joining('bob', peer, 1, { seat: { answerOnly: answerOnly as true }, beacon: { burst } });
    await deniesEach(bob, {
      false: saying(false),
      null: saying(null),
      text: saying('true'),
      number: saying(1),
    });
    await allows(bob, ...saying(true));
    await allows(bob, ...saying(true, 2));
    await denies(bob, ...stage.joining('bob', peer, 1, { beacon: { burst: 3 } }));
    await allows(bob, ...saying(true, 3));
  });

  it('[MP1] denies it to a peer that has its seat without it', async () => {
    const stage = await Stage.open();
    const peer = await stage.place('bob', 1);
    const beacon = { burst: 2 };
    await denies(bob, ...stage.joining('bob', peer, 1, { seat: { answerOnly: true }, beacon }));
  });
});

describe('seats › update', () => {
  let stage: Stage;
  let peers: { alice: string; bob: string };
  beforeEach(async () => {
    stage = await Stage.open();
    peers = { alice: await stage.place('alice', 0), bob: await stage.place('bob', 1) };
    await stage.admit('mallory');
  });
  const mark = (lostBy: number, lostAt: unknown = now()) => update(stage.seat(0), { lostAt, lostBy });

  it('[ST9] lets a peer take its seat again, after a lost acknowledgement', async () => {
    const again = (burst: number, met: string[] = []) =>
      stage.joining('bob', peers.bob, 1, { seat: { met }, beacon: { burst } });
    await allows(bob, ...again(2));
    await allows(bob, ...again(3));
    await allows(bob, ...again(4, [peers.alice]));
  });

  it('[ST9] lets it do so with a renewal of its beacon only, and so at the pace of that', async () => {
    await denies(bob, set(stage.seat(1), seatOf('bob', peers.bob)));
    await denies(bob, ...stage.joining('bob', peers.bob, 1));
    await allows(bob, ...stage.joining('bob', peers.bob, 1, { beacon: { burst: 2 } }));
  });

  it('[ST9] lets it take its seat again when its admission is over', async () => {
    await sweep(stage.admission('bob'));
    await allows(bob, ...stage.joining('bob', peers.bob, 1, { beacon: { burst: 2 } }));
  });

  it('[ST9] keeps name and role of a seat for the visit', async () => {
    await stage.admit('bob', { name: 'Robert', role: 'viewer', visits: [peers.bob] });
    const seat = seatOf('bob', peers.bob);
    const renewal = set(stage.beacon(peers.bob), beaconAt(1, { burst: 2 }));
    await deniesEach(bob, {
      name: [set(stage.seat(1), { ...seat, name: 'Robert' }), renewal],
      role: [set(stage.seat(1), { ...seat, role: 'viewer' }), renewal],
      both: [set(stage.seat(1), { ...seat, name: 'Robert', role: 'viewer' }), renewal],
      'joinedAt alone': update(stage.seat(1), { joinedAt: secondsAgo(60) }),
      'met alone': update(stage.seat(1), { met: [peers.alice] }),
      'expiresAt alone': update(stage.seat(1), { expiresAt: inSeconds(60) }),
    });
  });

  it('[ST9] denies to take it again above the capacity, which was lowered', async () => {
    await stage.change({ capacity: 2 });
    const peer = await stage.place('bob', 3);
    const again = stage.joining('bob', peer, 3, { beacon: { burst: 2 } });
    await denies(bob, ...again);
    await stage.change({ capacity: 4 });
    await allows(bob, ...again);
  });

  it('[ST9] denies to take the seat again without its beacon', async () => {
    await sweep(stage.beacon(peers.bob));
    await denies(bob, set(stage.seat(1), seatOf('bob', peers.bob)));
    await denies(bob, ...stage.joining('bob', peers.bob, 1).slice(0, 1), remove(stage.beacon(peers.bob)));
  });

  it('[ST9] denies to take the seat again with a beacon that names another one', async () => {
    await seed({ [stage.beacon(peers.bob)]: beaconAt(2) });
    await denies(bob, ...stage.joining('bob', peers.bob, 1, { beacon: { seat: 2, burst: 2 } }));
    await denies(bob, set(stage.seat(1), seatOf('bob', peers.bob)));
  });

  it('[ST10] denies to write to the seat of somebody else', async () => {
    const own = newPeer('mallory');
    await deniesEach(mallory, {
      'the same': set(stage.seat(0), seatOf('alice', peers.alice)),
      name: update(stage.seat(0), { name: 'x' }),
      met: update(stage.seat(0), { met: [own] }),
      peer: update(stage.seat(0), { peer: own }),
      'with a beacon of her own': [
        set(stage.admission('mallory'), admissionOf('mallory', { visits: [own] })),
        ...stage.joining('mallory', own, 0),
      ],
    });
  });

  it('[ST11] lets a seated peer mark another seat lost', async () => {
    await allows(bob, mark(1));
    expect(await stored(stage.seat(0))).toMatchObject({ peer: peers.alice, lostBy: 1 });
  });

  it('[ST11] denies a mark that changes anything else, or has another time', async () => {
    await deniesEach(bob, {
      'with a name': update(stage.seat(0), { lostAt: now(), lostBy: 1, name: 'x' }),
      'with a peer': update(stage.seat(0), { lostAt: now(), lostBy: 1, peer: peers.bob }),
      'with an unknown field': update(stage.seat(0), { lostAt: now(), lostBy: 1, kicked: true }),
      'in the past': mark(1, secondsAgo(120)),
      'in the future': mark(1, inSeconds(120)),
      'not a time': mark(1, 0),
      'only the time': update(stage.seat(0), { lostAt: now() }),
      'only the marker': update(stage.seat(0), { lostBy: 1 }),
      'on a seat that is not there': set(stage.seat(2), { lostAt: now(), lostBy: 1 }),
    });
  });

  it('[ST12] denies a mark from who does not hold the seat it names', async () => {
    await deniesEach(mallory, {
      'as bob': mark(1),
      'as a free seat': mark(2),
      'as the seat itself': mark(0),
      'as no seat': mark(-1),
      'as a fraction': mark(1.5),
    });
    await deniesEach(bob, {
      'as the seat itself': update(stage.seat(1), { lostAt: now(), lostBy: 1 }),
      'as alice': mark(0),
      'as text': update(stage.seat(0), { lostAt: now(), lostBy: '1' }),
    });
    const own = newPeer('mallory');
    await stage.admit('mallory', { visits: [own] });
    await denies(mallory, mark(2), ...stage.joining('mallory', own, 2));
  });

  it('[ST12] denies a mark from who has a seat of that number in another room', async () => {
    const elsewhere = await Stage.open();
    await elsewhere.place('mallory', 1);
    await elsewhere.place('mallory', 3);
    await deniesEach(mallory, { 'where it is taken here': mark(1), 'where it is free here': mark(3) });
  });

  it('[ST12] denies a mark from who has had a seat, and has left', async () => {
    await allows(bob, ...stage.leaving('bob', peers.bob, 1));
    await denies(bob, mark(1));
    const next = newPeer('bob');
    await denies(
      bob,
      mark(1),
      ...stage.joining('bob', next, 1),
      set(stage.admission('bob'), admissionOf('bob', { visits: [next] })),
    );
  });

  it('[ST13] lets two who mark each other in turn do so once each in the cooldown, and a third not help', async () => {
    await stage.place('carol', 2);
    await allows(bob, mark(1));
    await allows(alice, update(stage.seat(1), { lostAt: now(), lostBy: 0 }));
    await denies(bob, mark(1));
    await denies(carol, mark(2));
    await denies(alice, update(stage.seat(1), { lostAt: now(), lostBy: 0 }));
  });

  it('[ST13] denies a second mark before the cooldown is over', async () => {
    await allows(bob, mark(1));
    await denies(bob, mark(1));
    const soon = secondsAgo(LIMITS.LOST_COOLDOWN_SECONDS - 10);
    await stage.place('alice', 0, { peer: peers.alice, seat: { lostAt: soon, lostBy: 1 } });
    await denies(bob, mark(1));
    const late = secondsAgo(LIMITS.LOST_COOLDOWN_SECONDS + 1);
    await stage.place('alice', 0, { peer: peers.alice, seat: { lostAt: late, lostBy: 1 } });
    await allows(bob, mark(1));
  });

  it('[ST13] denies to take a mark away, but by taking the seat again', async () => {
    await allows(bob, mark(1));
    for (const actor of [alice, bob])
      await denies(actor, update(stage.seat(0), { lostAt: deleteField(), lostBy: deleteField() }));
    await allows(alice, ...stage.joining('alice', peers.alice, 0, { beacon: { burst: 2 } }));
    expect(await stored(stage.seat(0))).not.toHaveProperty('lostAt');
  });

  it('[ST14] shows a renewed beacon as the sign of life: the seat stays as it is', async () => {
    await allows(bob, mark(1));
    await allows(alice, set(stage.beacon(peers.alice), beaconAt(0, { burst: 2 })));
    expect(await stored(stage.seat(0))).toHaveProperty('lostBy', 1);
  });
});

describe('seats › delete', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });

  it('[ST15] lets a peer free its seat together with its beacon, and nobody else', async () => {
    const peer = await stage.place('bob', 1);
    await deniesEach(mallory, {
      seat: remove(stage.seat(1)),
      'seat and beacon': [remove(stage.seat(1)), remove(stage.beacon(peer))],
    });
    await denies(alice, remove(stage.seat(1)), remove(stage.beacon(peer)));
    await allows(bob, remove(stage.seat(1)), remove(stage.beacon(peer)));
  });

  it('[ST15] lets only its peer free a seat whose beacon is missing', async () => {
    const peer = await stage.place('bob', 1);
    await stage.place('mallory', 2);
    await sweep(stage.beacon(peer));
    for (const actor of [mallory, alice]) await denies(actor, remove(stage.seat(1)));
    await allows(bob, remove(stage.seat(1)));
  });

  it('[ST15] denies to free a seat while its beacon stays', async () => {
    await stage.place('bob', 1);
    await denies(bob, remove(stage.seat(1)));
  });

  for (const [who, actor] of Object.entries({ creator: alice, host: carol }))
    it(`[ST16] lets the ${who} clear an ended room, and no other`, async () => {
      const ended = await Stage.open({ host: 'carol' });
      await ended.place('bob', 1);
      await denies(actor, remove(ended.seat(1)));
      await ended.change({ host: 'carol', endedAt: secondsAgo(1) });
      await denies(mallory, remove(ended.seat(1)));
      await allows(actor, remove(ended.seat(1)));
    });
});
