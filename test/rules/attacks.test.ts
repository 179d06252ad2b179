import { LIMITS, beaconsPath, mailboxPath, quotaPath } from '@firesignal/protocol';
import { collectionGroup, getDocsFromServer, increment, query, where } from 'firebase/firestore';
import { collection } from 'firebase/firestore';
import { beforeEach, describe, expect, it } from 'vitest';
import { admissionOf, beaconAt, inSeconds, mailFrom, newPeer, newRoom, now } from './support/documents.ts';
import { roomBy, seatOf, secondsAgo } from './support/documents.ts';
import { Company, inviteBy, newToken, tryOf } from './support/company.ts';
import { alice, bob, carol, mallory, signedInAs, type Actor } from './support/environment.ts';
import {
  allows,
  commit,
  denies,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  seed,
  set,
  stored,
  update,
  type Write,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

/* What others have fallen for, and what somebody with the link and bad intentions would try: each of it is denied. */

let stage: Stage;
let alices: string;
let bobs: string;
let own: string;

beforeEach(async () => {
  stage = await Stage.open();
  alices = await stage.place('alice', 0);
  bobs = await stage.place('bob', 1);
  own = newPeer('mallory');
});

const admitted = () => stage.admit('mallory', { visits: [own] });
const winnersOf = (outcomes: readonly PromiseSettledResult<unknown>[]): number =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;

describe('attacks › getting in', () => {
  for (const access of ['invite', 'password', 'knock', 'members'] as const)
    it(`nobody gets into a room for ${access} by writing the document that says so`, async () => {
      const { stage: closed, invite, knock, member, ban } = await company({ access });
      const self = (changes: object) =>
        set(closed.admission('mallory'), { ...admissionOf('mallory'), ...changes });
      await deniesEach(mallory, {
        'an admission': self({}),
        'an admission by the host': self({ by: 'alice' }),
        'an admission as a moderator': self({ role: 'moderator' }),
        'one that says so': self({ admitted: true }),
        'an answered knock': set(knock, {
          ...admissionOf('mallory'),
          answer: 'admitted',
          answeredBy: 'alice',
        }),
        'a knock answered by herself': update(knock, { answer: 'admitted', answeredBy: 'mallory' }),
        'a membership': set(member, { role: 'speaker', by: 'mallory', at: now(), expiresAt: inSeconds(60) }),
        'an invite': set(invite, inviteBy('mallory')),
        'an invite by the host': set(invite, inviteBy('alice')),
        'a ban of the host': set(ban, { by: 'mallory', at: now(), expiresAt: inSeconds(60) }),
        'a seat': closed.joining('mallory', own, 2),
        'a seat with an admission': [self({ visits: [own] }), ...closed.joining('mallory', own, 2)],
        'another door': update(closed.room, { access: 'open' }),
      });
    });

  it('nobody reads an offer, a mailbox or a private roster with the link alone', async () => {
    await stage.post(bobs, 1, alices);
    await deniesGet(mallory, stage.beacon(alices));
    await deniesList(mallory, beaconsPath(stage.roomId));
    const closed = await Stage.open({ access: 'invite' });
    for (const name of ['seats', 'admissions']) await deniesList(mallory, `${closed.room}/${name}`);
    for (const reader of [mallory, bob]) {
      await deniesGet(reader, stage.mail(alices, 1));
      await deniesList(reader, mailboxPath(stage.roomId, alices));
    }
  });

  it('nobody collects documents across rooms, or finds rooms, not by a query either', async () => {
    for (const actor of [alice, mallory])
      for (const name of [
        'rooms',
        'admissions',
        'seats',
        'beacons',
        'from',
        'mailboxes',
        'invites',
        'knocks',
      ].concat(['bans', 'members', 'tries', 'secrets', 'quotas', 'visits', 'presence'])) {
        const group = collectionGroup(actor.db, name);
        for (const asked of [group, query(group, where('by', '==', actor.uid))])
          await expect(getDocsFromServer(asked), name).rejects.toMatchObject({ code: 'permission-denied' });
      }
    const hers = query(collection(alice.db, 'rooms'), where('createdBy', '==', 'alice'));
    await expect(getDocsFromServer(hers)).rejects.toMatchObject({ code: 'permission-denied' });
  });

  it('nobody reads the secrets, tries, quotas and presence of others', async () => {
    const { stage: closed, try: tries, secret } = await company({ access: 'password' });
    for (const actor of [mallory, bob, carol]) {
      for (const path of [secret, tries, quotaPath('alice'), 'presence/alice']) await deniesGet(actor, path);
      for (const name of ['secrets', 'tries']) await deniesList(actor, `${closed.room}/${name}`);
    }
    await deniesGet(alice, secret);
    for (const uid of ['bob', 'mallory']) await deniesGet(alice, tries.replace(/alice$/, uid));
  });

  it('nobody writes what functions write', async () => {
    const visit = `visits/${stage.roomId}~${own}`;
    await deniesEach(mallory, {
      visit: set(visit, { roomId: stage.roomId }),
      presence: set('presence/mallory', { online: true }),
      'both with a join': [set(visit, {}), set('presence/mallory', {}), ...stage.joining('mallory', own, 2)],
      'a visit less': remove(visit),
    });
  });
});

/** A room with this door, and what of it mallory would like to write. */
async function company(changes: Parameters<typeof Company.gather>[0]) {
  const gathered = await Company.gather(changes);
  const { hash } = await newToken();
  const knock = gathered.knock('mallory');
  await seed({ [knock]: { name: 'mallory', at: now(), expiresAt: inSeconds(60) } });
  return {
    stage: gathered.stage,
    invite: gathered.invite(hash),
    knock,
    member: gathered.member('mallory'),
    ban: gathered.ban('alice'),
    try: gathered.try('alice'),
    secret: gathered.secret,
  };
}

describe('attacks › seats', () => {
  it('nobody throws a healthy, slow peer out: not by a mark, not by a claim, not by deleting', async () => {
    await stage.place('bob', 1, { peer: bobs, beacon: { renewedAt: secondsAgo(890), leaseSeconds: 900 } });
    await stage.place('mallory', 2, { peer: own });
    const next = newPeer('mallory');
    await stage.admit('mallory', { visits: [own, next] });
    const takeover = [...stage.joining('mallory', next, 1), remove(stage.beacon(bobs))];
    await deniesEach(mallory, {
      'the seat': remove(stage.seat(1)),
      'the beacon': remove(stage.beacon(bobs)),
      'seat and beacon': [remove(stage.seat(1)), remove(stage.beacon(bobs))],
      'the admission': remove(stage.admission('bob')),
      'a takeover': takeover,
      'a mark of long ago': update(stage.seat(1), { lostAt: secondsAgo(600), lostBy: 2 }),
      'a mark and a takeover': [update(stage.seat(1), { lostAt: now(), lostBy: 2 }), ...takeover],
      'a mark that says kicked': update(stage.seat(1), { lostAt: now(), lostBy: 2, kicked: now() }),
      'a beacon that is older': update(stage.beacon(bobs), { renewedAt: secondsAgo(2000) }),
      'a shorter lease': update(stage.beacon(bobs), { leaseSeconds: 1 }),
      'a smaller room': update(stage.room, { capacity: LIMITS.CAPACITY_MIN }),
    });
    await allows(mallory, update(stage.seat(1), { lostAt: now(), lostBy: 2 }));
    await denies(mallory, ...takeover);
    await allows(bob, set(stage.beacon(bobs), beaconAt(1)));
    await denies(mallory, ...takeover);
  });

  it('two who mark a seat in turn gain no second mark before the cooldown, nor by a seat taken anew', async () => {
    await stage.place('mallory', 2, { peer: own });
    await stage.place('carol', 3);
    await allows(mallory, update(stage.seat(1), { lostAt: now(), lostBy: 2 }));
    await denies(carol, update(stage.seat(1), { lostAt: now(), lostBy: 3 }));
    await allows(mallory, ...stage.joining('mallory', own, 2, { beacon: { burst: 2 } }));
    await denies(mallory, update(stage.seat(1), { lostAt: now(), lostBy: 2 }));
    await denies(mallory, update(stage.seat(1), { lostAt: increment(1), lostBy: 2 }));
  });

  it('one peer sits in one seat, whatever it sends', async () => {
    await admitted();
    await allows(mallory, ...stage.joining('mallory', own, 2));
    const seat = set(stage.seat(3), seatOf('mallory', own));
    await deniesEach(mallory, {
      'a second one': seat,
      'with a renewal': [seat, set(stage.beacon(own), beaconAt(2, { burst: 2 }))],
      'with a beacon that moves': [seat, set(stage.beacon(own), beaconAt(3, { burst: 2 }))],
      'with a beacon that is gone': [seat, remove(stage.beacon(own))],
      'with a beacon deleted and made': [
        remove(stage.beacon(own)),
        ...stage.joining('mallory', own, 3, { beacon: { burst: 2 } }),
      ],
    });
  });

  it('one user does not fill a room', async () => {
    const big = await Stage.open({ capacity: LIMITS.CAPACITY_MAX });
    const peers = Array.from({ length: LIMITS.CAPACITY_MAX }, () => newPeer('mallory'));
    let seated = 0;
    for (const [n, peer] of peers.entries()) {
      const visits = peers.slice(Math.max(0, n - 2), n + 1);
      const admission = set(big.admission('mallory'), admissionOf('mallory', { visits }));
      await commit(mallory, admission, ...big.joining('mallory', peer, n)).then(
        () => seated++,
        () => undefined,
      );
    }
    expect(seated).toBe(LIMITS.VISITS_PER_USER_MAX);
  });

  it('sixteen who take one free seat are one', async () => {
    const racers = await Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        const uid = `racer${String(n)}`;
        const peer = newPeer(uid);
        await stage.admit(uid, { visits: [peer] });
        return commit(signedInAs(uid), ...stage.joining(uid, peer, 3)).then(
          () => true,
          () => false,
        );
      }),
    );
    expect(racers.filter(Boolean)).toHaveLength(1);
  });
});

describe('attacks › late and forged', () => {
  it('nothing that was queued before a leave passes after it', async () => {
    await stage.place('mallory', 2, { peer: own });
    const queued = {
      seat: stage.joining('mallory', own, 2, { beacon: { burst: 2 } }),
      beacon: set(stage.beacon(own), beaconAt(2, { burst: 2 })),
      'beacon, as an update': update(stage.beacon(own), { renewedAt: now(), burst: 2 }),
      mail: set(stage.mail(alices, 2), mailFrom(own)),
      'renewed admission': update(stage.admission('mallory'), { at: now(), visits: [own] }),
      'lost mark': update(stage.seat(0), { lostAt: now(), lostBy: 2 }),
      host: update(stage.room, { host: 'mallory', hostSeat: 2 }),
    };
    await allows(mallory, ...stage.leaving('mallory', own, 2));
    for (const [what, writes] of Object.entries(queued))
      await expect(commit(mallory, ...('length' in writes ? writes : [writes])), what).rejects.toHaveProperty(
        'code',
      );
    const next = newPeer('mallory');
    await stage.place('mallory', 2, { peer: next });
    await stage.admit('mallory', { visits: [next] });
    for (const what of ['seat', 'beacon', 'mail'] as const) {
      const writes = queued[what];
      await denies(mallory, ...('length' in writes ? writes : [writes]));
    }
    await denies(mallory, ...stage.leaving('mallory', own, 2));
  });

  it('no client says what time it is', async () => {
    await admitted();
    const { roomId, nonce } = await newRoom('mallory');
    for (const time of [secondsAgo(1), inSeconds(1), inSeconds(1e6), 0, Date.now(), 'now', null] as never[])
      await deniesEach(mallory, {
        room: Stage.making('mallory', roomBy('mallory', nonce, { createdAt: time }), roomId),
        quota: Stage.making('mallory', roomBy('mallory', nonce), roomId, { at: time }),
        admission: set(stage.admission('mallory'), admissionOf('mallory', { visits: [own], at: time })),
        seat: stage.joining('mallory', own, 2, { seat: { joinedAt: time } }),
        beacon: stage.joining('mallory', own, 2, { beacon: { renewedAt: time } }),
        mail: [...stage.joining('mallory', own, 2), set(stage.mail(alices, 2), mailFrom(own, { at: time }))],
        end: update(stage.room, { endedAt: time }),
      });
  });

  it('no key that JavaScript has of its own gets into a document', async () => {
    await admitted();
    const { roomId, nonce } = await newRoom('mallory');
    const [room, quota] = Stage.making('mallory', roomBy('mallory', nonce), roomId) as [Write, Write];
    const [seat, beacon] = stage.joining('mallory', own, 2) as [Write, Write];
    const admission = set(stage.admission('mallory'), admissionOf('mallory', { visits: [own] }));
    const mail = set(stage.mail(alices, 2), mailFrom(own));
    const tainted = (write: Write, key: string): Write =>
      'set' in write ? set(write.set, { ...write.to, [key]: 'x' }) : write;
    for (const key of [
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'valueOf',
      '$where',
      'a.b',
      'é',
    ])
      await deniesEach(mallory, {
        room: [tainted(room, key), quota],
        quota: [room, tainted(quota, key)],
        admission: tainted(admission, key),
        seat: [tainted(seat, key), beacon],
        beacon: [seat, tainted(beacon, key)],
        mail: [seat, beacon, tainted(mail, key)],
      });
    await allows(mallory, admission, seat, beacon, mail);
  });

  it('no list and no map is longer than it may be', async () => {
    await admitted();
    const many = Array.from({ length: 1000 }, () => newPeer('mallory'));
    const fields = Object.fromEntries(many.map((peer) => [peer, peer]));
    await deniesEach(mallory, {
      visits: set(stage.admission('mallory'), admissionOf('mallory', { visits: many })),
      'a visit of a great length': set(
        stage.admission('mallory'),
        admissionOf('mallory', { visits: ['x'.repeat(1e5)] }),
      ),
      met: stage.joining('mallory', own, 2, { seat: { met: many } }),
      'met of a great length': stage.joining('mallory', own, 2, { seat: { met: ['x'.repeat(1e5)] } }),
      'fields of an admission': set(stage.admission('mallory'), { ...admissionOf('mallory'), ...fields }),
      'fields of an offer': stage.joining('mallory', own, 2, { beacon: { offer: fields as never } }),
      'fields of mail': [
        ...stage.joining('mallory', own, 2),
        set(stage.mail(alices, 2), mailFrom(own, { offer: fields as never })),
      ],
    });
  });

  it('no id reads like another one', async () => {
    const epoch = own.slice(-LIMITS.EPOCH_LENGTH);
    const odd = [
      'аlice',
      'ａlice',
      'alice\u200b',
      'ali\u0000ce',
      'Alice',
      'alice ',
      '..',
      '%61lice',
      'al*',
      'ᴀlice',
    ];
    for (const uid of odd) {
      const actor = signedInAs(uid);
      const peer = `${uid}~${epoch}`;
      const isOfShape = /^[\w-]+$/.test(uid);
      await deniesEach(actor, {
        'the admission of alice': set(stage.admission('alice'), admissionOf('alice', { visits: [peer] })),
        'the beacon of alice': set(stage.beacon(alices), beaconAt(0, { burst: 2 })),
        'the seat of alice': [remove(stage.seat(0)), remove(stage.beacon(alices))],
        'the room': update(stage.room, { endedAt: now() }),
        ...(!isOfShape && { 'an admission': set(stage.admission('mallory'), admissionOf(uid)) }),
      });
      await deniesList(actor, mailboxPath(stage.roomId, alices));
    }
    await admitted();
    const ids = [
      `mallory~${epoch.slice(1)}𝟎`,
      `mallory~${epoch}\u0301`,
      `mallory\u202e~${epoch}`,
      `mallory~~${epoch.slice(1)}`,
    ];
    for (const id of ids)
      await denies(mallory, set(stage.admission('mallory'), admissionOf('mallory', { visits: [id] })));
    for (const seat of ['２', '2\u0000', '٢', '02', '2.0', '-2', '1e0'])
      await denies(
        mallory,
        set(stage.seat(seat), seatOf('mallory', own)),
        set(stage.beacon(own), beaconAt(2)),
      );
  });

  it('no write passes because it is sent twice in one commit', async () => {
    await stage.place('mallory', 2, { peer: own });
    const [a, b] = await Promise.all([newRoom('mallory'), newRoom('mallory')]);
    const [roomA, quotaA] = Stage.making('mallory', roomBy('mallory', a.nonce), a.roomId) as [Write, Write];
    const [roomB, quotaB] = Stage.making('mallory', roomBy('mallory', b.nonce), b.roomId) as [Write, Write];
    await deniesEach(mallory, {
      'two rooms, counted as one': [quotaA, roomA, quotaB, roomB],
      'two rooms, counted after': [roomA, roomB, quotaA, quotaB],
      'mail deleted and written': [remove(stage.mail(alices, 1)), set(stage.mail(alices, 1), mailFrom(own))],
      'the beacon deleted and written': [remove(stage.beacon(own)), set(stage.beacon(own), beaconAt(2))],
    });
  });
});

describe('attacks › floods', () => {
  /** How many of these pass that are sent one after the other. */
  async function passing(
    actor: Actor,
    tries: number,
    write: (n: number) => readonly Write[],
  ): Promise<number> {
    let passed = 0;
    for (let n = 0; n < tries; n++)
      await commit(actor, ...write(n)).then(
        () => passed++,
        () => undefined,
      );
    return passed;
  }

  it('standing offers are put up a few times in a row, however they are numbered', async () => {
    await stage.place('mallory', 2, { peer: own });
    const max = LIMITS.BEACON_BURST_MAX;
    const passed = await passing(mallory, 4 * max, (n) => [
      set(stage.beacon(own), beaconAt(2, { burst: (n % max) + 1 })),
    ]);
    expect(passed).toBeLessThanOrEqual(max);
  });

  it('a seat is taken again a few times in a row', async () => {
    await stage.place('mallory', 2, { peer: own });
    const max = LIMITS.BEACON_BURST_MAX;
    const passed = await passing(mallory, 3 * max, (n) =>
      stage.joining('mallory', own, 2, { beacon: { burst: (n % max) + 1 } }),
    );
    expect(passed).toBeLessThanOrEqual(max);
  });

  it('mail to one peer is written a few times in a row', async () => {
    await stage.place('mallory', 2, { peer: own });
    const max = LIMITS.MAIL_BURST_MAX;
    const startedAt = Date.now();
    const passed = await passing(mallory, 3 * max, (n) => [
      set(stage.mail(alices, 2), mailFrom(own, { burst: Math.min(n + 1, max) })),
    ]);
    const refilled = (Date.now() - startedAt) / 1000 / LIMITS.MAIL_REFILL_SECONDS;
    expect(passed).toBeLessThanOrEqual(max + Math.ceil(refilled));
  });

  it('rooms are made one for each count', async () => {
    const rooms = await Promise.all(Array.from({ length: 4 }, () => newRoom('mallory')));
    const makings = rooms.map(({ roomId, nonce }) =>
      Stage.making('mallory', roomBy('mallory', nonce), roomId),
    );
    const outcomes = await Promise.allSettled(makings.map((writes) => commit(mallory, ...writes)));
    expect(winnersOf(outcomes)).toBe(1);
  });
});

describe('attacks › races', () => {
  it('of sixteen who use the last use of an invite at once, exactly one gets in', async () => {
    const { stage: closed, ...paths } = await invited();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) => {
        const uid = `guest${String(n)}`;
        return commit(
          signedInAs(uid),
          set(paths.tries(uid), tryOf(paths.proof)),
          update(paths.invite, { usesLeft: 0 }),
          set(closed.admission(uid), admissionOf(uid)),
        );
      }),
    );
    expect(winnersOf(outcomes)).toBe(1);
    expect(await stored(paths.invite)).toMatchObject({ usesLeft: 0 });
  });

  it('of sixteen who claim the place of a host that is gone, exactly one is host', async () => {
    const big = await Stage.open({ host: 'gone', hostSeat: 0, capacity: LIMITS.CAPACITY_MAX });
    const racers = await Promise.all(
      Array.from({ length: 15 }, async (_, n) => {
        const uid = `heir${String(n)}`;
        await big.place(uid, n + 1);
        return { actor: signedInAs(uid), claim: update(big.room, { host: uid, hostSeat: n + 1 }) };
      }),
    );
    const outcomes = await Promise.allSettled(racers.map(({ actor, claim }) => commit(actor, claim)));
    expect(winnersOf(outcomes)).toBe(1);
  });
});

/** A room for who is invited, and an invite with one use left. */
async function invited() {
  const gathered = await Company.gather({ access: 'invite' });
  const { hash, proof } = await newToken();
  const invite = gathered.invite(hash);
  await seed({ [invite]: inviteBy('alice', { usesLeft: 1 }) });
  return { stage: gathered.stage, invite, proof, tries: (uid: string) => gathered.try(uid) };
}
