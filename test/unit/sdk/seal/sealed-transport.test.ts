import { admissionPath, beaconPath, mailPath, mailboxPath, roomPath, seatPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SignalingError } from '../../../../web/sdk/src/errors.ts';
import { deferred } from '../../../../web/sdk/src/lib/settle.ts';
import {
  admissionWrite,
  beaconWrite,
  deleteWrite,
  lostMarkWrite,
  mailWrite,
  renewalWrite,
  seatWrite,
} from '../../../../web/sdk/src/room/room-writes.ts';
import { newLinkKey, sealingKeyOfLink } from '../../../../web/sdk/src/seal/keys.ts';
import { roomSeal } from '../../../../web/sdk/src/seal/room-seal.ts';
import { SealedTransport } from '../../../../web/sdk/src/seal/sealed-transport.ts';
import { Instant, NO_FIELD, type WatchSnapshot } from '../../../../web/sdk/src/transport/signal-transport.ts';
import { ALICE, BOB, ROOM_ID, room, SCOPE, standingOffer } from '../../../support/factories.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeBackend, type FakeTransport } from '../../../support/fake-transport.ts';
import { countCrypto, PASSWORDS_LIMIT_MS, quiet } from './support/crypto-tasks.ts';

vi.setConfig({ testTimeout: PASSWORDS_LIMIT_MS });

beforeEach(countCrypto);
afterEach(() => void vi.restoreAllMocks());

function setting(key: Promise<CryptoKey> = sealingKeyOfLink(newLinkKey(), ROOM_ID), isCertain = true) {
  const backend = new FakeBackend(new FakeClock());
  const problems: SignalingError[] = [];
  const way = (uid: string) => {
    const transport: FakeTransport = backend.transport(uid);
    const report = (error: SignalingError): void => void problems.push(error);
    return { transport, sealed: new SealedTransport({ transport, roomId: ROOM_ID, key, isCertain, report }) };
  };
  const stored = (path: string): Record<string, unknown> =>
    backend.documents.get(path) as Record<string, unknown>;
  return { backend, problems, way, stored };
}

const admitted = (uid: string, name: string) =>
  admissionWrite(SCOPE, { uid, name, role: 'speaker', visits: [] });
const holder = { peerId: ALICE, name: 'Ada', role: 'speaker', met: [] } as const;
const state = { conn: 1, rev: 1, want: 2 };

describe('SealedTransport › commit', () => {
  it('[SE8] seals the same offer and mail anew each time it is written', async () => {
    const { way, stored } = setting();
    const { sealed } = way('alice');
    const texts = new Set<unknown>();
    for (let n = 0; n < 3; n += 1) {
      await sealed.commit([
        beaconWrite(SCOPE, ALICE, { seat: 0, leaseSeconds: 180, offer: standingOffer() }),
        mailWrite(SCOPE, { to: BOB, from: ALICE, seat: 0, state }),
      ]);
      texts.add((stored(beaconPath(ROOM_ID, ALICE))['offer'] as { sealed: string }).sealed);
      texts.add(stored(mailPath(ROOM_ID, BOB, 0))['sealed']);
    }
    expect(texts.size).toBe(6);
  });

  it('[SE29] writes the name of somebody as it has been written before, by whomever', async () => {
    const { way, stored } = setting();
    const [alice, bob] = [way('alice').sealed, way('bob').sealed];
    const knock = `${roomPath(ROOM_ID)}/knocks/alice`;
    await alice.commit([{ kind: 'set', path: knock, data: { name: 'Ada' } }]);
    const first = stored(knock)['name'];
    // Who lets her in has read her knock.
    const { documents } = await bob.read({ document: knock });
    await bob.commit([admitted('alice', (documents.get('alice') as { name: string }).name)]);
    expect(stored(admissionPath(ROOM_ID, 'alice'))['name']).toBe(first);
    await alice.commit([seatWrite(SCOPE, 0, holder)]);
    expect(stored(seatPath(ROOM_ID, 0))['name']).toBe(first);
    // Another name, and the same one of another user, are others.
    await alice.commit([admitted('alice', 'Countess'), admitted('bob', 'Ada')]);
    const others = ['alice', 'bob'].map((uid) => stored(admissionPath(ROOM_ID, uid))['name']);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('[SE28] writes the fields of a sealed document, and leaves all others as they are', async () => {
    const { way, stored } = setting();
    const { sealed } = way('alice');
    const sealedText = expect.stringMatching(/^[\w-]{38,}$/) as string;
    const { id: _id, sdp: _sdp, candidates: _candidates, ...numbers } = standingOffer();
    await sealed.commit([
      seatWrite(SCOPE, 0, holder),
      beaconWrite(SCOPE, ALICE, { seat: 0, leaseSeconds: 180, offer: standingOffer() }),
      mailWrite(SCOPE, { to: BOB, from: ALICE, seat: 0, state }),
    ]);
    expect(stored(seatPath(ROOM_ID, 0))).toMatchObject({ peer: ALICE, met: [], name: sealedText });
    expect(stored(beaconPath(ROOM_ID, ALICE))['offer']).toEqual({ ...numbers, sealed: sealedText });
    const { at, ...mail } = stored(mailPath(ROOM_ID, BOB, 0));
    expect(at).toBeInstanceOf(Instant);
    expect(mail).toEqual({
      ...{ ...state, from: ALICE, burst: 1, expiresAt: SCOPE.expiresAt },
      sealed: sealedText,
    });
    const before = stored(beaconPath(ROOM_ID, ALICE));
    await sealed.commit([
      lostMarkWrite(ROOM_ID, 0, 1),
      renewalWrite(ROOM_ID, ALICE, { leaseSeconds: 600, offer: undefined }),
    ]);
    expect(stored(seatPath(ROOM_ID, 0))).toMatchObject({ lostBy: 1, name: sealedText });
    expect(stored(beaconPath(ROOM_ID, ALICE))['offer']).toEqual(before['offer']);
    await sealed.commit([
      { kind: 'update', path: beaconPath(ROOM_ID, ALICE), data: { offer: NO_FIELD } },
      { kind: 'set', path: `${roomPath(ROOM_ID)}/secrets/password`, data: { verifier: 'v' } },
    ]);
    expect(stored(beaconPath(ROOM_ID, ALICE))).not.toHaveProperty('offer');
    expect(stored(`${roomPath(ROOM_ID)}/secrets/password`)).toEqual({ verifier: 'v' });
  });

  it('[SE17] sends commits in their order, however long each takes to be sealed', async () => {
    const key = deferred<CryptoKey>();
    const { backend, way } = setting(key.promise);
    const { sealed } = way('alice');
    const commits = [
      sealed.commit([
        admitted('alice', 'Ada'),
        ...Array.from({ length: 9 }, (_, n) => admitted(`u${n}`, 'x')),
      ]),
      sealed.commit([deleteWrite(admissionPath(ROOM_ID, 'alice'))]),
      sealed.commit([admitted('alice', 'Ada')]),
      sealed.commit([deleteWrite(admissionPath(ROOM_ID, 'alice'))]),
    ];
    await quiet();
    expect(backend.commits).toEqual([]);
    key.resolve(await sealingKeyOfLink(newLinkKey(), ROOM_ID));
    await Promise.all(commits);
    expect(backend.commits.map(({ writes }) => writes[0]?.kind)).toEqual(['set', 'delete', 'set', 'delete']);
    expect(backend.documents.has(admissionPath(ROOM_ID, 'alice'))).toBe(false);
  });

  it('[SE23] says goodbye before it returns when the page goes, and nothing that was being sealed after that', async () => {
    const { backend, way } = setting();
    const { sealed, transport } = way('alice');
    await sealed.commit([seatWrite(SCOPE, 0, holder)]);
    const late = sealed.commit([seatWrite(SCOPE, 0, holder)]);
    sealed.commitAtUnload([deleteWrite(seatPath(ROOM_ID, 0))]);
    expect(transport.unloads).toEqual([[deleteWrite(seatPath(ROOM_ID, 0))]]);
    await expect(late).rejects.toMatchObject({ kind: 'unavailable' });
    await quiet();
    expect(backend.documents.size).toBe(0);
  });

  it('does not seal what cannot be sealed', async () => {
    const failed = Promise.reject<CryptoKey>(new Error('no key'));
    failed.catch(() => undefined);
    const { backend, way } = setting(failed);
    await expect(way('alice').sealed.commit([admitted('alice', 'Ada')])).rejects.toThrow('no key');
    expect(backend.commits).toEqual([]);
  });
});

describe('SealedTransport › watch', () => {
  const target = { collection: mailboxPath(ROOM_ID, BOB) };
  const mail = (rev: number) => mailWrite(SCOPE, { to: BOB, from: ALICE, seat: 0, state: { ...state, rev } });

  it('[SE17] shows states in the order in which the backend does', async () => {
    const { way } = setting();
    const [alice, bob] = [way('alice').sealed, way('bob').sealed];
    const seen: number[] = [];
    bob.watch(target, {
      next: ({ documents }) => {
        for (const one of documents.values()) seen.push((one as { rev: number }).rev);
      },
      error: () => undefined,
    });
    for (let rev = 1; rev <= 30; rev += 1) await alice.commit([mail(rev)]);
    await quiet();
    expect(seen.at(-1)).toBe(30);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('[SE28] and reading give what was written, and count what it cost', async () => {
    const { way, problems } = setting();
    const [alice, bob] = [way('alice').sealed, way('bob').sealed];
    const offer = { conn: 1, id: 'Xy3_kd9a', sdp: standingOffer().sdp };
    await alice.commit([mailWrite(SCOPE, { to: BOB, from: ALICE, seat: 0, state: { ...state, offer } })]);
    const seen: WatchSnapshot[] = [];
    bob.watch(target, { next: (snapshot) => seen.push(snapshot), error: () => undefined });
    await quiet();
    expect(seen.map(({ reads }) => reads)).toEqual([1]);
    expect(seen[0]?.documents.get('0')).toMatchObject({ ...state, from: ALICE, offer, burst: 1 });
    expect(await bob.read(target)).toEqual(seen[0]);
    await alice.commit([admitted('alice', 'Ada')]);
    for (const place of [
      { document: admissionPath(ROOM_ID, 'alice') },
      { collection: `${roomPath(ROOM_ID)}/admissions` },
    ])
      expect([...(await bob.read(place)).documents.values()]).toMatchObject([{ name: 'Ada' }]);
    expect(problems).toEqual([]);
  });

  it('[SE26] tells once of what does not open, however often it is shown', async () => {
    const { way, problems, backend, stored } = setting();
    const [alice, bob] = [way('alice').sealed, way('bob').sealed];
    await alice.commit([mail(1)]);
    backend.put(mailPath(ROOM_ID, BOB, 0), { ...stored(mailPath(ROOM_ID, BOB, 0)), rev: 2 });
    const sizes: number[] = [];
    bob.watch(target, { next: ({ documents }) => sizes.push(documents.size), error: () => undefined });
    for (let n = 1; n < 4; n += 1) {
      await alice.commit([mailWrite(SCOPE, { to: BOB, from: ALICE, seat: n, state })]);
      await quiet();
    }
    expect(sizes.at(-1)).toBe(3);
    expect(problems.map(({ code }) => code)).toEqual(['signaling/seal-broken']);
  });

  it.each([
    null,
    7,
    'text',
    [],
    {},
    { name: 7 },
    { name: 'Ada', peer: ALICE },
    { peer: 7, name: 'A'.repeat(60) },
  ])('[SE26] leaves out what is no document of a sealed room: %j', async (data) => {
    const { way, problems, backend } = setting();
    for (const path of [seatPath(ROOM_ID, 0), beaconPath(ROOM_ID, ALICE), mailPath(ROOM_ID, BOB, 0)])
      backend.put(path, data);
    const { sealed } = way('bob');
    for (const collection of ['seats', 'beacons', `mailboxes/${BOB}/from`]) {
      const { documents } = await sealed.read({ collection: `${roomPath(ROOM_ID)}/${collection}` });
      expect(documents.size).toBe(0);
    }
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['signaling/invalid-document']));
  });

  it('ends when there is no key to open with, and says so once', async () => {
    const failed = Promise.reject<CryptoKey>(new Error('no key'));
    failed.catch(() => undefined);
    const { way, backend, stored } = setting(failed);
    const [next, error] = [vi.fn(), vi.fn()];
    way('bob').sealed.watch(target, { next, error });
    backend.put(mailPath(ROOM_ID, BOB, 0), {});
    await quiet();
    backend.put(mailPath(ROOM_ID, BOB, 1), {});
    await quiet();
    expect(next).not.toHaveBeenCalled();
    expect(error.mock.calls).toMatchObject([[{ kind: 'other', cause: { message: 'no key' } }]]);
    expect(backend.watchCount).toBe(0);
    expect(stored(mailPath(ROOM_ID, BOB, 1))).toEqual({});
  });

  it('ends with an error of the backend, after which nothing comes', async () => {
    const { way, backend } = setting();
    const errors: unknown[] = [];
    const next = vi.fn();
    backend.readFaultOf = () => 'denied';
    way('bob').sealed.watch(target, { next, error: (error) => errors.push(error) });
    await quiet();
    expect(errors).toMatchObject([{ kind: 'denied' }]);
    expect(next).not.toHaveBeenCalled();
  });
});

describe('SealedTransport › of a password', () => {
  it.each([true, false])('[SE25] waits for the room to say whether it is sealed: %j', async (isSealed) => {
    const { backend, way, stored } = setting(undefined, false);
    backend.put(roomPath(ROOM_ID), room({ sealed: isSealed }));
    const { sealed } = way('alice');
    const writing = sealed.commit([admitted('alice', 'Ada')]);
    await quiet();
    expect(backend.commits).toEqual([]);
    sealed.watch({ document: roomPath(ROOM_ID) }, { next: () => undefined, error: () => undefined });
    await quiet();
    await writing;
    expect(stored(admissionPath(ROOM_ID, 'alice'))['name'] === 'Ada').toBe(!isSealed);
    const { documents } = await sealed.read({ document: admissionPath(ROOM_ID, 'alice') });
    expect(documents.get('alice')).toMatchObject({ name: 'Ada' });
  });

  it('[SE25] gives what is to be shown at the door, whatever seals', async () => {
    const key = newLinkKey();
    const [both, password, link] = await Promise.all([
      roomSeal(ROOM_ID, { key, password: 'secret' }),
      roomSeal(ROOM_ID, { password: 'secret' }),
      roomSeal(ROOM_ID, { key }),
    ]);
    expect(await both?.proof).toBe(await password?.proof);
    expect(link?.proof).toBeUndefined();
    expect([both, password, link].map((seal) => seal?.isCertain)).toEqual([true, false, true]);
    expect(await roomSeal(ROOM_ID, {})).toBeUndefined();
  });
});
