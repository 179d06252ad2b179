import { describe, expect, it } from 'vitest';
import { resultLines, summary } from '../../../scripts/rules-fuzz/print.ts';

const agreed = { collection: 'seats', documents: 10, valid: 4, disagreements: [], seconds: 1.26 };
const disagreed = {
  ...{ collection: 'rooms', documents: 3, valid: 1, seconds: 2 },
  disagreements: [{ rules: 'deny it', validator: 'takes it', document: '{}' }],
};

describe('what is printed of generated documents', () => {
  it('counts those that agree', () => {
    expect(resultLines(agreed)).toEqual(['✓ seats: 10 documents, 4 of them valid (1.3 s)']);
  });

  it('shows those that do not, with what both say', () => {
    expect(resultLines(disagreed)).toEqual([
      '✗ rooms: 3 documents, 1 of them valid (2.0 s)',
      '    document   {}',
      '    rules      deny it',
      '    validator  takes it',
      '',
    ]);
  });

  it('ends with all of them', () => {
    expect(summary([agreed, disagreed])).toBe('rules fuzz: 13 documents in 2 collections, 1 disagreements');
  });
});
