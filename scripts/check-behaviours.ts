/*
 * Fails when a numbered rule of docs/ has no test that bears its id, or a test bears an id that is not there:
 *   npx tsx scripts/check-behaviours.ts
 */
import { readFileSync, readdirSync } from 'node:fs';
import { compareBehaviours } from './rules/behaviours.ts';

const ROOT = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const tests = readdirSync(new URL('test', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => read(`test/${path}`));
const documents = readdirSync(new URL('docs', ROOT))
  .filter((name) => name.endsWith('.md'))
  .map((name) => read(`docs/${name}`));
const { rules, repeated, untested, unknown } = compareBehaviours(documents.join('\n'), tests);

for (const id of repeated) console.error(`docs/ has ${id} more than once.`);
for (const id of untested) console.error(`No test shows ${id}.`);
for (const id of unknown) console.error(`A test shows ${id}, which docs/ does not have.`);
if (repeated.length + untested.length + unknown.length > 0) process.exitCode = 1;
else console.log(`Each of the ${String(rules)} rules in docs/ has a test.`);
