import { additionalDataOf, type SealContext } from '@firesignal/protocol';
import { createDecipheriv, createHash, hkdfSync, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { fromBase64url } from '../../../../web/sdk/src/seal/base64url.ts';
import { passwordKeys, sealingKeyOfLink } from '../../../../web/sdk/src/seal/keys.ts';
import { safetyCodeOf } from '../../../../web/sdk/src/seal/safety-code.ts';
import { openName, openSignal, sealName, sealSignal } from '../../../../web/sdk/src/seal/sealed-text.ts';
import { vectorsOf } from '../../../support/vectors.ts';
import { PASSWORDS_LIMIT_MS } from './support/crypto-tasks.ts';

vi.setConfig({ testTimeout: PASSWORDS_LIMIT_MS });

type Named = { readonly name: string; readonly rule: string };
type Source = { readonly linkKey: string } | { readonly password: string };
type Sealed = Named & {
  readonly key: Source;
  readonly context: SealContext;
  readonly contents: unknown;
  readonly nonce: string;
  readonly additionalData: string;
  readonly sealed: string;
};
type Vectors = {
  readonly passwords: readonly (Named & {
    readonly password: string;
    readonly normalised: string;
    readonly roomId: string;
    readonly proof: string;
    readonly verifier: string;
  })[];
  readonly sealed: readonly Sealed[];
  readonly refused: readonly Omit<Sealed, 'contents' | 'nonce' | 'additionalData'>[];
  readonly safetyCodes: readonly (Named & {
    readonly local: readonly string[];
    readonly remote: readonly string[];
    readonly code: string;
  })[];
};

const vectors = vectorsOf('seal') as Vectors;
const byName = <T extends Named>(list: readonly T[]) => list.map((vector) => [vector.name, vector] as const);

async function keyOf(source: Source, roomId: string): Promise<CryptoKey> {
  return 'linkKey' in source
    ? sealingKeyOfLink(source.linkKey, roomId)
    : (await passwordKeys(source.password, roomId)).sealingKey;
}

/** The bytes of the same key, by another implementation. */
function rawKeyOf(source: Source, roomId: string): Buffer {
  const [input, info] =
    'linkKey' in source
      ? [Buffer.from(source.linkKey, 'base64url'), 'firesignal/seal/1 link-key sealing']
      : [stretched(source.password, roomId), 'firesignal/seal/1 password sealing'];
  return Buffer.from(hkdfSync('sha256', input, roomId, info, 32));
}

function stretched(password: string, roomId: string): Buffer {
  const salt = `firesignal/seal/1 password ${roomId}`;
  return pbkdf2Sync(password.normalize('NFKC'), salt, 600_000, 32, 'sha256');
}

describe('vectors › sealed text', () => {
  it.each(byName(vectors.sealed))('[SE12] %s is made and opened by the SDK', async (_, vector) => {
    const { context, contents, sealed } = vector;
    const key = await keyOf(vector.key, context.roomId);
    const nonce = fromBase64url(vector.nonce)!;
    expect(additionalDataOf(context)).toBe(vector.additionalData);
    if (context.kind === 'name') {
      expect(await sealName(key, context, contents as string, nonce)).toBe(sealed);
      expect(await openName(key, context, sealed)).toBe(contents);
    } else {
      expect(await sealSignal(key, context, contents as object, nonce)).toBe(sealed);
      expect(await openSignal(key, context, sealed)).toEqual(contents);
    }
  });

  it.each(byName(vectors.sealed))('[SE12] %s is opened by node:crypto', (_, vector) => {
    const { context, contents } = vector;
    const bytes = Buffer.from(vector.sealed, 'base64url');
    expect(bytes.subarray(0, 12).toString('base64url')).toBe(vector.nonce);
    const cipher = createDecipheriv(
      'aes-256-gcm',
      rawKeyOf(vector.key, context.roomId),
      bytes.subarray(0, 12),
    );
    cipher.setAAD(Buffer.from(vector.additionalData)).setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
    if (context.kind !== 'name') {
      expect(plain.toString()).toBe(JSON.stringify(contents));
      return;
    }
    expect(plain.length).toBe(193);
    const length = plain[0]!;
    expect(plain.subarray(1, 1 + length).toString()).toBe(contents);
    expect(plain.subarray(1 + length).every((byte) => byte === 0)).toBe(true);
  });

  it.each(byName(vectors.refused))('[SE12] is refused: %s', async (_, { context, sealed, key: source }) => {
    const roomIds = new Set([context.roomId, vectors.sealed[0]!.context.roomId]);
    for (const roomId of roomIds) {
      const opened = openSignal(await keyOf(source, roomId), context as never, sealed);
      await expect(opened).rejects.toMatchObject({ code: 'signaling/seal-broken' });
    }
  });
});

describe('vectors › passwords', () => {
  it.each(byName(vectors.passwords))('[SE12] %s', async (_, vector) => {
    const { password, roomId, proof, verifier } = vector;
    expect(password.normalize('NFKC')).toBe(vector.normalised);
    expect((await passwordKeys(password, roomId)).proof).toBe(proof);
    const info = 'firesignal/seal/1 password proof';
    const raw = hkdfSync('sha256', stretched(password, roomId), roomId, info, 32);
    expect(Buffer.from(raw).toString('base64url')).toBe(proof);
    expect(createHash('sha256').update(proof).digest('hex')).toBe(verifier);
  });
});

describe('vectors › safety codes', () => {
  it.each(byName(vectors.safetyCodes))('[SE12] %s', async (_, { local, remote, code }) => {
    expect(await safetyCodeOf(local, remote)).toBe(code);
  });
});

it('[SE12] the vectors each show a rule that is there, under a name of their own', () => {
  const page = readFileSync(new URL('../../../../docs/sealing.md', import.meta.url), 'utf8');
  const rules = new Set(page.match(/(?<=^- \*\*)SE\d+(?=\*\*)/gm));
  for (const list of [vectors.passwords, vectors.sealed, vectors.refused, vectors.safetyCodes]) {
    expect(list.filter(({ rule }) => !rules.has(rule))).toEqual([]);
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
  }
});
