import {
  LIMITS,
  PATTERNS,
  inviteOf,
  isOfferId,
  isPeerId,
  isProof,
  isRoomId,
  isRoomNonce,
  isRosterPublic,
  isSha256,
  isUid,
  newRoomId,
  peerIdOf,
  randomEpoch,
  randomOfferId,
  randomRoomNonce,
  randomToken,
  roomIdOf,
  seatNumber,
  sha256Of,
  uidOf,
} from '@firesignal/protocol';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const EPOCH = 'e'.repeat(LIMITS.EPOCH_LENGTH);

describe('identity', () => {
  it('derives the room id of a known vector', async () => {
    expect(await roomIdOf('alice', 'AAAAAAAAAAAAAAAAAAAAAA')).toBe('01e1e5438304ec9e50d55de73da7e768');
  });

  it('makes rooms whose id says who reads the roster, and whose creator it commits to', async () => {
    for (const isPublic of [true, false])
      for (let n = 0; n < 20; n++) {
        const { roomId, nonce } = await newRoomId('alice', isPublic);
        expect(isRosterPublic(roomId)).toBe(isPublic);
        expect(nonce).toSatisfy(isRoomNonce);
        expect(await roomIdOf('alice', nonce)).toBe(roomId);
      }
  });

  it('knows by the first digit of a room id who reads the roster', () => {
    for (const [digit, isPublic] of Array.from({ length: 16 }, (_, n) => [n.toString(16), n < 8] as const))
      expect(isRosterPublic(digit.repeat(LIMITS.ROOM_ID_LENGTH)), digit).toBe(isPublic);
  });

  it('hashes texts as UTF-8, to lower-case hexadecimal', async () => {
    // FIPS 180-4, and two of other alphabets.
    expect(await sha256Of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    for (const text of ['', 'Grüße', '阿', 'x'.repeat(1_000)])
      expect(await sha256Of(text)).toBe(createHash('sha256').update(text).digest('hex'));
    expect(await sha256Of('abc')).toSatisfy(isSha256);
  });

  it('hashes the token of an invite twice: the id gives nothing away that could be shown', async () => {
    const token = randomToken(22);
    const { proof, hash } = await inviteOf(token);
    expect(proof).toBe(await sha256Of(token));
    expect(hash).toBe(await sha256Of(proof));
    expect(proof).toSatisfy(isProof);
  });

  it('derives a room id from nothing but creator and nonce', async () => {
    const nonce = randomRoomNonce();
    const hash = createHash('sha256').update(`alice~${nonce}`).digest('hex');
    expect(await roomIdOf('alice', nonce)).toBe(hash.slice(0, LIMITS.ROOM_ID_LENGTH));
    expect(await roomIdOf('alice', nonce)).toSatisfy(isRoomId);
    expect(await roomIdOf('bob', nonce)).not.toBe(await roomIdOf('alice', nonce));
  });

  it('takes a peer id apart into what it was made of', () => {
    const uid = fc.stringMatching(new RegExp(PATTERNS.UID));
    fc.assert(
      fc.property(uid, (uid) => {
        const peer = peerIdOf(uid, randomEpoch());
        expect(isPeerId(peer)).toBe(true);
        expect(uidOf(peer)).toBe(uid);
      }),
    );
  });

  it('refuses peer ids of another shape', () => {
    const odd = [
      '',
      'bob',
      '~',
      `~${EPOCH}`,
      `bob~${EPOCH}~`,
      `a~b~${EPOCH}`,
      `bob~${EPOCH}x`,
      `bob~${EPOCH}\n`,
    ];
    const others = [`bob\n~${EPOCH}`, `.*~${EPOCH}`, `${'x'.repeat(LIMITS.UID_LENGTH_MAX + 1)}~${EPOCH}`];
    for (const id of [...odd, ...others, null, 7, [`bob~${EPOCH}`]])
      expect(isPeerId(id), String(id)).toBe(false);
  });

  it('refuses uids that read like a pattern, a path or a peer id', () => {
    for (const uid of ['', '.*', 'a.b', 'a~b', '$', 'a/b', 'ålice', 'a b', 'alice\n', null, 7])
      expect(isUid(uid), String(uid)).toBe(false);
    expect(isUid('x'.repeat(LIMITS.UID_LENGTH_MAX))).toBe(true);
    expect(isUid('x'.repeat(LIMITS.UID_LENGTH_MAX + 1))).toBe(false);
  });

  it('makes ids of the shapes that it checks', () => {
    fc.assert(
      fc.property(fc.constant(0), () => {
        expect(isRoomNonce(randomRoomNonce())).toBe(true);
        expect(isOfferId(randomOfferId())).toBe(true);
        expect(isPeerId(peerIdOf('x', randomEpoch()))).toBe(true);
      }),
    );
  });

  it('uses every character for random tokens, and no other', () => {
    const characters = new Set(randomToken(20_000));
    expect(characters.size).toBe(64);
    expect([...characters].join('')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('takes a seat number in canonical decimal only, below the largest capacity', () => {
    for (let seat = 0; seat < LIMITS.CAPACITY_MAX; seat++) expect(seatNumber(String(seat))).toBe(seat);
    for (const id of [
      '',
      '-1',
      '00',
      '01',
      '1.0',
      '1e0',
      ' 1',
      '1\n',
      '+1',
      '0x1',
      '９',
      String(LIMITS.CAPACITY_MAX),
      '99',
      '100',
    ])
      expect(seatNumber(id), id).toBeUndefined();
  });

  it('knows lists of peer ids as the rules see them', () => {
    const peers = new RegExp(PATTERNS.PEER_IDS);
    expect('').toMatch(peers);
    expect([`bob~${EPOCH}`, `al~${EPOCH}`].join(',')).toMatch(peers);
    expect([`bob~${EPOCH}`, ''].join(',')).not.toMatch(peers);
  });
});
