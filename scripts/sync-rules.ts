/*
 * Writes the constants of protocol/ into firestore.rules, which can't import anything.
 *   npm run rules:sync     writes them
 *   npm run rules:check    fails when they differ
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withConstants } from './rules/constants.ts';

const FILE = new URL('../firestore.rules', import.meta.url);

const present = readFileSync(FILE, 'utf8');
const wanted = withConstants(present);

if (present === wanted) {
  console.log('firestore.rules has the constants of protocol/.');
} else if (process.argv.includes('--check')) {
  const lines = new Set(present.split('\n'));
  const missing = wanted.split('\n').filter((line) => !lines.has(line));
  console.error('firestore.rules differs from the constants of protocol/. Run: npm run rules:sync');
  for (const line of missing) console.error(`  missing: ${line.trim()}`);
  process.exitCode = 1;
} else {
  writeFileSync(FILE, wanted);
  console.log('firestore.rules: wrote the constants of protocol/.');
}
