import type { EmulatorKind } from '../setup/known-tools.mjs';
import { CALL_BUDGET, HOPS_BUDGET } from './budgets.ts';
import type { CallRecord } from './call-record.ts';
import type { WriteCounts } from './request-stream.ts';

/** The object that `--json` prints. docs/demo.md explains the keys; they are stable. */
export type Summary = {
  readonly calls: number;
  readonly connected: number;
  readonly joinToOpenMs: number | null;
  readonly criticalPathHops: number | null;
  readonly messagesExchanged: number;
  readonly framesDecoded: number;
  readonly writes: number | null;
  readonly reads: number | null;
  readonly deletes: number | null;
  readonly requestStream: WriteCounts | null;
  readonly leftovers: number;
  readonly emulator: EmulatorKind;
  readonly route: 'standing-offer' | 'mailbox' | null;
  readonly rttMs: number;
  readonly ok: boolean;
  /** One line for everything that was not as it should be. */
  readonly failures: readonly string[];
};

export function summarize(
  records: readonly CallRecord[],
  run: { readonly emulator: EmulatorKind; readonly rttMs: number; readonly calls: number },
): Summary {
  const failures = records.flatMap((record, index) =>
    failuresOf(record).map((failure) => (run.calls > 1 ? `call ${index + 1}: ${failure}` : failure)),
  );
  if (records.length < run.calls) failures.push(`${records.length} of ${run.calls} calls were made`);
  const streams = present(records.map((record) => record.requestStream));
  return {
    calls: run.calls,
    connected: records.filter((record) => record.joinToOpenMs !== undefined).length,
    joinToOpenMs: rounded(median(present(records.map((record) => record.joinToOpenMs)))),
    criticalPathHops: maximum(present(records.map((record) => record.hops))),
    messagesExchanged: total(records.map((record) => record.messages)),
    framesDecoded: total(records.map(({ frames }) => frames.creator + frames.joiner)),
    writes: maximum(present(records.map((record) => record.ledger?.writes))),
    reads: maximum(present(records.map((record) => record.ledger?.reads))),
    deletes: maximum(present(records.map((record) => record.ledger?.deletes))),
    requestStream:
      streams.length === 0
        ? null
        : {
            writes: Math.max(...streams.map(({ writes }) => writes)),
            deletes: Math.max(...streams.map(({ deletes }) => deletes)),
            repeats: total(streams.map(({ repeats }) => repeats)),
          },
    leftovers: total(records.map((record) => record.leftovers?.length ?? 0)),
    emulator: run.emulator,
    route: routeOfAll(records),
    rttMs: run.rttMs,
    ok: failures.length === 0,
    failures,
  };
}

/** A commit that the emulator carries out twice is delivered twice: a seat to both rosters, and mail to its recipient. */
const DELIVERIES_OF_A_REPEAT = 3;

/** What was not as it should be in one call, a line each. */
export function failuresOf(record: CallRecord): readonly string[] {
  const { ledger, requestStream, leftovers, hops, frames } = record;
  const failures = record.problems.map((problem) => problem.split('\n', 1)[0] ?? '').filter(Boolean);
  const expect = (met: boolean, failure: string): void => {
    if (!met) failures.push(failure);
  };
  expect(record.joinToOpenMs !== undefined, 'the pages did not connect');
  expect(record.messages > 0, 'no messages were exchanged');
  expect(frames.creator > 0 && frames.joiner > 0, 'no video was decoded on one side');
  expect(
    hops !== undefined && hops > 0 && hops <= HOPS_BUDGET,
    `${hops ?? 'unknown'} hops on the critical path, ${HOPS_BUDGET} allowed`,
  );
  expect(
    leftovers?.length === 0,
    leftovers === undefined ? 'nobody could look for leftovers' : `left behind: ${leftovers.join(', ')}`,
  );
  if (ledger === undefined) return [...failures, 'the ledger was not reached'];
  const allowed = {
    ...CALL_BUDGET,
    reads: CALL_BUDGET.reads + (requestStream?.repeats ?? 0) * DELIVERIES_OF_A_REPEAT,
  };
  for (const kind of ['writes', 'reads', 'deletes'] as const)
    expect(ledger[kind] <= allowed[kind], `${ledger[kind]} ${kind}, ${allowed[kind]} allowed`);
  if (requestStream)
    for (const kind of ['writes', 'deletes'] as const)
      expect(
        requestStream[kind] === ledger[kind],
        `the ledger has ${ledger[kind]} ${kind}, the emulator's request stream ${requestStream[kind]}`,
      );
  return failures;
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  if (upper === undefined) return null;
  const lower = sorted[Math.ceil(middle) - 1] ?? upper;
  return (lower + upper) / 2;
}

/** `mailbox` as soon as one call went that way. */
function routeOfAll(records: readonly CallRecord[]): Summary['route'] {
  const routes = present(records.map((record) => record.route));
  if (routes.length === 0) return null;
  return routes.every((route) => route === 'standing-offer') ? 'standing-offer' : 'mailbox';
}

function present<T>(values: readonly (T | null | undefined)[]): readonly T[] {
  return values.filter((value): value is T => value !== undefined && value !== null);
}

function maximum(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
