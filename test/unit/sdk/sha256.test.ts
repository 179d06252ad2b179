import { sha256Of } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../web/sdk/src/transport/memory/sha256.ts';

describe('sha256Hex', () => {
  it('is what the platform says, of any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        expect(sha256Hex(text)).toBe(await sha256Of(text));
      }),
      { examples: [[''], ['x'.repeat(55)], ['x'.repeat(56)], ['x'.repeat(64)], ['é'.repeat(1_000)]] },
    );
  });
});
