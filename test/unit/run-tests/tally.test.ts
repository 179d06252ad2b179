import { describe, expect, it } from 'vitest';
import { closingLine, isSuccess, type Tally } from '../../../scripts/run-tests/tally.ts';

const tally = (passed: number, failed: number, skipped: number, secondTries = 0): Tally => ({
  passed,
  failed,
  skipped,
  reasons: [],
  secondTries: Array.from({ length: secondTries }, () => 'one'),
});

describe('closing line', () => {
  it('names the counts', () => {
    expect(closingLine(tally(12, 3, 0))).toBe('12 passed, 3 failed');
  });

  it('names skipped tests where there are some', () => {
    expect(closingLine(tally(12, 0, 1))).toBe('12 passed, 0 failed, 1 skipped');
  });
});

describe('success of a run', () => {
  it.each([
    ['all passed', tally(5, 0, 0), true, true],
    ['one failed', tally(5, 1, 0), false, false],
    ['no test ran', tally(0, 0, 0), false, false],
    ['all were skipped', tally(0, 0, 5), false, false],
    ['one was skipped', tally(5, 0, 1), true, false],
    ['some passed at the second try', tally(5, 0, 0, 3), true, true],
    ['more than some passed at the second try', tally(5, 0, 0, 4), false, false],
  ])('%s', (_, counts, onAPersonsMachine, onCi) => {
    expect(isSuccess(counts, false)).toBe(onAPersonsMachine);
    expect(isSuccess(counts, true)).toBe(onCi);
  });
});
