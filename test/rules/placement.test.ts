import {
  admissionPath,
  beaconPath,
  beaconsPath,
  mailboxPath,
  mailPath,
  presencePath,
  quotaPath,
  randomEpoch,
  roomPath,
  seatPath,
  seatsPath,
  visitPath,
} from '@firesignal/protocol';
import type { RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { deleteApp, initializeApp } from 'firebase/app';
import type { Firestore } from 'firebase/firestore';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mergeRules } from '../../scripts/rules/merge-rules.ts';
import { SignalingClient } from '../../web/sdk/src/client.ts';
import { admissionWrite } from '../../web/sdk/src/room/room-writes.ts';
import { firestoreTransport } from '../../web/sdk/src/transport/firestore.ts';
import { Instant } from '../../web/sdk/src/transport/signal-transport.ts';
import { FakeNetwork } from '../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../support/fake-sdp.ts';
import { OWN_RULES, PLACEMENT, placesOf, THEIR_RULES } from '../support/sample-project/files.ts';
import { stackFromEnvironment } from '../support/stack-environment.ts';
import {
  admissionOf,
  beaconAt,
  description,
  mailFrom,
  newPeer,
  newRoom,
  quotaOf,
  roomBy,
  seatOf,
} from './support/documents.ts';
import { openProject, signedInAs, withoutRules, type Actor } from './support/environment.ts';
import {
  allows,
  allowsGet,
  allowsList,
  commit,
  denies,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  set,
  update,
  type Write,
} from './support/requests.ts';

const { stored } = placesOf(PLACEMENT);
const MERGED = mergeRules(THEIR_RULES, OWN_RULES, placesOf(PLACEMENT)).text;

const placed = (writes: readonly Write[]): Write[] =>
  writes.map((write) =>
    'set' in write
      ? set(stored(write.set), write.to)
      : 'update' in write
        ? update(stored(write.update), write.to)
        : remove(stored(write.remove)),
  );

describe('placement › rules that are merged into those of another project', () => {
  let environment: RulesTestEnvironment;
  let alice: Actor;
  let bob: Actor;
  let roomId: string;
  let creation: Write;
  let ada: string;
  let ben: string;
  beforeAll(async () => {
    environment = await openProject(MERGED);
    alice = signedInAs('alice', environment);
    bob = signedInAs('bob', environment);
  });
  afterAll(() => environment.cleanup());
  beforeEach(async () => {
    const { nonce, ...room } = await newRoom('alice');
    roomId = room.roomId;
    creation = set(roomPath(roomId), roomBy('alice', nonce));
    [ada, ben] = [newPeer('alice'), newPeer('bob')];
  });

  const seating = (uid: string, peer: string, seat: number): Write[] => [
    set(seatPath(roomId, seat), seatOf(uid, peer)),
    set(beaconPath(roomId, peer), beaconAt(seat)),
  ];
  const admission = (uid: string, visit: string): Write =>
    set(admissionPath(roomId, uid), admissionOf(uid, { visits: [visit] }));
  const answer = (): Write => set(mailPath(roomId, ada, 1), mailFrom(ben, { answer: description() }));
  const adaIsIn = (): Write[] => [creation, admission('alice', ada), ...seating('alice', ada, 0)];

  it('[PL11] still judges the documents of that project as before', async () => {
    const verified = environment.authenticatedContext('owner', { email_verified: true });
    const owner: Actor = { uid: 'owner', db: verified.firestore() as unknown as Firestore };
    await allows(owner, set('notes/n', { text: 'hello' }));
    await denies(owner, set('notes/n', { text: 7 }));
    await denies(alice, set('notes/n', { text: 'hello' }));
    await allowsGet(alice, 'notes/n');
    await allows(owner, set('rooms/12', { floor: 1 }));
    await allowsGet(owner, 'rooms/12/seats/a');
    await deniesGet(alice, 'rooms/12');
    await denies(owner, set('rooms/12/seats/a', {}));
    await denies(owner, set('others/o', {}));
  });

  it('[PL11] allows a whole visit under the placement: room, lobby, join with an answer, leave', async () => {
    await denies(alice, ...placed([creation]));
    await allows(alice, ...placed([creation, set(quotaPath('alice'), quotaOf(roomId))]));
    await allows(alice, ...placed([admission('alice', ada)]));
    await allows(alice, ...placed(seating('alice', ada, 0)));
    await allows(bob, ...placed([admission('bob', ben)]));
    await allowsList(bob, stored(seatsPath(roomId)));
    await allowsList(bob, stored(beaconsPath(roomId)));
    await allows(bob, ...placed([...seating('bob', ben, 1), answer()]));
    await allowsList(alice, stored(mailboxPath(roomId, ada)));
    await allows(
      bob,
      ...placed([
        remove(seatPath(roomId, 1)),
        remove(beaconPath(roomId, ben)),
        remove(admissionPath(roomId, 'bob')),
        remove(mailPath(roomId, ada, 1)),
      ]),
    );
  });

  it('[PL11] refuses under the placement what Firesignal refuses', async () => {
    await withoutRules((admin) => commit(admin, ...placed(adaIsIn())), environment);
    const join = seating('bob', ben, 1);
    const [seat, beacon] = join as [Write, Write];
    // Without an admission nobody reads beacons or takes a seat.
    await denies(bob, ...placed(join));
    await deniesList(bob, stored(beaconsPath(roomId)));
    await allows(bob, ...placed([admission('bob', ben)]));
    await deniesEach(bob, {
      'a seat without its beacon': placed([seat]),
      'a beacon without its seat': placed([beacon]),
      'the seat of a peer that is there': placed(seating('bob', ben, 0)),
      'a seat beyond the capacity': placed(seating('bob', ben, 4)),
      'a seat for another peer': placed(seating('alice', ada, 1)),
      'mail without a seat': placed([answer()]),
      'the end of a room of somebody else': placed([remove(roomPath(roomId))]),
      'the room of somebody else': placed([creation]),
      'a visit': placed([set(visitPath(`${roomId}~${ben}`), {})]),
      'a presence': placed([set(presencePath('bob'), {})]),
      'another document below the root': [set('apps/calls/others/o', {}), set('apps/calls', {})],
    });
    await deniesList(bob, stored(mailboxPath(roomId, ada)));
    await deniesList(bob, 'apps/calls/fs_rooms');
    await allows(bob, ...placed(join));
  });

  it('[PL11] does not know the paths of the protocol where they are not placed', async () => {
    await withoutRules((admin) => commit(admin, ...adaIsIn()), environment);
    await denies(alice, creation);
    await denies(bob, admission('bob', ben));
    await denies(bob, admission('bob', ben), ...seating('bob', ben, 1));
    await deniesGet(bob, roomPath(roomId));
    await deniesList(bob, seatsPath(roomId));
    await deniesGet(alice, presencePath('alice'));
    await allowsGet(alice, stored(presencePath('alice')));
  });
});

vi.stubGlobal('MediaStream', FakeMediaStream);

describe.each(['(default)', 'signaling'])('placement › the SDK, in the database %s', (databaseId) => {
  const { auth, firestore } = stackFromEnvironment();
  const projectId = `demo-placed-${crypto.randomUUID().slice(0, 8)}`;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(loadMergedRules);
  afterAll(async () => {
    for (const end of ends) await end();
  });

  /** A database that has a name has rules of its own. */
  async function loadMergedRules(): Promise<void> {
    const database = databaseId === '(default)' ? '' : `/databases/${databaseId}`;
    const response = await fetch(
      `${firestore.url}/emulator/v1/projects/${projectId}${database}:securityRules`,
      {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
        body: JSON.stringify({ rules: { files: [{ name: 'security.rules', content: MERGED }] } }),
      },
    );
    expect(response.status).toBe(200);
  }

  function connect() {
    const app = initializeApp({ apiKey: 'any', projectId }, crypto.randomUUID());
    const emulators = { auth: auth.url, firestore: { host: firestore.host, port: firestore.port } };
    const transport = firestoreTransport({ app, databaseId, placement: PLACEMENT, emulators });
    ends.push(async () => {
      await transport.close();
      await deleteApp(app);
    });
    return transport;
  }

  /** Whether there is a document, whatever the rules say. */
  async function isThere(path: string): Promise<boolean> {
    const url = `${firestore.url}/v1/projects/${projectId}/databases/${databaseId}/documents/${path}`;
    const response = await fetch(url, { headers: { authorization: 'Bearer owner' } });
    return response.ok;
  }

  it('[PL3] makes a room, lets two meet in it, and leaves nothing behind', async () => {
    const network = new FakeNetwork();
    const [host, guest] = [connect(), connect()].map(
      (transport) => new SignalingClient({ transport, createPeerConnection: network.create }),
    ) as [SignalingClient, SignalingClient];
    const roomId = await host.createRoom();
    expect(await isThere(`apps/calls/fs_rooms/${roomId}`)).toBe(true);
    expect(await isThere(`rooms/${roomId}`)).toBe(false);

    const first = await host.openRoom(roomId, { name: 'Ada' });
    await first.join();
    const second = await guest.openRoom(roomId, { name: 'Ben' });
    await second.join();
    await vi.waitFor(
      () => {
        for (const { links } of [first, second])
          expect([...links.values()].map(({ state }) => state)).toEqual(['connected']);
      },
      { timeout: 10_000 },
    );
    const seats = [...first.roster.values()].map(({ seat }) => seat);
    expect(seats).toHaveLength(2);
    for (const seat of seats) expect(await isThere(stored(seatPath(roomId, seat)))).toBe(true);

    await second.leave();
    await first.leave();
    for (const seat of seats) expect(await isThere(stored(seatPath(roomId, seat)))).toBe(false);
    await host.endRoom(roomId);
    expect(await isThere(stored(roomPath(roomId)))).toBe(false);
  });

  it('[PL3] says goodbye there when the page goes', async () => {
    const transport = connect();
    const client = new SignalingClient({ transport, createPeerConnection: new FakeNetwork().create });
    const roomId = await client.createRoom();
    const { uid } = await transport.signIn();
    const scope = { roomId, expiresAt: new Instant(Date.now() + 3_600_000) };
    await transport.commit([admissionWrite(scope, { uid, name: 'Ada', role: 'speaker', visits: [] })]);
    const path = admissionPath(roomId, uid);
    expect(await isThere(stored(path))).toBe(true);
    transport.commitAtUnload([{ kind: 'delete', path }]);
    await vi.waitFor(async () => expect(await isThere(stored(path))).toBe(false), { timeout: 10_000 });
  });

  it('[PL3] reads and watches there', async () => {
    const transport = connect();
    const client = new SignalingClient({ transport, createPeerConnection: new FakeNetwork().create });
    const roomId = await client.createRoom();
    const read = await transport.read({ document: roomPath(roomId) });
    expect([...read.documents.keys()]).toEqual([roomId]);
    const { uid } = await transport.signIn();
    const scope = { roomId, expiresAt: new Instant(Date.now() + 3_600_000) };
    await transport.commit([
      admissionWrite(scope, { uid, name: randomEpoch(), role: 'speaker', visits: [] }),
    ]);
    const seen = await new Promise<readonly string[]>((resolve, reject) => {
      const stop = transport.watch(
        { collection: `${roomPath(roomId)}/admissions` },
        {
          next: ({ documents }) => {
            if (documents.size === 0) return;
            stop();
            resolve([...documents.keys()]);
          },
          error: reject,
        },
      );
    });
    expect(seen).toEqual([uid]);
  });
});

describe('placement › a placement that is none', () => {
  it('[PL2] is refused by the SDK with a code, and with what to do', () => {
    const app = initializeApp({ apiKey: 'any', projectId: 'demo-none' }, crypto.randomUUID());
    expect(() => firestoreTransport({ app, placement: { root: 'apps' } })).toThrow(
      expect.objectContaining({
        name: 'SignalingError',
        code: 'signaling/invalid-argument',
        message: expect.stringMatching(/placement\.root must be a text such as 'apps\/calls'/) as string,
      }),
    );
  });
});
