import { isLinkKey, PASSWORD_ITERATIONS, PASSWORD_LENGTH_MAX } from '@firesignal/protocol';
import fc from 'fast-check';
import { createHash, hkdfSync, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { fromBase64url, toBase64url } from '../../../../web/sdk/src/seal/base64url.ts';
import { newLinkKey, passwordKeys, sealingKeyOfLink } from '../../../../web/sdk/src/seal/keys.ts';
import { openName, sealName } from '../../../../web/sdk/src/seal/sealed-text.ts';
import { ROOM_ID } from '../../../support/factories.ts';
import { PASSWORDS_LIMIT_MS } from './support/crypto-tasks.ts';

vi.setConfig({ testTimeout: PASSWORDS_LIMIT_MS });

const PASSWORD = 'correct horse battery staple';
const NAME = { kind: 'name', roomId: ROOM_ID, sender: 'alice' } as const;

describe('base64url', () => {
  it('gives back any bytes, and is what Node writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64url(toBase64url(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
    const long = crypto.getRandomValues(new Uint8Array(60_000));
    expect(fromBase64url(toBase64url(long))).toEqual(long);
  });

  it('has one text for the same bytes', () => {
    for (const text of ['QQ==', 'QR', 'QUJ', 'Q', 'Q UI', 'QUI=', '+/', 'Q\n', 'é'])
      expect(fromBase64url(text)).toBeUndefined();
    expect(fromBase64url('QQ')).toEqual(new Uint8Array([65]));
    expect(fromBase64url('')).toEqual(new Uint8Array());
  });
});

describe('link keys', () => {
  it('[SE1] have 256 random bits, in 43 characters of base64url', () => {
    const keys = Array.from({ length: 200 }, () => newLinkKey());
    expect(new Set(keys).size).toBe(200);
    expect(keys.filter((key) => !isLinkKey(key) || fromBase64url(key)?.length !== 32)).toEqual([]);
    // Every bit is 0 in some and 1 in others.
    const bytes = keys.map((key) => fromBase64url(key)!);
    const all = (join: (a: number, b: number) => number): number[] =>
      bytes.reduce((sum, key) => sum.map((byte, n) => join(byte, key[n]!)), [...bytes[0]!]);
    expect(new Set(all((a, b) => a | b))).toEqual(new Set([255]));
    expect(new Set(all((a, b) => a & b))).toEqual(new Set([0]));
  });

  it.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}B`, `${'A'.repeat(42)}+`, PASSWORD])(
    '[SE1] are refused as %j',
    async (text) => {
      expect(isLinkKey(text)).toBe(false);
      await expect(sealingKeyOfLink(text, ROOM_ID)).rejects.toMatchObject({
        code: 'signaling/invalid-argument',
      });
    },
  );
});

describe('keys of a password', () => {
  it('[SE2] take 600,000 rounds, with the room in the salt', async () => {
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    await passwordKeys(PASSWORD, ROOM_ID);
    const [rounds] = derive.mock.calls.map(([algorithm]) => algorithm as Pbkdf2Params);
    derive.mockRestore();
    expect(rounds).toMatchObject({ name: 'PBKDF2', hash: 'SHA-256', iterations: 600_000 });
    expect(new TextDecoder().decode(rounds!.salt)).toContain(ROOM_ID);
    expect(PASSWORD_ITERATIONS).toBe(600_000);
  });

  it('[SE2] are the same for all ways to type the same letters, and other ones for another password or room', async () => {
    const proofs = await Promise.all(
      (
        [
          ['e\u0301te\u0301', ROOM_ID],
          ['\u00e9t\u00e9', ROOM_ID],
          ['été ', ROOM_ID],
          ['\u00e9t\u00e9', 'f'.repeat(32)],
        ] as const
      ).map(async ([password, roomId]) => (await passwordKeys(password, roomId)).proof),
    );
    expect(proofs[0]).toBe(proofs[1]);
    expect(new Set(proofs).size).toBe(3);
  });

  it.each(['', 'x'.repeat(PASSWORD_LENGTH_MAX + 1)])('[SE2] are not made of %j', async (password) => {
    await expect(passwordKeys(password, ROOM_ID)).rejects.toMatchObject({
      code: 'signaling/invalid-argument',
    });
  });

  it('[SE3] are what node:crypto derives: PBKDF2, and from it HKDF for proof and sealing apart', async () => {
    const stretched = pbkdf2Sync(PASSWORD, `firesignal/seal/1 password ${ROOM_ID}`, 600_000, 32, 'sha256');
    const derived = (info: string): Buffer =>
      Buffer.from(hkdfSync('sha256', stretched, ROOM_ID, `firesignal/seal/1 ${info}`, 32));
    const { proof, sealingKey } = await passwordKeys(PASSWORD, ROOM_ID);
    expect(proof).toBe(derived('password proof').toString('base64url'));
    expect(await seals(sealingKey, derived('password sealing'))).toBe(true);
    expect(await seals(sealingKey, derived('link-key sealing'))).toBe(false);
  });

  it('[SE3] are not the proof, its hash, or anything made of these', async () => {
    const { proof, sealingKey } = await passwordKeys(PASSWORD, ROOM_ID);
    const bytes = fromBase64url(proof)!;
    const stored = createHash('sha256').update(proof).digest();
    expect(await seals(sealingKey, bytes)).toBe(false);
    expect(await seals(sealingKey, stored)).toBe(false);
    // Shown as the key of a link, a proof opens nothing either.
    const asLinkKey = await sealingKeyOfLink(proof, ROOM_ID);
    const sealed = await sealName(sealingKey, NAME, 'Ada');
    await expect(openName(asLinkKey, NAME, sealed)).rejects.toMatchObject({ code: 'signaling/seal-broken' });
  });

  it('[SE3] of a link are what node:crypto derives', async () => {
    const linkKey = newLinkKey();
    const raw = hkdfSync(
      'sha256',
      Buffer.from(linkKey, 'base64url'),
      ROOM_ID,
      'firesignal/seal/1 link-key sealing',
      32,
    );
    expect(await seals(await sealingKeyOfLink(linkKey, ROOM_ID), Buffer.from(raw))).toBe(true);
  });

  it('[SE4] cannot be read out', async () => {
    for (const key of [
      (await passwordKeys(PASSWORD, ROOM_ID)).sealingKey,
      await sealingKeyOfLink(newLinkKey(), ROOM_ID),
    ]) {
      expect(key.extractable).toBe(false);
      for (const format of ['raw', 'jwk'] as const)
        await expect(crypto.subtle.exportKey(format, key)).rejects.toThrow();
    }
  });
});

/** Whether these bytes are the key. */
async function seals(key: CryptoKey, bytes: Uint8Array): Promise<boolean> {
  const raw = await crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-GCM', false, ['decrypt']);
  return openName(raw, NAME, await sealName(key, NAME, 'Ada')).then(
    (name) => name === 'Ada',
    () => false,
  );
}
