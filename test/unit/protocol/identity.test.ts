import {
  LIMITS,
  PATTERNS,
  isOfferId,
  isPeerId,
  isRoomId,
  isRoomNonce,
  isUid,
  peerIdOf,
  randomEpoch,
  randomOfferId,
  randomRoomNonce,
  randomToken,
  roomIdOf,
  seatNumber,
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
