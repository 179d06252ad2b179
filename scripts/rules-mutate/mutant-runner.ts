import { startTests } from '@vitest/runner';
import { TestRunner, type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite } from 'vitest';
import { QUEUE_VARIABLE, type Failure, type Job, type Stage, type Verdict } from './contract.ts';

/** test/rules/support/environment.ts, as far as it matters here. */
type Environment = { readonly startOver: (rules: string) => Promise<string | undefined> };

const ENVIRONMENT = new URL('../../test/rules/support/environment.ts', import.meta.url).pathname;

/**
 * Runs test files of the rules over and over in one process, each time under other rules: Firebase's SDK is loaded once, and
 * connections stay open. Vitest starts it for mutants.driver.ts, which is never run.
 */
export default class MutantRunner extends TestRunner {
  async onBeforeRunFiles(): Promise<void> {
    const { startOver } = (await this.importFile(ENVIRONMENT, 'collect')) as Environment;
    let verdict: Verdict | undefined;
    for (let job = await nextJob(verdict); job !== undefined; job = await nextJob(verdict))
      verdict = await this.#judge(job, startOver);
  }

  async #judge({ id, rules, stages }: Job, startOver: Environment['startOver']): Promise<Verdict> {
    for (const stage of stages) {
      const invalid = await startOver(rules);
      if (invalid !== undefined) return { id, invalid };
      const failure = await this.#firstFailure(stage);
      if (failure !== undefined) return { id, failure };
    }
    return { id };
  }

  async #firstFailure({ file, tests }: Stage): Promise<Failure | undefined> {
    const specification = {
      filepath: file,
      testLocations: undefined,
      ...(tests !== undefined && { testNamePattern: exactly(tests) }),
    };
    const [result] = await startTests([specification], this.#onceMore());
    return result === undefined ? undefined : failureIn(result);
  }

  /** This runner for another run: that tells Vitest nothing, loads the test file anew, and ends at the first failure. */
  #onceMore(): TestRunner {
    const quiet = (): void => undefined;
    const runner = Object.create(this) as TestRunner;
    return Object.assign(runner, {
      ...{ onBeforeRunFiles: quiet, onCollected: quiet, onTaskUpdate: quiet, onAfterRunSuite: quiet },
      // What is set up is always loaded anew.
      importFile: (file: string) => this.importFile(file, 'setup'),
      onAfterRunTask: (test: RunnerTestCase) => {
        // Skips the rest of this run. `cancel()` would be that of the runner it is made from.
        if (test.result?.state === 'fail') Object.assign(runner, { cancelRun: true });
      },
    });
  }
}

/** Matches the full names of these tests, and no other. */
function exactly(names: readonly string[]): RegExp {
  const escaped = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^(?:${escaped.join('|')})$`);
}

function fullNameOf({ name, suite }: RunnerTestCase | RunnerTestSuite): string {
  return suite === undefined ? name : `${fullNameOf(suite)} ${name}`;
}

/** Of tests only: a hook that fails, since it does not find what it looks for in the text of the rules, says nothing about them. */
function failureIn({ filepath: file, ...suite }: RunnerTestFile): Failure | undefined {
  const failed = testsIn(suite).find((test) => test.result?.state === 'fail');
  if (failed === undefined) return undefined;
  return { file, test: fullNameOf(failed), message: failed.result?.errors?.[0]?.message ?? '' };
}

function testsIn({ tasks }: Pick<RunnerTestSuite, 'tasks'>): readonly RunnerTestCase[] {
  return tasks.flatMap((task) => (task.type === 'test' ? [task] : testsIn(task)));
}

async function nextJob(verdict: Verdict | undefined): Promise<Job | undefined> {
  const response = await fetch(process.env[QUEUE_VARIABLE] ?? '', {
    method: 'POST',
    body: JSON.stringify(verdict ?? null),
  });
  return ((await response.json()) as Job | null) ?? undefined;
}
