import { HOPS_BUDGET, JOIN_TO_ALL_RATIO_BUDGET, type MeshBudget } from './budgets.ts';
import {
  framesDecoded,
  joinToAllMs,
  mailSaidAgain,
  pairCount,
  pairsConnected,
  pairsSeen,
  pathsOf,
} from './mesh-figures.ts';
import type { MeshRecord } from './mesh-record.ts';
import { COST_NAMES, crashTimes, failuresOfMesh, meshBudget, type MeshSummary } from './mesh-summary.ts';
import { meshTimelineOf } from './mesh-timeline.ts';
import { budgeted, countedByEmulator, leftovers, line, milliseconds } from './report.ts';

const STEP_WIDTH = 20;
const TIME_WIDTH = 11;
const COSTS = ['writes', 'reads', 'ruleReads', 'deletes'] as const;

/** One meeting for a person: who did what when, how long each join took, at what cost. */
export function describeMesh(record: MeshRecord): string {
  return [
    ...timeline(record),
    '',
    ...joins(record),
    '',
    ...outcome(record),
    ...costs(record),
    ...leftovers(record),
    ...refusal(record),
    ...crash(record),
    ...record.problems.map((problem) => `✗ ${problem}`),
    ...record.stories,
  ].join('\n');
}

function timeline({ members, startedAt }: MeshRecord): readonly string[] {
  return [
    ''.padEnd(STEP_WIDTH) + members.map(({ name }) => name.padStart(TIME_WIDTH)).join(''),
    ...meshTimelineOf(members).map(({ step, at }) =>
      (
        step.padEnd(STEP_WIDTH) +
        at
          .map((time) => (time === undefined ? ' '.repeat(TIME_WIDTH) : milliseconds(time - startedAt)))
          .join('')
      ).trimEnd(),
    ),
  ];
}

/** Each join, and how it compares to the second peer's, the first who found somebody. */
function joins(record: MeshRecord): readonly string[] {
  const { members, plan } = record;
  const times = joinToAllMs(record);
  const second = times[1];
  return [
    plan.isRush
      ? 'From join() to linked to all, everybody at the same moment'
      : 'From join() to linked to all who were there, as all see it',
    ...members.map(({ name }, number) => {
      const time = times[number];
      const text = time === undefined ? '–'.padStart(TIME_WIDTH) : milliseconds(time);
      return `  ${name.padEnd(STEP_WIDTH - 2)}${text}${plan.isRush ? '' : ratio(time, second, number)}`;
    }),
  ];
}

function ratio(time: number | undefined, second: number | undefined, number: number): string {
  if (time === undefined || second === undefined || number < 2) return '';
  return `   ${(time / second).toFixed(2)} times the second's, ${JOIN_TO_ALL_RATIO_BUDGET.toFixed(1)} is the budget`;
}

function outcome(record: MeshRecord): readonly string[] {
  const { members, plan, messages } = record;
  const pairs = pairCount(plan.peers);
  const { hops, standing, mailed } = pathsOf(record);
  return [
    line('Pairs', `${pairsConnected(members)} of ${pairs} connected`),
    line(
      'Routes',
      `${standing} standing offers answered · ${mailed} pairs by mail${again(mailSaidAgain(members))}`,
    ),
    ...(plan.isRush ? [] : [line('Critical path', budgeted(hops, HOPS_BUDGET, 'hop'))]),
    line('Messages', `${messages} of ${2 * pairs}`),
    line(
      'Video',
      `${pairsSeen(members)} of ${pairs} pairs see each other · ${framesDecoded(members)} frames`,
    ),
  ];
}

function again(mail: number): string {
  return mail === 0 ? '' : ` · ${mail} written once more, for late candidates`;
}

function costs({ plan, ledger, ruleReads, requestStream }: MeshRecord): readonly string[] {
  if (plan.hasCrash) return [line('Documents', 'not counted: the killed page has taken its ledger with it')];
  const counts = { ...ledger, ruleReads };
  const beside = (budget: MeshBudget): string =>
    COSTS.map((kind) => `${COST_NAMES[kind]} ${budgeted(counts[kind], budget[kind])}`).join(' · ');
  return [
    line('Documents', beside(meshBudget(plan))),
    ...(plan.isRush ? [line('', `one by one: ${beside(meshBudget({ ...plan, isRush: false }))}`)] : []),
    line('Request stream', countedByEmulator(requestStream)),
  ];
}

function refusal({ refusal: told }: MeshRecord): readonly string[] {
  return told === undefined ? [] : [line('One more', `${told.name} was told ${told.code}: ${told.reason}`)];
}

function crash({ crash: record }: MeshRecord): readonly string[] {
  const times = crashTimes(record);
  if (record === undefined || times === null) return [];
  const { victim, newcomer, noticed, killedAt } = record;
  const after = (ms: number | null): string => (ms === null ? 'never'.padStart(TIME_WIDTH) : seconds(ms));
  return [
    '',
    `After the end of ${victim}'s page`,
    ...noticed.map(({ name, at }) => `${seconds(at - killedAt)}  ${name} sees the link interrupted`),
    `${after(times.markedMs)}  the seat is marked lost`,
    `${after(times.seatedMs)}  ${newcomer}, who keeps trying, has the seat`,
    `${after(times.linkedMs)}  ${newcomer} is linked to all`,
  ];
}

function seconds(ms: number): string {
  return `+${(ms / 1_000).toFixed(1)} s`.padStart(TIME_WIDTH);
}

/** One line for one of many. */
export function describeMeshBriefly(record: MeshRecord, number: number): string {
  const failures = failuresOfMesh(record);
  const { members, plan, ledger, ruleReads } = record;
  const times = joinToAllMs(record)
    .slice(plan.isRush ? 0 : 1)
    .map((time) => time?.toFixed(0) ?? '–');
  return [
    `${failures.length === 0 ? '✓' : '✗'} call ${String(number).padStart(3)}  ${pairsConnected(members)} of ${pairCount(plan.peers)} pairs`,
    `${times.join(' ')} ms`,
    ...COSTS.map((kind) => `${COST_NAMES[kind]} ${{ ...ledger, ruleReads }[kind] ?? '–'}`),
    ...failures,
  ].join(' · ');
}

/** The end of the demo, in a few lines. */
export function describeMeshSummary(summary: MeshSummary): string {
  const { connected, calls, peers, pairs, ratioToSecond, emulator, rttMs } = summary;
  const times = summary.joinToAllMs.filter((time) => time !== null).map((time) => time.toFixed(0));
  const ratioText =
    ratioToSecond === null
      ? ''
      : `, at most ${ratioToSecond.toFixed(2)} times the second's (budget ${JOIN_TO_ALL_RATIO_BUDGET.toFixed(1)})`;
  return [
    `${connected} of ${calls}: ${peers} peers, ${pairs} pairs, ${summary.rush ? 'all at once' : 'one by one'}, each linked to all ` +
      `after ${times.join(', ') || '–'} ms (medians)${ratioText}, ${summary.messagesExchanged} messages, ` +
      `${summary.framesDecoded} frames, ${summary.leftovers} documents left, ` +
      `${emulator} emulator${rttMs > 0 ? `, ${rttMs} ms RTT` : ''}.`,
    ...summary.failures.map((failure) => `✗ ${failure}`),
    summary.ok ? '✓ Everything happened.' : '✗ Not everything happened.',
  ].join('\n');
}
