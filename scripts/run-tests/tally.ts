import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** What became of the tests of one run. */
export type Tally = {
  passed: number;
  failed: number;
  skipped: number;
  reasons: string[];
  /** Tests that failed at first, and passed when they were run again. */
  secondTries: string[];
};

/** What an emulator loses once in a thousand tests makes one or two of them; more have another reason. */
const SECOND_TRIES_MAX = 3;

/** Counts results where Vitest keeps them, instead of reading its output. */
export class TallyReporter implements Reporter {
  readonly tally: Tally = { passed: 0, failed: 0, skipped: 0, reasons: [], secondTries: [] };
  #asked: RegExp | undefined;

  onInit(vitest: Vitest): void {
    this.#asked = vitest.config.testNamePattern;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests()) this.#count(test);
      // A file that can't be loaded, or whose hooks fail, may have no failed test to tell.
      const failedTests = [...module.children.allTests('failed')].length;
      if (failedTests === 0 && module.state() === 'failed') this.tally.failed++;
    }
    this.tally.failed += unhandledErrors.length;
  }

  #count(test: TestCase): void {
    const result = test.result();
    switch (result.state) {
      case 'passed':
        this.tally.passed++;
        if (test.diagnostic()?.flaky === true) this.tally.secondTries.push(test.fullName);
        return;
      case 'failed':
        this.tally.failed++;
        return;
      case 'skipped':
        // Vitest takes a test that was not asked for (`-t title`) for a skipped one.
        if (this.#asked?.test(test.fullName.replaceAll(' > ', ' ')) === false) return;
        this.tally.skipped++;
        this.tally.reasons.push(`${test.fullName}: ${result.note ?? 'no reason given'}`);
        return;
      case 'pending':
        // The run was broken off before this one ended.
        this.tally.failed++;
    }
  }
}

/** The line that stands last, for people and for scripts. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  const counts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  return counts.join(', ');
}

/** CI has everything that a test may need: there a skipped one is a mistake. */
export function isSuccess({ passed, failed, skipped, secondTries }: Tally, isCi: boolean): boolean {
  if (failed > 0 || passed === 0 || secondTries.length > SECOND_TRIES_MAX) return false;
  return skipped === 0 || !isCi;
}
