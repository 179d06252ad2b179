/**
 * `npm run rules:mutate`: whether the tests of the rules notice every small mistake that can be made in them. docs/rules.md says
 * how to read what it prints.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, program } from 'commander';
import { settle, type Explanation } from '../rules/explained.ts';
import { ProofError } from '../rules/proof-error.ts';
import { readRuleset } from '../rules/language/ruleset.ts';
import { quickEmulator } from '../rules/quick-emulator.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { reportFailure } from '../setup/report-failure.mjs';
import { judgeMutants, type Judged } from './judge.ts';
import { mutantsOf, type Mutant } from './mutants.ts';
import { mistakeLines, summary, survivorLines } from './print.ts';
import { Progress } from './progress.ts';
import type { Reach } from './reach.ts';
import { changedLines, mutantsAt, mutantsIn } from './select.ts';

type Flags = {
  readonly changed?: string | true;
  readonly only?: string;
  readonly jobs: number;
  readonly emulator?: EmulatorKind;
};

function jobs(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return value;
}

program
  .name('npm run rules:mutate --')
  .description(
    'Makes small mistakes in the security rules, one by one, and tells which of them no test notices.',
  )
  .option('--changed [base]', 'only in lines that differ from a commit; by default from origin/main')
  .option('--only <where>', 'only in a function, an allow, a line (120) or some lines (120-140)')
  .addOption(
    new Option('--jobs <number>', 'test processes side by side')
      .argParser(jobs)
      .default(availableParallelism()),
  )
  .addOption(
    new Option('--emulator <kind>', 'Firestore emulator; by default hidane if there is one').choices([
      'official',
      'hidane',
    ]),
  )
  // For the set-up, which runs before this program.
  .option('--fresh', 'look for every tool again')
  .parse();

const flags = program.opts<Flags>();
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const say = (line: string): void => console.log(line);
const hasSurvived = ({ killer, invalid }: Judged): boolean => killer === undefined && invalid === undefined;

function chosen(mutants: readonly Mutant[]): readonly Mutant[] {
  const { changed, only } = flags;
  const named = only === undefined ? mutants : mutantsIn(mutants, only);
  if (named.length === 0)
    throw new ProofError(
      `No mutant is in "${only ?? ''}".`,
      'Name a function, an allow by its path, or a line of code.',
    );
  if (changed === undefined) return named;
  return mutantsAt(named, changedLines(changed === true ? undefined : changed));
}

/** On the quick emulator; what no test notices there and nobody explains, the official one has to confirm. */
async function judge(
  rules: string,
  mutants: readonly Mutant[],
  explanations: readonly Explanation[],
): Promise<readonly Judged[]> {
  const emulator = flags.emulator ?? quickEmulator();
  const judgeOn = (kind: EmulatorKind, some: readonly Mutant[], reach?: Reach) => {
    const progress = new Progress(some.length);
    say(`${some.length} mutants on the ${kind} emulator …`);
    const onJudged = (one: Judged): void => progress.step(hasSurvived(one));
    const known = reach === undefined ? {} : { reach };
    return judgeMutants({ rules, mutants: some, emulator: kind, jobs: flags.jobs, onJudged, ...known });
  };
  if (mutants.length === 0) return [];
  const { judged, reach } = await judgeOn(emulator, mutants);
  const { open } = settle(judged.filter(hasSurvived), explanations);
  if (emulator === 'official' || open.length === 0) return judged;
  const confirmed = await judgeOn('official', open, reach);
  return [...judged.filter((one) => !open.includes(one)), ...confirmed.judged];
}

try {
  const rules = read('../../firestore.rules');
  const explanations = JSON.parse(read('equivalent.json')) as readonly Explanation[];
  const mutants = mutantsOf(readRuleset(rules));
  const { stale } = settle(mutants, explanations);
  const judged = await judge(rules, chosen(mutants), explanations);
  const survivors = judged.filter(hasSurvived);
  const { open, explained } = settle(survivors, explanations);
  const refuted = settle(
    judged.filter(({ killer }) => killer !== undefined),
    explanations,
  ).explained;
  for (const one of open.toSorted((a, b) => a.line - b.line))
    for (const line of survivorLines(one, rules)) say(line);
  for (const line of mistakeLines({ stale, refuted })) say(line);
  const killed = judged.filter(({ killer }) => killer !== undefined).length;
  const invalid = judged.filter((one) => one.invalid !== undefined).length;
  say(summary({ killed, survived: open.length, equivalent: explained.length }, invalid));
  process.exitCode = open.length + stale.length + refuted.length === 0 ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
