import { collectTests } from '@vitest/runner';
import { TestRunner, type RunnerTestCase, type RunnerTestSuite } from 'vitest';
import { Sights, type CoverageReport } from '../rules-coverage/report.ts';
import { readRuleset } from '../rules/language/ruleset.ts';
import {
  QUEUE_VARIABLE,
  type Order,
  type Post,
  type Surveyed,
  type SurveyJob,
  type TrialJob,
  type Verdict,
} from './contract.ts';
import { sightsAt } from './reach.ts';
import { runAlone } from './run-alone.ts';

/** test/rules/support/environment.ts, as far as it matters here. */
type Environment = {
  readonly projectIds: readonly string[];
  readonly startOver: (rules: string) => Promise<string | undefined>;
  readonly forgetAll: () => Promise<void>;
};
type Tests = ReadonlyMap<string, RunnerTestCase>;

const ENVIRONMENT = new URL('../../test/rules/support/environment.ts', import.meta.url).pathname;

/**
 * Runs tests of the rules over and over in one process, each time under other rules: Firebase's SDK and the tests are loaded once,
 * and connections stay open. Vitest starts it for mutants.driver.ts, which is never run.
 */
export default class MutantRunner extends TestRunner {
  readonly #files = new Map<string, Promise<Tests>>();

  async onBeforeRunFiles(): Promise<void> {
    const environment = (await this.importFile(ENVIRONMENT, 'collect')) as Environment;
    let post: Post | undefined;
    for (let order = await nextOrder(post); order !== undefined; order = await nextOrder(post)) {
      const { id, job } = order;
      const verdict = job.kind === 'survey' ? this.#survey(job, environment) : this.#try(job, environment);
      post = { id, verdict: await verdict };
    }
  }

  async #try({ rules, tests }: TrialJob, { startOver, forgetAll }: Environment): Promise<Verdict> {
    const invalid = await startOver(rules);
    if (invalid !== undefined) return { invalid };
    for (const { file, test } of tests) {
      await forgetAll();
      const found = (await this.#testsOf(file)).get(test);
      if (found === undefined) throw new Error(`There is no test "${test}" in ${file}.`);
      const outcome = await runAlone(found);
      // A hook may look for something in the text of the rules in vain: that says nothing about them.
      if ('error' in outcome) return { failure: { file, test, message: messageOf(outcome.error) } };
    }
    return {};
  }

  async #survey({ rules, file }: SurveyJob, environment: Environment): Promise<Verdict> {
    const ruleset = readRuleset(rules);
    const places = new Map<string, string>();
    const surveyed: Surveyed[] = [];
    const known = new Set<string>();
    for (const [name, test] of await this.#testsOf(file)) {
      // The emulator begins to count anew.
      await environment.startOver(rules);
      await environment.forgetAll();
      const before = environment.projectIds.length;
      const started = performance.now();
      const outcome = await runAlone(test);
      for (const error of Object.values(outcome))
        return { failure: { file, test: name, message: messageOf(error) } };
      const milliseconds = performance.now() - started;
      const [own = '', ...others] = environment.projectIds;
      const reports = await Promise.all([own, ...others.slice(before - 1)].map(reportOf));
      const sights = new Sights(rules, places);
      for (const report of reports) if (sights.isAbout(report)) sights.add(report);
      const { known: all, ...seen } = sightsAt(ruleset, sights);
      for (const key of all) known.add(key);
      // Of rules that are altered in more than one place nothing is known: so they may evaluate everything.
      const evaluated = reports.every((report) => sights.isAbout(report)) ? seen.evaluated : all;
      surveyed.push({ file, test: name, milliseconds, ...seen, evaluated });
    }
    return { surveyed, known: [...known] };
  }

  #testsOf(file: string): Promise<Tests> {
    const tests = this.#files.get(file) ?? this.#collect(file);
    this.#files.set(file, tests);
    return tests;
  }

  async #collect(file: string): Promise<Tests> {
    const quiet = (): void => undefined;
    // This runner, but Vitest is told nothing.
    const runner = Object.assign(Object.create(this) as TestRunner, { onCollected: quiet });
    const [collected] = await collectTests([file], runner);
    for (const error of collected?.result?.errors ?? []) throw new Error(error.message);
    const tests = testsIn(collected?.tasks ?? []).map((test) => [fullNameOf(test), test] as const);
    const byName = new Map(tests);
    if (byName.size < tests.length) throw new Error(`Two tests have the same name in ${file}.`);
    return byName;
  }
}

function fullNameOf({ name, suite }: RunnerTestCase | RunnerTestSuite): string {
  return suite === undefined ? name : `${fullNameOf(suite)} ${name}`;
}

function testsIn(tasks: RunnerTestSuite['tasks']): readonly RunnerTestCase[] {
  return tasks
    .filter(({ mode }) => mode === 'run')
    .flatMap((task) => (task.type === 'test' ? [task] : testsIn(task.tasks)));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function reportOf(projectId: string): Promise<CoverageReport> {
  const host = process.env['FIRESTORE_EMULATOR_HOST'] ?? '';
  const response = await fetch(`http://${host}/emulator/v1/projects/${projectId}:ruleCoverage`);
  if (!response.ok) throw new Error(`The emulator has no account of ${projectId}: ${await response.text()}`);
  return (await response.json()) as CoverageReport;
}

async function nextOrder(post: Post | undefined): Promise<Order | undefined> {
  const response = await fetch(process.env[QUEUE_VARIABLE] ?? '', {
    method: 'POST',
    body: JSON.stringify(post ?? null),
  });
  return ((await response.json()) as Order | null) ?? undefined;
}
