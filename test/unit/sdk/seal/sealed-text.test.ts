import { LIMITS, SEAL_NONCE_BYTES, withContents, type SealContext } from '@firesignal/protocol';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../../../../web/sdk/src/seal/base64url.ts';
import { newLinkKey, sealingKeyOfLink } from '../../../../web/sdk/src/seal/keys.ts';
import { openName, openSignal, sealName, sealSignal } from '../../../../web/sdk/src/seal/sealed-text.ts';
import { ALICE, BOB, CAROL, ROOM_ID } from '../../../support/factories.ts';

const OTHER_ROOM = 'f'.repeat(32);
const MAIL = { kind: 'mail', roomId: ROOM_ID, sender: ALICE, recipient: BOB, conn: 2, rev: 7 } as const;
const BEACON = { kind: 'beacon', roomId: ROOM_ID, sender: ALICE, conn: 1, rev: 3 } as const;
const NAME = { kind: 'name', roomId: ROOM_ID, sender: 'alice' } as const;
const CONTENTS = { id: 'Xy3_kd9a', sdp: 'v=0\r\n', candidates: '' };
const BROKEN = expect.objectContaining({ name: 'SignalingError', code: 'signaling/seal-broken' }) as Error;

let key: CryptoKey;
beforeAll(async () => {
  key = await sealingKeyOfLink(newLinkKey(), ROOM_ID);
});

const names = fc
  .string({ unit: 'binary', maxLength: LIMITS.NAME_LENGTH_MAX })
  .filter((name) => name.length <= LIMITS.NAME_LENGTH_MAX);
const signals = fc.constantFrom(MAIL, BEACON);

describe('sealed text › opening', () => {
  it('[SE5] gives back any contents of a signal', async () => {
    const contents = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(signals, contents, async (context, value) => {
        const sealed = await sealSignal(key, context, value);
        expect(await openSignal(key, context, sealed)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('[SE5] gives back any name', async () => {
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        expect(await openName(key, NAME, await sealName(key, NAME, name))).toBe(name);
      }),
    );
  });

  it('[SE5] gives back a signal as long as one can be', async () => {
    const contents = { text: 'x'.repeat(190_000) };
    expect(await openSignal(key, MAIL, await sealSignal(key, MAIL, contents))).toEqual(contents);
    await expect(sealSignal(key, MAIL, { text: 'x'.repeat(200_000) })).rejects.toMatchObject({
      code: 'signaling/message-too-large',
    });
  });

  it('[SE6] refuses text of which any one byte was changed', async () => {
    const sealed = await sealSignal(key, MAIL, CONTENTS);
    const bytes = fromBase64url(sealed)!;
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << (at % 8);
      await expect(openSignal(key, MAIL, toBase64url(changed))).rejects.toEqual(BROKEN);
    }
  });

  it('[SE6] refuses text of which any one character was changed, cut off or put behind it', async () => {
    const sealed = await sealSignal(key, MAIL, CONTENTS);
    const character = fc.constantFrom(...Array.from('ABCXYZabcxyz0189-_ +/=é\n'));
    const changes = fc.tuple(fc.nat(sealed.length), fc.nat(1), fc.oneof(character, fc.constant('')));
    await fc.assert(
      fc.asyncProperty(changes, async ([at, removed, put]) => {
        const changed = sealed.slice(0, at) + put + sealed.slice(at + removed);
        if (changed !== sealed) await expect(openSignal(key, MAIL, changed)).rejects.toEqual(BROKEN);
      }),
      { numRuns: 300 },
    );
  });

  it('[SE6] refuses text that was sealed with another key', async () => {
    const other = await sealingKeyOfLink(newLinkKey(), ROOM_ID);
    await expect(openSignal(other, MAIL, await sealSignal(key, MAIL, CONTENTS))).rejects.toEqual(BROKEN);
    await expect(openName(other, NAME, await sealName(key, NAME, 'Ada'))).rejects.toEqual(BROKEN);
  });

  it('[SE6] refuses text that was sealed with the key of the same link in another room', async () => {
    const linkKey = newLinkKey();
    const [here, there] = await Promise.all([
      sealingKeyOfLink(linkKey, ROOM_ID),
      sealingKeyOfLink(linkKey, OTHER_ROOM),
    ]);
    await expect(openSignal(there, MAIL, await sealSignal(here, MAIL, CONTENTS))).rejects.toEqual(BROKEN);
  });

  it.each<[string, SealContext]>([
    ['another room', { ...MAIL, roomId: OTHER_ROOM }],
    ['another sender', { ...MAIL, sender: CAROL }],
    ['another mailbox', { ...MAIL, recipient: CAROL }],
    ['the mailbox of its sender', { ...MAIL, sender: BOB, recipient: ALICE }],
    ['another generation', { ...MAIL, conn: 3 }],
    ['a later revision', { ...MAIL, rev: 8 }],
    ['an earlier revision', { ...MAIL, rev: 6 }],
    ['a beacon', { ...BEACON, conn: MAIL.conn, rev: MAIL.rev }],
  ])('[SE7] refuses mail that was put into the place of %s', async (_, context) => {
    const sealed = await sealSignal(key, MAIL, CONTENTS);
    await expect(openSignal(key, MAIL, sealed)).resolves.toEqual(CONTENTS);
    await expect(openSignal(key, context as typeof MAIL, sealed)).rejects.toEqual(BROKEN);
  });

  it.each<[string, SealContext]>([
    ['another room', { ...BEACON, roomId: OTHER_ROOM }],
    ['another sender', { ...BEACON, sender: BOB }],
    ['another generation', { ...BEACON, conn: 2 }],
    ['another revision', { ...BEACON, rev: 4 }],
    ['mail', { ...MAIL, recipient: '', conn: BEACON.conn, rev: BEACON.rev }],
  ])('[SE7] refuses a standing offer that was put into the place of %s', async (_, context) => {
    const sealed = await sealSignal(key, BEACON, CONTENTS);
    await expect(openSignal(key, context as typeof BEACON, sealed)).rejects.toEqual(BROKEN);
  });

  it('[SE7] refuses a name of somebody else, or of another room', async () => {
    const sealed = await sealName(key, NAME, 'Ada');
    await expect(openName(key, { ...NAME, sender: 'bob' }, sealed)).rejects.toEqual(BROKEN);
    await expect(openName(key, { ...NAME, roomId: OTHER_ROOM }, sealed)).rejects.toEqual(BROKEN);
  });

  it('[SE7] refuses every other place, whatever the ids and numbers', async () => {
    const id = fc.string({ unit: 'binary', maxLength: 4 });
    const context: fc.Arbitrary<SealContext> = fc.oneof(
      fc.record({
        kind: fc.constant('mail' as const),
        ...{ roomId: id, sender: id, recipient: id, conn: fc.nat(3), rev: fc.nat(3) },
      }),
      fc.record({
        kind: fc.constant('beacon' as const),
        ...{ roomId: id, sender: id, conn: fc.nat(3), rev: fc.nat(3) },
      }),
    );
    await fc.assert(
      fc.asyncProperty(context, context, async (one, other) => {
        const opened = openSignal(key, other as typeof MAIL, await sealSignal(key, one as typeof MAIL, {}));
        if (JSON.stringify(one) === JSON.stringify(other)) await expect(opened).resolves.toEqual({});
        else await expect(opened).rejects.toEqual(BROKEN);
      }),
      { numRuns: 300 },
    );
  });
});

describe('sealed text › sealing', () => {
  it('[SE8] never takes the same nonce twice', async () => {
    const all = await Promise.all(Array.from({ length: 500 }, () => sealSignal(key, MAIL, CONTENTS)));
    const nonces = all.map((sealed) => fromBase64url(sealed)!.slice(0, SEAL_NONCE_BYTES).join());
    expect(new Set(nonces).size).toBe(all.length);
  });

  it('[SE9] makes all names equally long, and short enough for the rules', async () => {
    const lengths = new Set<number>();
    for (const name of ['', 'Ada', '語'.repeat(LIMITS.NAME_LENGTH_MAX), '👩‍🚀'.repeat(12)])
      lengths.add((await sealName(key, NAME, name)).length);
    expect(lengths.size).toBe(1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LIMITS.SEALED_NAME_LENGTH_MAX);
  });

  it('[SE9] refuses a name that is too long before it is sealed', () => {
    expect(() => sealName(key, NAME, 'x'.repeat(LIMITS.NAME_LENGTH_MAX + 1))).toThrow(
      expect.objectContaining({ code: 'signaling/invalid-argument' }),
    );
  });

  it('[SE10] is undone only for text of the right form and length', async () => {
    const sealed = await sealSignal(key, MAIL, CONTENTS);
    const wrong = [
      ...['', 'A', 'AAAA', 'A'.repeat(37), ' ', sealed + '=', sealed.replace(/.$/, '*')],
      ...[` ${sealed}`, `${sealed}\n`, 'A'.repeat(LIMITS.SEALED_SIGNAL_LENGTH_MAX + 4)],
    ];
    for (const text of wrong) await expect(openSignal(key, MAIL, text)).rejects.toEqual(BROKEN);
    const long = 'A'.repeat(LIMITS.SEALED_NAME_LENGTH_MAX + 4);
    await expect(openName(key, NAME, long)).rejects.toEqual(BROKEN);
  });

  it('[SE10] of something that is no JSON, or no padded name, opens to nothing', async () => {
    const subtle = crypto.subtle;
    const sealedAs = async (context: SealContext, bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
      // A text sealed as the other kind is refused by its place; here only the contents are wrong.
      const { additionalDataOf } = await import('@firesignal/protocol');
      const iv = new Uint8Array(SEAL_NONCE_BYTES);
      const additionalData = new TextEncoder().encode(additionalDataOf(context));
      const sealed = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes);
      return toBase64url(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
    };
    const noJson = await sealedAs(MAIL, new TextEncoder().encode('{"id":'));
    await expect(openSignal(key, MAIL, noJson)).rejects.toEqual(BROKEN);
    const noUtf8 = await sealedAs(MAIL, new Uint8Array([34, 255, 34]));
    await expect(openSignal(key, MAIL, noUtf8)).rejects.toEqual(BROKEN);
    const name = (...bytes: number[]): Uint8Array<ArrayBuffer> =>
      new Uint8Array([...bytes, ...Array<number>(Math.max(0, 193 - bytes.length)).fill(0)]);
    await expect(openName(key, NAME, await sealedAs(NAME, name(1, 65)))).resolves.toBe('A');
    for (const bytes of [
      ...[name(2, 65, 66, 67), name(193), name(2, 255, 255), new Uint8Array([1, 65]), new Uint8Array()],
      ...[name(65, ...Array<number>(65).fill(65)), new Uint8Array(194)],
    ])
      await expect(openName(key, NAME, await sealedAs(NAME, bytes))).rejects.toEqual(BROKEN);
  });
});

describe('sealed contents', () => {
  const mail = { from: ALICE, conn: 2, rev: 7, want: 1, sealed: 'x' };

  it('[SE11] take the place of the sealed text', () => {
    const offer = { conn: 2, ...CONTENTS };
    const { sealed: _, ...outside } = mail;
    expect(withContents('mail', mail, { offer })).toEqual({ ok: true, value: { ...outside, offer } });
    expect(withContents('mail', mail, {})).toEqual({ ok: true, value: outside });
    expect(withContents('beacon', { conn: 1, rev: 3, sealed: 'x' }, CONTENTS)).toEqual({
      ok: true,
      value: { conn: 1, rev: 3, ...CONTENTS },
    });
  });

  it.each([
    ['mail', { rev: 9 }],
    ['mail', { from: BOB }],
    ['mail', { want: 2 }],
    ['mail', { sealed: 'y' }],
    ['mail', null],
    ['mail', []],
    ['mail', 'offer'],
    ['mail', JSON.parse('{"__proto__":{}}') as unknown],
    ['beacon', { ...CONTENTS, rev: 9 }],
    ['beacon', { ...CONTENTS, conn: 9 }],
    ['beacon', { id: CONTENTS.id, sdp: CONTENTS.sdp }],
  ] as const)('[SE11] of %s are refused with what belongs outside, or nowhere: %j', (kind, contents) => {
    expect(withContents(kind, mail, contents)).toMatchObject({ ok: false });
  });
});
