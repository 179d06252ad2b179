import { describe, expect, it } from 'vitest';
import { evaluate, table } from '../../../scripts/bench/results.ts';

const RUN = {
  suite: 'call',
  emulator: 'official',
  rttMs: 0,
  media: 'camera',
  pages: 'new',
  runs: 3,
} as const;
const theirs = { name: 'Socket.IO', joinMs: [100, 80, 120], failed: 0 };

describe('results of a benchmark', () => {
  it('compare medians', () => {
    const result = evaluate(RUN, { name: 'Firesignal', joinMs: [90, 50, 60], failed: 0 }, theirs);
    expect(result.ratio).toBeCloseTo(0.6);
    expect(result.ok).toBe(true);
    expect(result.contenders[1]).toMatchObject({ medianMs: 100, fastestMs: 80, slowestMs: 120 });
  });

  it('hold each emulator and suite to its own budget', () => {
    const ours = { name: 'Firesignal', joinMs: [70], failed: 0 };
    expect(evaluate(RUN, ours, theirs).ok).toBe(true);
    expect(evaluate({ ...RUN, emulator: 'hidane' }, ours, theirs)).toMatchObject({ budget: 0.6, ok: false });
    expect(evaluate({ ...RUN, suite: 'wan' }, ours, theirs)).toMatchObject({ budget: 0.6, ok: false });
    expect(evaluate({ ...RUN, suite: 'mesh' }, ours, theirs)).toMatchObject({ budget: 2, ok: true });
  });

  it('are bad when one of our calls did not connect, whatever the ratio', () => {
    expect(evaluate(RUN, { name: 'Firesignal', joinMs: [10], failed: 1 }, theirs).ok).toBe(false);
  });

  it('are bad when there is nothing to compare', () => {
    const nothing = evaluate(RUN, { name: 'Firesignal', joinMs: [], failed: 0 }, theirs);
    expect(nothing).toMatchObject({ ratio: null, ok: false });
  });

  it('are printed with the budget beside the ratio', () => {
    const text = table([evaluate(RUN, { name: 'Firesignal', joinMs: [110], failed: 1 }, theirs)]);
    expect(text).toMatch(/call, 0 ms RTT, official +Firesignal +110\.0 ms .* 1 of 2 +1\.10 +≤ 1\.00 ✗/);
    expect(text).toMatch(/Socket\.IO +100\.0 ms +80\.0 ms +120\.0 ms +3 of 3/);
  });
});
