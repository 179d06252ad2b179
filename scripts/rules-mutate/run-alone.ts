import { setMaxListeners } from 'node:events';
import { getFn, getHooks } from '@vitest/runner';
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';

type Suite = RunnerTestSuite | RunnerTestFile;
type Hook = (...args: never[]) => unknown;

/** What went wrong in a test, or before it could begin; neither if it passed. */
export type Outcome = { readonly error?: unknown; readonly obstacle?: unknown };

/**
 * Runs one test of those that Vitest has collected, with the hooks around it, and as often as one likes: so what stands in its
 * file is loaded once. What it says does not depend on other tests. It knows of hooks what the tests of the rules use.
 */
export async function runAlone(test: RunnerTestCase): Promise<Outcome> {
  // Every run listens to it, and none stops.
  setMaxListeners(0, test.context.signal);
  const suites = suitesAround(test);
  const cleanUps: Hook[] = [];
  try {
    for (const suite of suites)
      for (const hook of getHooks(suite).beforeAll) cleanUps.unshift(...asHooks(await call(hook, suite)));
  } catch (obstacle) {
    return { obstacle };
  }
  try {
    for (const suite of suites)
      for (const hook of getHooks(suite).beforeEach)
        cleanUps.unshift(...asHooks(await call(hook, test.context, suite)));
    await getFn(test)();
    return {};
  } catch (error) {
    return { error };
  } finally {
    const inner = suites.toReversed();
    for (const suite of inner)
      for (const hook of getHooks(suite).afterEach) await call(hook, test.context, suite);
    for (const cleanUp of cleanUps) await call(cleanUp);
    for (const suite of inner) for (const hook of getHooks(suite).afterAll) await call(hook, suite);
  }
}

/** The file first. */
function suitesAround(test: RunnerTestCase): readonly Suite[] {
  const suites: Suite[] = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.unshift(suite);
  return suites[0] === test.file ? suites : [test.file, ...suites];
}

const call = async (hook: unknown, ...args: readonly unknown[]): Promise<unknown> =>
  await (hook as (...all: readonly unknown[]) => unknown)(...args);
/** What a hook returns is run in the end. */
const asHooks = (value: unknown): readonly Hook[] => (typeof value === 'function' ? [value as Hook] : []);
