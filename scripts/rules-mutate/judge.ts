import type { EmulatorKind } from '../setup/known-tools.mjs';
import { stackVariables } from '../run-tests/stack-handover.ts';
import { startStack } from '../stack/index.ts';
import { QUEUE_VARIABLE, type Failure, type Job, type Verdict } from './contract.ts';
import type { Mutant } from './mutants.ts';
import { readRuleset } from '../rules/language/ruleset.ts';
import { ProofError } from '../rules/proof-error.ts';
import { openQueue } from './queue.ts';
import { filesToRun, runProcesses } from './processes.ts';
import { callersFirst, callersIn, Stages } from './stages.ts';

/** What became of a mutant: which test noticed it, or why the emulator does not take it; neither if it survived. */
export type Judged = Mutant & { readonly killer?: Failure; readonly invalid?: string };

export type JudgeOptions = {
  /** The rules as they are: the tests have to pass before they can tell anything. */
  readonly rules: string;
  readonly mutants: readonly Mutant[];
  readonly emulator: EmulatorKind;
  /** How many test processes run side by side. */
  readonly jobs: number;
  readonly onJudged: (judged: Judged) => void;
};

/** Emulators and test processes keep something of every run: after so many mutants, there are new ones. */
const MUTANTS_A_STACK = 500;
const UNCHANGED = -1;
/** A test that waits in vain may do so for reasons of its own: such a mutant gets a second try. */
const TIMEOUT = /timed out in \d+ms/;

/**
 * Runs the tests of the rules against each mutant, until one fails.
 * @throws if the tests fail without any mutant
 */
export async function judgeMutants(options: JudgeOptions): Promise<readonly Judged[]> {
  const { rules, mutants, emulator } = options;
  const callers = callersIn(readRuleset(rules));
  const stages = new Stages(await filesToRun(), callers);
  const ordered = callersFirst(mutants, callers);
  const judged: Judged[] = [];
  for (let from = 0; from < mutants.length; from += MUTANTS_A_STACK) {
    const stack = await startStack({ emulator, services: ['firestore'] });
    try {
      Object.assign(process.env, stackVariables(stack));
      const some = ordered.slice(from, from + MUTANTS_A_STACK);
      judged.push(...(await judgeSome({ ...options, mutants: some }, stages, from === 0)));
    } finally {
      await stack.stop();
    }
  }
  return judged;
}

async function judgeSome(
  { rules, mutants, jobs, onJudged }: JudgeOptions,
  stages: Stages,
  checksFirst: boolean,
): Promise<readonly Judged[]> {
  const waiting = [...mutants.keys()];
  const triedTwice = new Set<number>();
  const judged: Judged[] = [];
  let isChecked = !checksFirst;
  let failure: Failure | undefined;

  const settle = ({ id, ...outcome }: Verdict): void => {
    const mutant = mutants[id];
    if (mutant === undefined) {
      failure = outcome.failure;
    } else if (TIMEOUT.test(outcome.failure?.message ?? '') && !triedTwice.has(id)) {
      triedTwice.add(id);
      waiting.unshift(id);
    } else {
      if (outcome.failure !== undefined) stages.learn(mutant.in, outcome.failure);
      const { failure: killer, invalid } = outcome;
      const one = {
        ...mutant,
        ...(killer !== undefined && { killer }),
        ...(invalid !== undefined && { invalid }),
      };
      judged.push(one);
      onJudged(one);
    }
  };
  const next = (verdict: Verdict | undefined): Job | undefined => {
    if (verdict !== undefined) settle(verdict);
    // One process does that, while the others go ahead.
    if (!isChecked) {
      isChecked = true;
      return { id: UNCHANGED, rules, stages: stages.all };
    }
    const id = failure === undefined ? waiting.shift() : undefined;
    const mutant = id === undefined ? undefined : mutants[id];
    return id === undefined || mutant === undefined
      ? undefined
      : { id, rules: mutant.text, stages: stages.for(mutant.in) };
  };

  const queue = await openQueue(next);
  try {
    process.env[QUEUE_VARIABLE] = queue.url;
    await runProcesses(Math.min(jobs, mutants.length));
  } finally {
    await queue.close();
  }
  if (failure !== undefined)
    throw new ProofError(
      `Without any mutant, "${failure.test}" fails in ${failure.file}: ${failure.message}`,
      'Tests that fail tell nothing. npm test -- --project rules says more.',
    );
  if (judged.length < mutants.length) throw new Error('The test processes have ended early.');
  return judged;
}
