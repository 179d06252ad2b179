import { HOPS_BUDGET, MESH_BUDGETS, rushBudget, type MeshBudget } from './budgets.ts';
import {
  framesDecoded,
  joinToAllMs,
  mailSaidAgain,
  pairCount,
  pairsConnected,
  pairsSeen,
  pathsOf,
} from './mesh-figures.ts';
import type { CrashRecord, MeshPlan, MeshRecord } from './mesh-record.ts';
import {
  disagreements,
  failuresOfAll,
  maximum,
  median,
  present,
  requestStreamOf,
  rounded,
  total,
  type Run,
  type Summary,
} from './summary.ts';

/** Milliseconds from the end of the page. */
export type CrashTimes = {
  /** Until the last of the others saw its link interrupted. */
  readonly noticedMs: number | null;
  /** Until the seat was marked lost. */
  readonly markedMs: number | null;
  /** Until somebody else had the seat, and was linked to all. */
  readonly seatedMs: number | null;
  readonly linkedMs: number | null;
};

/** What `--json` prints for more than two, for a rush and for a crash. docs/demo.md explains the keys; they are stable. */
export type MeshSummary = Summary & {
  readonly ruleReads: number | null;
  /** Medians, in the order of coming. */
  readonly joinToAllMs: readonly (number | null)[];
  /** The slowest of those medians as a multiple of the second peer's. */
  readonly ratioToSecond: number | null;
  /** What one more was told. */
  readonly refused: string | null;
  /** Of the last call. */
  readonly crash: CrashTimes | null;
};

export function summarizeMesh(records: readonly MeshRecord[], plan: MeshPlan, run: Run): MeshSummary {
  const failures = failuresOfAll(records.map(failuresOfMesh), run);
  const pairs = pairCount(plan.peers);
  const connected = records.map(({ members }) => pairsConnected(members));
  const times = timesOf(records, plan.peers);
  const paths = records.map(pathsOf);
  return {
    calls: run.calls,
    connected: connected.filter((count) => count === pairs).length,
    joinToOpenMs: times.at(-1) ?? null,
    criticalPathHops: plan.isRush ? null : maximum(present(paths.map(({ hops }) => hops))),
    messagesExchanged: total(records.map(({ messages }) => messages)),
    framesDecoded: total(records.map(({ members }) => framesDecoded(members))),
    writes: maximum(present(records.map(({ ledger }) => ledger?.writes))),
    reads: maximum(present(records.map(({ ledger }) => ledger?.reads))),
    deletes: maximum(present(records.map(({ ledger }) => ledger?.deletes))),
    ruleReads: maximum(present(records.map(({ ruleReads }) => ruleReads))),
    requestStream: requestStreamOf(records),
    leftovers: total(records.map(({ leftovers }) => leftovers?.length ?? 0)),
    emulator: run.emulator,
    route: routeOf(paths),
    rttMs: run.rttMs,
    peers: plan.peers,
    pairs,
    pairsConnected: records.length < run.calls ? 0 : Math.min(...connected),
    rush: plan.isRush,
    joinToAllMs: times,
    ratioToSecond: ratioToSecond(times, plan),
    refused: records.find(({ refusal }) => refusal !== undefined)?.refusal?.code ?? null,
    crash: crashTimes(records.findLast(({ crash }) => crash !== undefined)?.crash),
    ok: failures.length === 0,
    failures,
  };
}

/** What so many may cost. */
export function meshBudget({ peers, isRush }: Pick<MeshPlan, 'peers' | 'isRush'>): MeshBudget {
  if (isRush) return rushBudget(peers);
  const budget = MESH_BUDGETS.get(peers);
  if (budget === undefined) throw new Error(`There is no budget for ${peers}.`);
  return budget;
}

/** What was not as it should be, a line each. */
export function failuresOfMesh(record: MeshRecord): readonly string[] {
  const { plan, members, messages, leftovers, refusal, crash } = record;
  const failures = record.problems.map((problem) => problem.split('\n', 1)[0] ?? '').filter(Boolean);
  const expect = (met: boolean, failure: string): void => {
    if (!met) failures.push(failure);
  };
  const pairs = pairCount(plan.peers);
  const [connected, seen] = [pairsConnected(members), pairsSeen(members)];
  expect(connected === pairs, `${connected} of ${pairs} pairs connected`);
  expect(messages === 2 * pairs, `${messages} of ${2 * pairs} messages arrived`);
  expect(seen === pairs, `${seen} of ${pairs} pairs decoded each other's video`);
  const { hops } = pathsOf(record);
  expect(
    plan.isRush || (hops !== undefined && hops > 0 && hops <= HOPS_BUDGET),
    `${hops ?? 'unknown'} hops on the critical path, ${HOPS_BUDGET} allowed`,
  );
  expect(
    refusal?.code === 'signaling/room-full',
    `one more was told ${refusal?.code ?? 'nothing'}, not signaling/room-full`,
  );
  expect(!plan.hasCrash || crash?.linkedAt !== undefined, 'nobody took the seat of the killed page');
  expect(
    leftovers?.length === 0,
    leftovers === undefined ? 'nobody could look for leftovers' : `left behind: ${leftovers.join(', ')}`,
  );
  return plan.hasCrash ? failures : [...failures, ...overspent(record)];
}

/** What cost more than its budget, or was counted in two ways. */
function overspent(record: MeshRecord): readonly string[] {
  const { ledger, ruleReads, requestStream } = record;
  if (ledger === undefined || ruleReads === undefined) return ['the ledger was not reached'];
  const allowed = allowedCosts(record);
  const counts = { ...ledger, ruleReads };
  return [
    ...(['writes', 'reads', 'ruleReads', 'deletes'] as const)
      .filter((kind) => counts[kind] > allowed[kind])
      .map((kind) => `${counts[kind]} ${COST_NAMES[kind]}, ${allowed[kind]} allowed`),
    ...disagreements(ledger, requestStream),
  ];
}

export const COST_NAMES: Readonly<Record<keyof MeshBudget, string>> = {
  writes: 'writes',
  reads: 'reads',
  ruleReads: 'rule reads',
  deletes: 'deletes',
};

/**
 * A commit that the emulator carries out twice is delivered twice: a seat to all rosters, and mail to all others. In a rush,
 * in which all gather candidates at the same time, mail may have to be written once more; the rules read three documents for it.
 */
function allowedCosts({ plan, requestStream, members }: MeshRecord): MeshBudget {
  const { writes, reads, ruleReads, deletes } = meshBudget(plan);
  const again = plan.isRush ? mailSaidAgain(members) : 0;
  const repeats = requestStream?.repeats ?? 0;
  return {
    writes: writes + again,
    reads: reads + again + repeats * (2 * plan.peers - 1),
    ruleReads: ruleReads + 3 * again,
    deletes,
  };
}

function timesOf(records: readonly MeshRecord[], peers: number): readonly (number | null)[] {
  const all = records.map(joinToAllMs);
  return Array.from({ length: peers }, (_, number) =>
    rounded(median(present(all.map((times) => times[number])))),
  );
}

/** One by one, the second is the first who finds somebody; in a rush everybody is alike. */
function ratioToSecond(times: readonly (number | null)[], { isRush }: MeshPlan): number | null {
  const second = times[1];
  const later = present(times.slice(2));
  if (isRush || !second || later.length === 0) return null;
  return Math.round((Math.max(...later) / second) * 100) / 100;
}

/** `mailbox` as soon as one pair went that way. */
function routeOf(paths: readonly ReturnType<typeof pathsOf>[]): Summary['route'] {
  if (paths.every(({ standing, mailed }) => standing + mailed === 0)) return null;
  return paths.every(({ mailed }) => mailed === 0) ? 'standing-offer' : 'mailbox';
}

export function crashTimes(crash: CrashRecord | undefined): CrashTimes | null {
  if (crash === undefined) return null;
  const since = (at: number | undefined): number | null =>
    at === undefined ? null : Math.round(at - crash.killedAt);
  return {
    noticedMs: since(maximum(crash.noticed.map(({ at }) => at)) ?? undefined),
    markedMs: since(crash.markedAt),
    seatedMs: since(crash.seatedAt),
    linkedMs: since(crash.linkedAt),
  };
}
