import { setFn, setHooks } from '@vitest/runner';
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import { describe, expect, it } from 'vitest';
import { runAlone } from '../../../scripts/rules-mutate/run-alone.ts';

/** What was called, in its order. */
let calls: string[];
const say = (what: string) => () => {
  calls.push(what);
};

type Failing = Readonly<Record<string, unknown>>;

/** A test in a suite in a file, with hooks that say when they are called, of which some fail. */
function makeTest(failing: Failing = {}): RunnerTestCase {
  calls = [];
  const step = (what: string) => () => {
    calls.push(what);
    if (what in failing) throw failing[what];
    return say(`after what ${what} has set up`);
  };
  const hooks = (name: string) => ({
    ...{ beforeAll: [step(`${name} beforeAll`)], beforeEach: [step(`${name} beforeEach`)] },
    ...{ afterEach: [say(`${name} afterEach`)], afterAll: [say(`${name} afterAll`)] },
    ...{ aroundEach: [], aroundAll: [] },
  });
  const file = { type: 'suite', name: 'file' } as unknown as RunnerTestFile;
  const suite = { type: 'suite', name: 'suite', file } as unknown as RunnerTestSuite;
  const context = { signal: new AbortController().signal };
  const test = { type: 'test', name: 'test', file, suite, context } as unknown as RunnerTestCase;
  setHooks(file, hooks('file'));
  setHooks(suite, hooks('suite'));
  setFn(test, () => {
    step('test')();
  });
  return test;
}

describe('a test that runs alone', () => {
  it('has the hooks around it, the outer ones first, and is cleaned up after in reverse', async () => {
    expect(await runAlone(makeTest())).toEqual({});
    expect(calls).toEqual([
      ...['file beforeAll', 'suite beforeAll', 'file beforeEach', 'suite beforeEach', 'test'],
      ...['suite afterEach', 'file afterEach'],
      ...['after what suite beforeEach has set up', 'after what file beforeEach has set up'],
      ...['after what suite beforeAll has set up', 'after what file beforeAll has set up'],
      ...['suite afterAll', 'file afterAll'],
    ]);
  });

  it('runs as often as it is asked to', async () => {
    const test = makeTest();
    await runAlone(test);
    const once = [...calls];
    await runAlone(test);
    expect(calls).toEqual([...once, ...once]);
  });

  it('fails by what goes wrong in it or in the hooks of each test, and is cleaned up', async () => {
    for (const what of ['test', 'suite beforeEach']) {
      expect(await runAlone(makeTest({ [what]: 'wrong' }))).toEqual({ error: 'wrong' });
      expect(calls.at(-1)).toBe('file afterAll');
    }
  });

  it('does not begin where a hook of the suite fails, which is told apart', async () => {
    expect(await runAlone(makeTest({ 'suite beforeAll': 'missing' }))).toEqual({ obstacle: 'missing' });
    expect(calls).not.toContain('test');
  });
});
