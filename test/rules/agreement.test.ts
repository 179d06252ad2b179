import { describe, expect, it } from 'vitest';
import { compare } from './support/agreement.ts';
import { SUBJECTS } from './support/subjects.ts';

/*
 * Generated documents, half of them with something wrong: what the rules let a client write, the validators of the protocol
 * accept, and what they refuse, nobody can write. Two things the rules can't judge, as they have no loops and no grammar:
 * SDPs and candidate lines. Those are well-formed here, or wrong in their type or size. `npm run rules:fuzz` does the same with
 * many more.
 */
const RUNS = 300;
const SEED = 20_261;

describe('rules and validators agree', () => {
  for (const [collection, subject] of Object.entries(SUBJECTS))
    it(`[GN11] on ${RUNS} generated documents for ${collection}`, async () => {
      const { documents, valid, disagreements } = await compare(subject, RUNS, SEED);
      expect(disagreements).toEqual([]);
      expect(valid).toBeGreaterThan(documents / 4);
      expect(documents - valid).toBeGreaterThan(documents / 4);
    });

  it('would be known not to, by the smallest document that shows it', async () => {
    const { admissions } = SUBJECTS;
    const lax = { ...admissions!, check: () => ({ ok: true, value: undefined }) as const };
    const { disagreements } = await compare(lax, RUNS, SEED);
    expect(disagreements).not.toEqual([]);
    for (const one of disagreements) expect(one).toMatchObject({ rules: 'deny it', validator: 'takes it' });
  });
});
