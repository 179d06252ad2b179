/**
 * `npm run rules:coverage`: whether the tests of the rules have seen every condition true and false. docs/rules.md says how to
 * read what it prints.
 */
import { readFileSync } from 'node:fs';
import { program } from 'commander';
import { settle, type Explanation } from '../rules/explained.ts';
import { readRuleset } from '../rules/language/ruleset.ts';
import { closingLine, isSuccess } from '../run-tests/tally.ts';
import { reportFailure } from '../setup/report-failure.mjs';
import { coverageOf } from './gaps.ts';
import { gapTable, staleTable, summary } from './print.ts';
import { Sights } from './report.ts';
import { runRulesTests } from './run-tests.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const say = (line: string): void => console.log(line);

program
  .name('npm run rules:coverage --')
  .description('Runs the tests of the security rules, and tells which conditions they leave unseen.')
  // For the set-up, which runs before this program.
  .option('--fresh', 'look for every tool again')
  .parse();

try {
  const source = read('../../firestore.rules');
  const ruleset = readRuleset(source);
  const explanations = JSON.parse(read('unreachable.json')) as Explanation[];
  const sights = new Sights(source);
  const tally = await runRulesTests((report) => sights.add(report), say);
  const { total, gaps } = coverageOf(ruleset, sights);
  const settled = settle(gaps, explanations);
  for (const line of [...gapTable(settled.open), ...staleTable(settled.stale)]) say(line);
  if (tally.failed > 0) say(`Tests that fail may leave something unseen: ${closingLine(tally)}`);
  say(summary(total, settled));
  const isShown = settled.open.length + settled.stale.length === 0;
  process.exitCode = isShown && isSuccess(tally, process.env['CI'] === 'true') ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
