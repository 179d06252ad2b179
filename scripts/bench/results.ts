import { median } from '../demo/summary.ts';
import { JOIN_RATIO_BUDGET } from '../demo/budgets.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';

export const SUITES = ['call', 'wan', 'mesh'] as const;
export type Suite = (typeof SUITES)[number];

/** Whether each call is made by new pages, as a person's first is, or all by the same ones. */
export type Pages = 'new' | 'kept';

/** What was measured of one contender in one suite. */
export type Sample = {
  readonly name: string;
  /** Milliseconds, one for each call that connected. */
  readonly joinMs: readonly number[];
  /** Calls that did not connect in time. */
  readonly failed: number;
};

export type SuiteResult = {
  readonly suite: Suite;
  readonly emulator: EmulatorKind;
  readonly rttMs: number;
  readonly media: 'camera' | 'none';
  readonly pages: Pages;
  readonly runs: number;
  readonly contenders: readonly ContenderResult[];
  /** Median of Firesignal over median of the reference; in a mesh, of the sixth to come over the second. */
  readonly ratio: number | null;
  readonly budget: number;
  readonly ok: boolean;
};

export type ContenderResult = Sample & {
  readonly medianMs: number | null;
  readonly fastestMs: number | null;
  readonly slowestMs: number | null;
};

export function evaluate(
  run: Pick<SuiteResult, 'suite' | 'emulator' | 'rttMs' | 'media' | 'pages' | 'runs'>,
  ours: Sample,
  theirs: Sample,
): SuiteResult {
  const contenders = [ours, theirs].map(describe);
  const [mine, reference] = contenders.map(({ medianMs }) => medianMs);
  const ratio = typeof mine === 'number' && typeof reference === 'number' ? mine / reference : null;
  const budget = JOIN_RATIO_BUDGET[run.suite][run.emulator];
  return {
    ...run,
    contenders,
    ratio,
    budget,
    ok: ratio !== null && ratio <= budget && ours.failed === 0,
  };
}

function describe(sample: Sample): ContenderResult {
  const { joinMs } = sample;
  return {
    ...sample,
    medianMs: median(joinMs),
    fastestMs: joinMs.length === 0 ? null : Math.min(...joinMs),
    slowestMs: joinMs.length === 0 ? null : Math.max(...joinMs),
  };
}

/** The results for a person, with the budget beside what it is for. */
export function table(results: readonly SuiteResult[]): string {
  const head = ['suite', 'signaling', 'median', 'fastest', 'slowest', 'connected', 'ratio', 'budget'];
  const rows = results.flatMap((result) =>
    result.contenders.map((contender, index) => [
      index === 0 ? `${result.suite}, ${result.rttMs} ms RTT, ${result.emulator}` : '',
      contender.name,
      milliseconds(contender.medianMs),
      milliseconds(contender.fastestMs),
      milliseconds(contender.slowestMs),
      `${contender.joinMs.length} of ${contender.joinMs.length + contender.failed}`,
      index === 0 ? (result.ratio?.toFixed(2) ?? '–') : '1.00',
      index === 0 ? `≤ ${result.budget.toFixed(2)} ${result.ok ? '✓' : '✗'}` : '',
    ]),
  );
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} ms`;
}
