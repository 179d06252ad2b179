import type { LedgerCounts } from 'firesignal';
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
  /** How many met in each call, and how many pairs that makes. */
  readonly peers: number;
  readonly pairs: number;
  /** The fewest of all calls. */
  readonly pairsConnected: number;
  readonly rush: boolean;
  readonly ok: boolean;
  /** One line for everything that was not as it should be. */
  readonly failures: readonly string[];
};

/** How the calls were made. */
export type Run = { readonly emulator: EmulatorKind; readonly rttMs: number; readonly calls: number };

/** A call of two. */
export function summarize(records: readonly CallRecord[], run: Run): Summary {
  const failures = failuresOfAll(records.map(failuresOf), run);
  const connected = records.filter((record) => record.joinToOpenMs !== undefined).length;
  return {
    calls: run.calls,
    connected,
    joinToOpenMs: rounded(median(present(records.map((record) => record.joinToOpenMs)))),
    criticalPathHops: maximum(present(records.map((record) => record.hops))),
    messagesExchanged: total(records.map((record) => record.messages)),
    framesDecoded: total(records.map(({ frames }) => frames.creator + frames.joiner)),
    writes: maximum(present(records.map((record) => record.ledger?.writes))),
    reads: maximum(present(records.map((record) => record.ledger?.reads))),
    deletes: maximum(present(records.map((record) => record.ledger?.deletes))),
    requestStream: requestStreamOf(records),
    leftovers: total(records.map((record) => record.leftovers?.length ?? 0)),
    emulator: run.emulator,
    route: routeOfAll(records),
    rttMs: run.rttMs,
    peers: 2,
    pairs: 1,
    pairsConnected: connected === run.calls ? 1 : 0,
    rush: false,
    ok: failures.length === 0,
    failures,
  };
}

/** A line for everything that went wrong, with the number of its call where there are many. */
export function failuresOfAll(
  failuresOfEach: readonly (readonly string[])[],
  { calls }: Run,
): readonly string[] {
  const failures = failuresOfEach.flatMap((failures, index) =>
    failures.map((failure) => (calls > 1 ? `call ${index + 1}: ${failure}` : failure)),
  );
  const made = failuresOfEach.length;
  return made < calls ? [...failures, `${made} of ${calls} calls were made`] : failures;
}

/** The largest counts of any call, and all repeats. */
export function requestStreamOf(
  records: readonly { readonly requestStream?: WriteCounts | null }[],
): WriteCounts | null {
  const streams = present(records.map((record) => record.requestStream));
  if (streams.length === 0) return null;
  return {
    writes: Math.max(...streams.map(({ writes }) => writes)),
    deletes: Math.max(...streams.map(({ deletes }) => deletes)),
    repeats: total(streams.map(({ repeats }) => repeats)),
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
  return [...failures, ...disagreements(ledger, requestStream)];
}

/** Ledger and emulator have to count alike, where the emulator counts. */
export function disagreements(
  ledger: LedgerCounts,
  requestStream: WriteCounts | null | undefined,
): readonly string[] {
  if (!requestStream) return [];
  return (['writes', 'deletes'] as const)
    .filter((kind) => requestStream[kind] !== ledger[kind])
    .map(
      (kind) =>
        `the ledger has ${ledger[kind]} ${kind}, the emulator's request stream ${requestStream[kind]}`,
    );
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

export function present<T>(values: readonly (T | null | undefined)[]): readonly T[] {
  return values.filter((value): value is T => value !== undefined && value !== null);
}

export function maximum(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
