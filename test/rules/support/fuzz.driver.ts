import { expect, it } from 'vitest';
import { FUZZ_VARIABLE, type FuzzResult, type FuzzTask } from '../../../scripts/rules-fuzz/contract.ts';
import { compare } from './agreement.ts';
import { SUBJECTS } from './subjects.ts';

/* `npm run rules:fuzz` runs this, once in each of its processes. */

declare module 'vitest' {
  interface TaskMeta {
    /** What {@link compare} has found. */
    fuzz?: FuzzResult;
  }
}

const { runs, seed, collection, share } = JSON.parse(process.env[FUZZ_VARIABLE] ?? '{}') as FuzzTask;
const [number, of] = share;
const names = Object.keys(SUBJECTS).filter((name) => collection === undefined || name === collection);
if (names.length === 0)
  throw new Error(
    `There is no collection "${collection ?? ''}"; there are ${Object.keys(SUBJECTS).join(', ')}.`,
  );

for (const [at, name] of names.entries())
  if (at % of === number)
    it(name, async ({ task }) => {
      const started = performance.now();
      const comparison = await compare(SUBJECTS[name]!, runs, seed);
      // Else the generator says nothing about one half.
      const { documents, valid, disagreements } = comparison;
      if (disagreements.length === 0)
        expect(Math.min(valid, documents - valid)).toBeGreaterThan(documents / 4);
      task.meta.fuzz = { collection: name, ...comparison, seconds: (performance.now() - started) / 1000 };
    });
