import { LIMITS, mailboxPath } from '@firesignal/protocol';
import { beforeEach, describe, it } from 'vitest';
import {
  beaconAt,
  candidateBlock,
  description,
  mailFrom,
  newPeer,
  now,
  secondsAgo,
} from './support/documents.ts';
import { anon, alice, bob, carol, mallory, signedInAs } from './support/environment.ts';
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

const dave = signedInAs('dave');
let stage: Stage;
let peers: { alice: string; bob: string };

beforeEach(async () => {
  stage = await Stage.open();
  peers = { alice: await stage.place('alice', 0), bob: await stage.place('bob', 1) };
});

const full = (changes = {}) =>
  mailFrom(peers.bob, {
    offer: description(),
    answer: description(),
    candidates: candidateBlock(),
    want: 1,
    restart: 1,
    ...changes,
  });

describe('mailboxes › read', () => {
  it('[MB1] lets a peer read its own mailbox, and nobody else', async () => {
    await stage.post(peers.bob, 1, peers.alice);
    const [box, mail] = [mailboxPath(stage.roomId, peers.alice), stage.mail(peers.alice, 1)];
    await allowsList(alice, box);
    await allowsGet(alice, mail);
    await allowsGet(alice, stage.mail(peers.alice, 3));
    for (const actor of [bob, mallory, anon]) {
      await deniesList(actor, box);
      await deniesGet(actor, mail);
    }
  });

  it('[MB1] lets a peer listen to its mailbox before it has a seat', async () => {
    await allowsList(carol, mailboxPath(stage.roomId, newPeer('carol')));
  });
});

describe('mailboxes › create', () => {
  it('[MB2] lets a seated peer write to another one', async () => {
    await allows(bob, set(stage.mail(peers.alice, 1), mailFrom(peers.bob)));
    await allows(alice, set(stage.mail(peers.bob, 0), full({ from: peers.alice })));
  });

  it('[MB3] denies a spoofed sender', async () => {
    const own = await stage.place('mallory', 2);
    await deniesEach(mallory, {
      'in the name of bob': set(stage.mail(peers.alice, 1), mailFrom(peers.bob)),
      'in the name of bob, under her own seat': set(stage.mail(peers.alice, 2), mailFrom(peers.bob)),
      'in her own name, under the seat of bob': set(stage.mail(peers.alice, 1), mailFrom(own)),
      'in the name of another visit of hers': set(stage.mail(peers.alice, 2), mailFrom(newPeer('mallory'))),
      'under a free seat': set(stage.mail(peers.alice, 3), mailFrom(own)),
      'under no seat': set(stage.mail(peers.alice, 'x'), mailFrom(own)),
      'under her seat, not canonical': set(stage.mail(peers.alice, '02'), mailFrom(own)),
      'with a uid for a peer': set(stage.mail(peers.alice, 2), mailFrom('mallory')),
    });
    await allows(mallory, set(stage.mail(peers.alice, 2), mailFrom(own)));
  });

  it('[MB3] denies mail from who is only in the lobby, or has only the link', async () => {
    const own = newPeer('carol');
    const mail = set(stage.mail(peers.alice, 2), mailFrom(own));
    await denies(carol, mail);
    await stage.admit('carol', { visits: [own] });
    await denies(carol, mail);
    await allows(carol, ...stage.joining('carol', own, 2), mail);
  });

  it('[MB11] denies mail from who has a seat left, and a beacon whose lease is over or that is missing', async () => {
    const mail = set(stage.mail(peers.alice, 1), mailFrom(peers.bob));
    const beacon = { renewedAt: secondsAgo(121), leaseSeconds: 120 };
    await stage.place('bob', 1, { peer: peers.bob, beacon });
    await denies(bob, mail);
    await allows(bob, set(stage.beacon(peers.bob), beaconAt(1)), mail);
    await sweep(stage.mail(peers.alice, 1));
    await sweep(stage.beacon(peers.bob));
    await denies(bob, mail);
  });

  it('[MB4] denies mail to who holds no seat', async () => {
    await stage.admit('carol');
    await deniesEach(bob, {
      'in the lobby': set(stage.mail(newPeer('carol'), 1), mailFrom(peers.bob)),
      'an earlier visit': set(stage.mail(newPeer('alice'), 1), mailFrom(peers.bob)),
      'a uid': set(stage.mail('alice', 1), mailFrom(peers.bob)),
      'a pattern': set(stage.mail('.*', 1), mailFrom(peers.bob)),
    });
    const mail = set(stage.mail(peers.alice, 1), mailFrom(peers.bob));
    await sweep(stage.beacon(peers.alice));
    await denies(bob, mail);
  });

  it('[MB4] denies mail to who takes its seat in the same commit only', async () => {
    const own = newPeer('bob');
    await stage.admit('bob', { visits: [peers.bob, own] });
    await denies(bob, ...stage.joining('bob', own, 2), set(stage.mail(own, 1), mailFrom(peers.bob)));
  });

  it('[MB5] denies mail to oneself', async () => {
    await denies(bob, set(stage.mail(peers.bob, 1), mailFrom(peers.bob)));
  });

  it('[MB6] denies mail with any field wrong, missing or unknown', async () => {
    const optional = ['offer', 'answer', 'candidates', 'want', 'restart'];
    await deniesEach(bob, setting(stage.mail(peers.alice, 1), broken(full(), optional)));
    await deniesEach(
      bob,
      setting(stage.mail(peers.alice, 1), {
        'conn 0': full({ conn: 0 }),
        'conn too large': full({ conn: LIMITS.CONN_MAX + 1 }),
        'rev 0': full({ rev: 0 }),
        'rev too large': full({ rev: LIMITS.REV_MAX + 1 }),
        'want 0': full({ want: 0 }),
        'want too large': full({ want: LIMITS.REQUEST_COUNT_MAX + 1 }),
        'restart 0': full({ restart: 0 }),
        'restart too large': full({ restart: LIMITS.REQUEST_COUNT_MAX + 1 }),
      }),
    );
    await allows(bob, set(stage.mail(peers.alice, 1), full()));
  });

  for (const slot of ['offer', 'answer'])
    it(`[MB6] denies mail whose ${slot} has any field wrong, missing or unknown`, async () => {
      const descriptions = Object.entries({
        ...broken(description()),
        'conn 0': description({ conn: 0 }),
        'conn too large': description({ conn: LIMITS.CONN_MAX + 1 }),
        'id too short': description({ id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MIN - 1) }),
        'id too long': description({ id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MAX + 1) }),
        'id of another alphabet': description({ id: 'offer~0001' }),
        'sdp too long': description({ sdp: 'x'.repeat(LIMITS.SDP_LENGTH_MAX + 1) }),
      });
      const mails = descriptions.map(([what, part]) => [what, full({ [slot]: part })] as const);
      await deniesEach(bob, setting(stage.mail(peers.alice, 1), Object.fromEntries(mails)));
    });

  it('[MB6] denies mail whose candidates have any field wrong, missing or unknown', async () => {
    const blocks = Object.entries({
      ...broken(candidateBlock()),
      'conn 0': candidateBlock({ conn: 0 }),
      'conn too large': candidateBlock({ conn: LIMITS.CONN_MAX + 1 }),
      'id too short': candidateBlock({ id: 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MIN - 1) }),
      'ufrag too short': candidateBlock({ ufrag: 'x'.repeat(LIMITS.UFRAG_LENGTH_MIN - 1) }),
      'ufrag too long': candidateBlock({ ufrag: 'x'.repeat(LIMITS.UFRAG_LENGTH_MAX + 1) }),
      'lines too long': candidateBlock({ lines: 'x'.repeat(LIMITS.CANDIDATES_LENGTH_MAX + 1) }),
    });
    const mails = blocks.map(([what, candidates]) => [what, full({ candidates })] as const);
    await deniesEach(bob, setting(stage.mail(peers.alice, 1), Object.fromEntries(mails)));
  });

  it('[MB6] allows mail of the largest size', async () => {
    const sdp = 'é'.repeat(LIMITS.SDP_LENGTH_MAX);
    const id = 'x'.repeat(LIMITS.OFFER_ID_LENGTH_MAX);
    const conn = LIMITS.CONN_MAX;
    const mail = full({
      conn,
      rev: LIMITS.REV_MAX,
      offer: { conn, id, sdp },
      answer: { conn, id, sdp },
      candidates: {
        conn,
        id,
        ufrag: 'x'.repeat(LIMITS.UFRAG_LENGTH_MAX),
        lines: 'é'.repeat(LIMITS.CANDIDATES_LENGTH_MAX),
        complete: false,
      },
      want: LIMITS.REQUEST_COUNT_MAX,
      restart: LIMITS.REQUEST_COUNT_MAX,
    });
    await allows(bob, set(stage.mail(peers.alice, 1), mail));
    await allows(bob, set(stage.mail(peers.alice, 1), { ...mail, burst: LIMITS.MAIL_BURST_MAX }));
  });
});

describe('mailboxes › update', () => {
  const say = (conn: number, rev: number, burst = 1) =>
    set(stage.mail(peers.alice, 1), mailFrom(peers.bob, { conn, rev, burst }));

  it('[MB7] lets the sender supersede its mail, by any higher revision, and write the same again', async () => {
    await allows(bob, say(1, 1, 1));
    await allows(bob, say(1, 1, 2));
    await allows(bob, say(1, 2, 3));
    await allows(bob, say(2, 500, 4));
    await allows(bob, update(stage.mail(peers.alice, 1), { rev: 501, at: now(), burst: 5 }));
  });

  it('[MB7] denies a revision or a connection that goes down', async () => {
    await allows(bob, say(3, 30));
    await deniesEach(bob, {
      rev: say(3, 29, 2),
      conn: say(2, 30, 2),
      'conn with a higher rev': say(2, 31, 2),
      'rev with a higher conn': say(4, 29, 2),
    });
    await allows(bob, say(3, 30, 2));
  });

  it('[MB7] denies to anybody else to write over mail', async () => {
    await allows(bob, say(1, 1));
    await stage.place('mallory', 2);
    const newer = update(stage.mail(peers.alice, 1), { rev: 2, at: now(), burst: 2 });
    await denies(mallory, say(1, 2, 2));
    await denies(mallory, newer);
    await denies(alice, newer);
    await denies(bob, update(stage.mail(peers.alice, 1), { rev: 2, burst: 2 }));
    await allows(bob, newer);
  });

  it('[MB8] lets the next holder of a seat begin anew, over the mail of the last one', async () => {
    await allows(bob, say(9, 900));
    const next = await stage.place('carol', 1);
    await allows(carol, set(stage.mail(peers.alice, 1), mailFrom(next)));
    await denies(bob, say(10, 1000, 2));
  });
});

describe('mailboxes › delete', () => {
  it('[MB9] lets the recipient delete mail, and nobody else', async () => {
    await stage.post(peers.bob, 1, peers.alice);
    await stage.place('mallory', 2);
    for (const actor of [mallory, anon]) await denies(actor, remove(stage.mail(peers.alice, 1)));
    await allows(alice, remove(stage.mail(peers.alice, 1)));
  });

  it('[MB10] lets the sender delete mail only as it gives its seat up', async () => {
    await stage.post(peers.bob, 1, peers.alice);
    const mail = remove(stage.mail(peers.alice, 1));
    const leave = [remove(stage.seat(1)), remove(stage.beacon(peers.bob))];
    await denies(bob, mail);
    await denies(mallory, mail, ...leave);
    await allows(bob, mail, ...leave);
  });

  it('[MB10] lets it do so when its seat has been taken over by itself or by somebody else', async () => {
    for (const uid of ['bob', 'carol']) {
      await stage.post(peers.bob, 1, peers.alice);
      await stage.place(uid, 1);
      await denies(carol, remove(stage.mail(peers.alice, 1)));
      await allows(bob, remove(stage.mail(peers.alice, 1)));
    }
  });

  it('[MB10] lets it do so in the commit in which another visit of it takes the seat', async () => {
    await stage.post(peers.bob, 1, peers.alice);
    const next = newPeer('bob');
    await stage.admit('bob', { visits: [peers.bob, next] });
    const taking = [...stage.joining('bob', next, 1), remove(stage.beacon(peers.bob))];
    await allows(bob, ...taking, remove(stage.mail(peers.alice, 1)));
  });

  it('[MB9] lets a recipient or sender delete mail when seats and beacons are gone', async () => {
    await stage.post(peers.bob, 1, peers.alice);
    await stage.post(peers.alice, 0, peers.bob);
    for (const [n, peer] of [peers.alice, peers.bob].entries()) {
      await sweep(stage.seat(n));
      await sweep(stage.beacon(peer));
    }
    await allows(bob, remove(stage.mail(peers.alice, 1)), remove(stage.mail(peers.bob, 0)));
  });

  for (const [who, actor] of Object.entries({ creator: alice, host: mallory }))
    it(`[MB9] lets the ${who} clear an ended room`, async () => {
      const own = await stage.place('carol', 2);
      await stage.post(own, 2, peers.bob);
      await stage.change({ host: 'mallory' });
      await denies(actor, remove(stage.mail(peers.bob, 2)));
      await stage.change({ host: 'mallory', endedAt: secondsAgo(1) });
      await denies(dave, remove(stage.mail(peers.bob, 2)));
      await allows(actor, remove(stage.mail(peers.bob, 2)));
    });
});
