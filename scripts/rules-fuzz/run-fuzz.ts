import type { ViteUserConfig } from 'vitest/config';
import { createVitest, type Reporter, type TestCase, type TestModule } from 'vitest/node';
import { ProofError } from '../rules/proof-error.ts';
import { stackVariables } from '../run-tests/stack-handover.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { PROJECT_ROOT } from '../setup/set-up.mjs';
import { startStack } from '../stack/index.ts';
import { FUZZ_VARIABLE, type FuzzResult, type FuzzTask } from './contract.ts';

export type FuzzOptions = Omit<FuzzTask, 'share'> & {
  readonly emulator: EmulatorKind;
  /** How many processes write side by side. */
  readonly jobs: number;
  readonly onResult: (result: FuzzResult) => void;
};

/** Takes what the tests have found, and why they could not. */
class ResultReporter implements Reporter {
  readonly results: FuzzResult[] = [];
  readonly errors: string[] = [];
  readonly #onResult: (result: FuzzResult) => void;

  constructor(onResult: (result: FuzzResult) => void) {
    this.#onResult = onResult;
  }

  onTestCaseResult(test: TestCase): void {
    const { fuzz } = test.meta() as { readonly fuzz?: FuzzResult };
    for (const { message } of test.result().errors ?? []) this.errors.push(`${test.name}: ${message}`);
    if (fuzz === undefined) return;
    this.results.push(fuzz);
    this.#onResult(fuzz);
  }

  onTestModuleEnd(module: TestModule): void {
    this.errors.push(...module.errors().map(({ message }) => message));
  }
}

/**
 * Compares rules and validators in an emulator of its own.
 * @throws if a collection could not be compared
 */
export async function runFuzz({
  emulator,
  jobs,
  onResult,
  ...task
}: FuzzOptions): Promise<readonly FuzzResult[]> {
  const processes = task.collection === undefined ? jobs : 1;
  const stack = await startStack({ emulator, services: ['firestore'] });
  const reporter = new ResultReporter(onResult);
  try {
    Object.assign(process.env, stackVariables(stack));
    const vitest = await createVitest(
      'test',
      { config: false, root: PROJECT_ROOT, watch: false, reporters: [reporter] },
      {
        test: {
          maxWorkers: processes,
          projects: Array.from({ length: processes }, (_, n) =>
            projectFor({ ...task, share: [n, processes] }),
          ),
        },
      } satisfies ViteUserConfig,
    );
    try {
      await vitest.start();
    } finally {
      await vitest.close();
    }
  } finally {
    await stack.stop();
  }
  if (reporter.errors.length > 0)
    throw new ProofError(
      [...new Set(reporter.errors)].join('\n'),
      'What is compared, test/rules/support/subjects.ts has.',
    );
  return reporter.results;
}

function projectFor(task: FuzzTask) {
  return {
    test: {
      name: `process-${task.share[0]}`,
      root: PROJECT_ROOT,
      include: ['test/rules/support/fuzz.driver.ts'],
      env: { [FUZZ_VARIABLE]: JSON.stringify(task) },
      // As long as it takes.
      testTimeout: 0,
      hookTimeout: 120_000,
    },
  };
}
