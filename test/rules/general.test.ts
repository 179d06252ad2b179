import { LIMITS } from '@firesignal/protocol';
import { collectionGroup, getDocsFromServer } from 'firebase/firestore';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  admissionOf,
  mailFrom,
  newPeer,
  newRoom,
  now,
  quotaOf,
  roomBy,
  seatOf,
  secondsAgo,
} from './support/documents.ts';
import { alice, anon, bob, mallory, signedInAs } from './support/environment.ts';
import {
  allows,
  allowsGet,
  deniesEach,
  deniesGet,
  deniesList,
  denies,
  remove,
  set,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

const COLLECTIONS = [
  ...['rooms', 'admissions', 'seats', 'beacons', 'mailboxes', 'from', 'invites', 'knocks', 'bans', 'members'],
  ...['tries', 'secrets', 'quotas', 'visits', 'presence'],
];

describe('general', () => {
  let stage: Stage;
  let peer: string;
  beforeAll(async () => {
    stage = await Stage.open();
    peer = await stage.place('alice', 0);
    await stage.place('mallory', 1);
  });

  it('[GN1] denies every path that no rule names', async () => {
    const paths = [
      'anything/else',
      'visits/x',
      `presence/${alice.uid}`,
      'stats/today',
      'settings/x',
      'quotas/mallory/deeper/x',
      `${stage.room}/mailboxes/${peer}`,
      `${stage.room}/seats/0/deeper/x`,
      ...['reports', 'chat', 'Seats', 'seat'].map((name) => `${stage.room}/${name}/x`),
    ];
    await deniesEach(
      mallory,
      Object.fromEntries(paths.map((path) => [`write ${path}`, set(path, { x: 1 })])),
    );
    await deniesEach(mallory, Object.fromEntries(paths.map((path) => [`delete ${path}`, remove(path)])));
    await Promise.all(paths.map((path) => deniesGet(mallory, path)));
    await deniesList(mallory, `${stage.room}/mailboxes`);
  });

  it('[GN2] denies lists above one room, also to those who are in it', async () => {
    for (const name of COLLECTIONS)
      await expect(getDocsFromServer(collectionGroup(mallory.db, name)), name).rejects.toMatchObject({
        code: 'permission-denied',
      });
    for (const name of ['rooms', 'quotas', 'visits', 'presence']) await deniesList(mallory, name);
  });

  it('[GN3] denies everything to who is not signed in', async () => {
    const { roomId, nonce } = await newRoom('anon');
    await deniesEach(anon, {
      room: Stage.making('anon', roomBy('anon', nonce), roomId),
      quota: set('quotas/anon', quotaOf(roomId)),
      admission: set(stage.admission('anon'), admissionOf('anon')),
      seat: stage.joining('anon', newPeer('anon'), 2),
      mail: set(stage.mail(peer, 1), mailFrom(newPeer('anon'))),
      'deleting what is gone': remove(stage.seat(3)),
      'deleting a room': remove(stage.room),
    });
    for (const path of [stage.room, stage.admission('alice'), stage.seat(0), stage.beacon(peer)])
      await deniesGet(anon, path);
    for (const path of ['admissions', 'seats', 'beacons', `mailboxes/${peer}/from`])
      await deniesList(anon, `${stage.room}/${path}`);
  });

  const ODD_UIDS = [
    '.*',
    'a.b',
    'a~b',
    '$',
    '^alice',
    'alice|mallory',
    'ålice',
    '阿',
    'alice\n',
    'a b',
    '%',
    'a:b',
  ];

  it('[GN4] denies everything to a uid of another shape, such as one that reads like a pattern', async () => {
    for (const uid of [...ODD_UIDS, 'x'.repeat(LIMITS.UID_LENGTH_MAX + 1)]) {
      const odd = signedInAs(uid);
      const { roomId, nonce } = await newRoom(uid);
      const own = newPeer(uid);
      await deniesEach(odd, {
        [`${uid}: room`]: Stage.making(uid, roomBy(uid, nonce), roomId),
        [`${uid}: admission`]: set(stage.admission(uid), admissionOf(uid)),
        [`${uid}: admission and seat`]: [
          set(stage.admission(uid), admissionOf(uid, { visits: [own] })),
          ...stage.joining(uid, own, 2),
        ],
        [`${uid}: seat of somebody else`]: stage.joining('alice', peer, 0),
        [`${uid}: deleting`]: remove(stage.beacon(peer)),
      });
      await deniesGet(odd, stage.room);
      await deniesList(odd, `${stage.room}/mailboxes/${peer}/from`);
    }
  });

  it('[GN4] allows the shortest and the longest uid of the shape', async () => {
    for (const uid of ['_', '-', 'constructor', 'x'.repeat(LIMITS.UID_LENGTH_MAX)]) {
      const odd = signedInAs(uid);
      const own = newPeer(uid);
      await allowsGet(odd, stage.room);
      await allows(odd, set(stage.admission(uid), admissionOf(uid, { visits: [own] })));
      await allows(odd, ...stage.joining(uid, own, 2));
      await allows(odd, ...stage.leaving(uid, own, 2));
    }
  });

  it('[GN5] denies a time of the client where the server has to say now', async () => {
    const { roomId, nonce } = await newRoom('bob');
    const own = newPeer('bob');
    await stage.admit('bob', { visits: [own] });
    for (const time of [secondsAgo(0), secondsAgo(3600), secondsAgo(-3600)])
      await deniesEach(bob, {
        'room.createdAt': Stage.making('bob', roomBy('bob', nonce, { createdAt: time }), roomId),
        'quota.since': Stage.making('bob', roomBy('bob', nonce), roomId, { since: time }),
        'quota.at': Stage.making('bob', roomBy('bob', nonce), roomId, { at: time }),
        'admission.at': set(stage.admission('bob'), admissionOf('bob', { at: time, visits: [own] })),
        'seat.joinedAt': stage.joining('bob', own, 2, { seat: { joinedAt: time } }),
        'beacon.renewedAt': stage.joining('bob', own, 2, { beacon: { renewedAt: time } }),
        'mail.at': [...stage.joining('bob', own, 2), set(stage.mail(peer, 2), mailFrom(own, { at: time }))],
      });
    await allows(bob, ...stage.joining('bob', own, 2), set(stage.mail(peer, 2), mailFrom(own)));
    await allows(bob, ...stage.leaving('bob', own, 2));
  });

  it('[GN6] denies an expiry that is past, now, or too far ahead', async () => {
    const own = newPeer('bob');
    const { roomId, nonce } = await newRoom('bob');
    const dayAfter = -(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS + 60);
    for (const expiresAt of [secondsAgo(60), now(), secondsAgo(dayAfter)]) {
      await stage.admit('bob', { visits: [own] });
      await deniesEach(bob, {
        quota: Stage.making('bob', roomBy('bob', nonce), roomId, { expiresAt }),
        admission: set(stage.admission('bob'), admissionOf('bob', { visits: [own], expiresAt })),
        seat: stage.joining('bob', own, 2, { seat: { expiresAt } }),
        beacon: stage.joining('bob', own, 2, { beacon: { expiresAt } }),
        mail: [...stage.joining('bob', own, 2), set(stage.mail(peer, 2), mailFrom(own, { expiresAt }))],
      });
    }
    const latest = secondsAgo(-(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS - 60));
    await allows(
      bob,
      set(stage.admission('bob'), admissionOf('bob', { visits: [own], expiresAt: latest })),
      ...Stage.making('bob', roomBy('bob', nonce), roomId, { expiresAt: latest }),
      ...stage.joining('bob', own, 2, { seat: { expiresAt: latest }, beacon: { expiresAt: latest } }),
      set(stage.mail(peer, 2), mailFrom(own, { expiresAt: latest })),
    );
    await allows(bob, ...stage.leaving('bob', own, 2));
  });

  it('[GN7] reads the owner of a peer id from its exact shape', async () => {
    const epoch = 'e'.repeat(LIMITS.EPOCH_LENGTH);
    const ids = [
      'bob',
      `bob~${epoch}x`,
      `bob~${epoch.slice(1)}`,
      `bob~${epoch}~`,
      `bob~bob~${epoch}`,
      `~${epoch}`,
      `bob~${epoch.slice(1)}.`,
      `bob~${epoch.slice(1)}é`,
      `bob ~${epoch}`,
      `bob~${epoch}\n`,
      `alice~${epoch}`,
      `bobby~${epoch}`,
      `bo~${epoch}`,
    ];
    for (const id of ids) {
      await stage.admit('bob', { visits: [id] });
      await denies(bob, ...stage.joining('bob', id, 2));
      await denies(bob, set(stage.admission('bob'), admissionOf('bob', { visits: [id] })));
    }
    await stage.admit('bob', { visits: [`bob~${epoch}`] });
    for (const id of ids) await deniesList(bob, `${stage.room}/mailboxes/${id}/from`);
    await allows(bob, ...stage.joining('bob', `bob~${epoch}`, 2));
    await denies(alice, set(stage.seat(2), seatOf('bob', `bob~${epoch}`)));
  });
});
