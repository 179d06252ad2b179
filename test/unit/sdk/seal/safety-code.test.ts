import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { safetyCode } from '../../../../web/sdk/src/safety-code.ts';
import { fingerprintsOf, safetyCodeOf } from '../../../../web/sdk/src/seal/safety-code.ts';
import { FakeMediaStream } from '../../../support/fake-sdp.ts';
import { parties } from '../../../support/link-parties.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const certificate = fc.uint8Array({ minLength: 32, maxLength: 32 });
const fingerprint = (bytes: Uint8Array): string =>
  `sha-256 ${Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(':')}`;

describe('the safety code', () => {
  it('[SE13] is the same on both sides, however hashes and hexadecimal are written', async () => {
    await fc.assert(
      fc.asyncProperty(certificate, certificate, async (one, other) => {
        const [a, b] = [fingerprint(one), fingerprint(other)];
        const code = await safetyCodeOf([a], [b]);
        expect(await safetyCodeOf([b], [a])).toBe(code);
        expect(await safetyCodeOf([a.toLowerCase(), a], [b.replace('sha', 'SHA')])).toBe(code);
        expect(code).toMatch(/^(?:\d{5} ){7}\d{5}$/);
      }),
    );
  });

  it('[SE14] is another one when any byte of either fingerprint is', async () => {
    const mine = new Uint8Array(32).fill(7);
    const yours = new Uint8Array(32).fill(9);
    const codes = [await safetyCodeOf([fingerprint(mine)], [fingerprint(yours)])];
    for (const side of [mine, yours])
      for (let at = 0; at < 32; at += 1) {
        const changed = side.map((byte, n) => (n === at ? byte ^ 1 : byte));
        const [a, b] = side === mine ? [changed, yours] : [mine, changed];
        codes.push(await safetyCodeOf([fingerprint(a)], [fingerprint(b)]));
      }
    expect(new Set(codes).size).toBe(65);
  });

  it('[SE14] is another one with another hash, another certificate beside, or fingerprints between the sides', async () => {
    const [a, b, c] = [1, 2, 3].map((byte) => fingerprint(new Uint8Array(32).fill(byte)));
    const codes = await Promise.all([
      safetyCodeOf([a!], [b!]),
      safetyCodeOf([a!.replace('256', '384')], [b!]),
      safetyCodeOf([a!, c!], [b!]),
      safetyCodeOf([a!], [b!, c!]),
      safetyCodeOf([a!], [a!]),
    ]);
    expect(new Set(codes).size).toBe(5);
  });

  it('[SE14] uses all of its digits', async () => {
    const codes = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        safetyCodeOf([fingerprint(new Uint8Array(32).fill(n))], [fingerprint(new Uint8Array(32).fill(201))]),
      ),
    );
    for (let at = 0; at < 47; at += 1)
      if (at % 6 !== 5) expect(new Set(codes.map((code) => code[at])).size).toBe(10);
  });

  it.each([
    '',
    'sha-256',
    'AA:BB',
    'sha-256 AA:BB',
    `sha-256 ${'AA:'.repeat(31)}GG`,
    `sha-256 ${'AA'.repeat(32)}`,
  ])('is not made of %j', async (text) => {
    const good = fingerprint(new Uint8Array(32));
    for (const [local, remote] of [
      [[text], [good]],
      [[good], [good, text]],
      [[], [good]],
    ] as const)
      await expect(safetyCodeOf(local, remote)).rejects.toMatchObject({ code: 'signaling/invalid-argument' });
  });

  it.each(['chromium-offer', 'chromium-answer', 'firefox-offer'])(
    'takes the fingerprints that are in %s.sdp',
    async (name) => {
      const file = new URL(`../../protocol/fixtures/${name}.sdp`, import.meta.url);
      const found = fingerprintsOf(readFileSync(file, 'utf8'));
      expect(found.length).toBeGreaterThan(0);
      await expect(safetyCodeOf(found, found)).resolves.toMatch(/^\d{5} /);
    },
  );
});

describe('the safety code of a link', () => {
  it('[SE13] is the same on both sides', async () => {
    const { alice, bob, clock } = parties();
    alice.link.call();
    await clock.advance(1_000);
    expect(alice.link.state).toBe('connected');
    expect(await safetyCode(alice.link)).toBe(await safetyCode(bob.link));
  });

  it('is there when the link is connected, and not before', async () => {
    const { alice } = parties();
    await expect(safetyCode(alice.link)).rejects.toMatchObject({ code: 'signaling/invalid-state' });
  });
});
