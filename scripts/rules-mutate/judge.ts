import type { EmulatorKind } from '../setup/known-tools.mjs';
import { readRuleset } from '../rules/language/ruleset.ts';
import { ProofError } from '../rules/proof-error.ts';
import type { Failure, TestName, Verdict } from './contract.ts';
import { Learned } from './learned.ts';
import type { Mutant } from './mutants.ts';
import { filesToRun, withProcesses, type Run } from './processes.ts';
import { Reach } from './reach.ts';

/** What became of a mutant: which test noticed it, or why the emulator does not take it; neither if it survived. */
export type Judged = Mutant & { readonly killer?: Failure; readonly invalid?: string };

export type JudgeOptions = {
  /** The rules as they are: the tests have to pass before they can tell anything. */
  readonly rules: string;
  readonly mutants: readonly Mutant[];
  readonly emulator: EmulatorKind;
  /** How many test processes run side by side. */
  readonly jobs: number;
  /** What another emulator has said of the tests, so that this one need not be asked. */
  readonly reach?: Reach;
  readonly onJudged: (judged: Judged) => void;
};

/** A test that waits in vain may do so for reasons of its own: such a mutant gets a second try. */
const TIMEOUT = /timed out in \d+ms/;

/**
 * Runs the tests of the rules against each mutant until one fails: all that make the rules evaluate what was changed.
 * @throws if a test fails without any mutant
 */
export async function judgeMutants(
  options: JudgeOptions,
): Promise<{ readonly judged: readonly Judged[]; readonly reach: Reach }> {
  const { rules, mutants, emulator, jobs, onJudged } = options;
  return withProcesses(emulator, jobs, async (run) => {
    if (options.reach !== undefined) await checkUnchanged(options, options.reach, run);
    const reach = options.reach ?? (await survey(rules, run));
    const learned = new Learned();
    const tryOnce = (mutant: Mutant): Promise<Verdict> =>
      run(() => ({
        kind: 'trial',
        rules: mutant.text,
        tests: learned.sort(mutant, reach.testsFor(mutant.place)),
      }));
    const judge = async (mutant: Mutant): Promise<Judged> => {
      const first = await tryOnce(mutant);
      const isDoubtful = TIMEOUT.test(first.failure?.message ?? '');
      const { failure: killer, invalid } = isDoubtful ? await tryOnce(mutant) : first;
      if (killer !== undefined) learned.learn(mutant, killer);
      const judged = {
        ...mutant,
        ...(killer !== undefined && { killer }),
        ...(invalid !== undefined && { invalid }),
      };
      onJudged(judged);
      return judged;
    };
    return { judged: await Promise.all(mutants.map(judge)), reach };
  });
}

/** Asks the emulator what each test makes it evaluate. */
async function survey(rules: string, run: Run): Promise<Reach> {
  const verdicts = await Promise.all(
    (await filesToRun()).map(async (file) => passed(await run(() => ({ kind: 'survey', rules, file })))),
  );
  return new Reach(
    readRuleset(rules),
    verdicts.flatMap(({ surveyed = [] }) => surveyed),
    verdicts.flatMap(({ known = [] }) => known),
  );
}

/** Runs those tests alone that the mutants need. */
async function checkUnchanged({ rules, mutants }: JudgeOptions, reach: Reach, run: Run): Promise<void> {
  const needed = mutants.flatMap(({ place }) => reach.testsFor(place));
  const byFile = new Map<string, Set<TestName>>();
  for (const test of needed) byFile.set(test.file, (byFile.get(test.file) ?? new Set()).add(test));
  await Promise.all(
    [...byFile.values()].map(async (tests) =>
      passed(
        await run(() => ({
          kind: 'trial',
          rules,
          tests: [...tests].map(({ file, test }) => ({ file, test })),
        })),
      ),
    ),
  );
}

function passed(verdict: Verdict): Verdict {
  const { failure, invalid } = verdict;
  if (invalid !== undefined)
    throw new ProofError(`The emulator does not take the rules: ${invalid}`, 'Mend them.');
  if (failure !== undefined)
    throw new ProofError(
      `Without any mutant, "${failure.test}" fails in ${failure.file}: ${failure.message}`,
      'Tests that fail tell nothing. npm test -- --project rules says more.',
    );
  return verdict;
}
