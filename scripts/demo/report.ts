import { CALL_BUDGET, HOPS_BUDGET } from './budgets.ts';
import { timeOf } from './call.ts';
import type { CallRecord, SideRecord } from './call-record.ts';
import { failuresOf, type Summary } from './summary.ts';
import { signalsOf, timelineOf } from './timeline.ts';

const STEP_WIDTH = 26;
const TIME_WIDTH = 11;

/** One call for a person: what happened when, by which way, at what cost. */
export function describeCall(record: CallRecord): string {
  return [
    ...timeline(record),
    '',
    ...signals(record),
    '',
    ...paths(record),
    ...costs(record),
    ...leftovers(record),
    ...record.problems.map((problem) => `✗ ${problem}`),
    ...record.stories,
  ].join('\n');
}

function timeline(record: CallRecord): readonly string[] {
  const joinAt = timeOf(record.joiner.events, { kind: 'join-called' });
  const cells = (at: number | undefined): string =>
    at === undefined
      ? ' '.repeat(2 * TIME_WIDTH)
      : milliseconds(at - record.startedAt) +
        (at >= joinAt ? milliseconds(at - joinAt, '+') : ' '.repeat(TIME_WIDTH));
  const heading = (text: string): string => text.padStart(TIME_WIDTH);
  return [
    ''.padEnd(STEP_WIDTH) +
      [record.creator, record.joiner]
        .map(({ name }, index) => ` ${name}, who ${index === 0 ? 'waits' : 'joins'}`.padStart(2 * TIME_WIDTH))
        .join('  '),
    ''.padEnd(STEP_WIDTH) +
      `${heading('start')}${heading('join()')}  ${heading('start')}${heading('join()')}`,
    ...timelineOf(record).map((row) =>
      `${row.step.padEnd(STEP_WIDTH)}${cells(row.creator)}  ${cells(row.joiner)}`.trimEnd(),
    ),
  ];
}

function signals(record: CallRecord): readonly string[] {
  const joinAt = timeOf(record.joiner.events, { kind: 'join-called' });
  return [
    'Signals, after join()',
    ...signalsOf(record).map(
      ({ at, from, to, route, parts, conn, rev }) =>
        `  ${at < joinAt ? 'before'.padStart(TIME_WIDTH) : milliseconds(at - joinAt, '+')}  ${from} → ${to}  ${route.padEnd(8)} ${parts.padEnd(20)} conn ${conn}, rev ${rev}`,
    ),
  ];
}

function paths(record: CallRecord): readonly string[] {
  const pair = ({ name, link }: SideRecord): string =>
    link?.pair === undefined
      ? `${name}: none`
      : `${name}: ${link.pair.local} → ${link.pair.remote} (${link.pair.protocol})`;
  return [
    line('Candidates', `${pair(record.creator)} · ${pair(record.joiner)}`),
    line('Route', record.route ?? 'none'),
    line('Critical path', budgeted(record.hops, HOPS_BUDGET, 'hop')),
    line(
      'join() → open',
      record.joinToOpenMs === undefined ? 'never' : `${record.joinToOpenMs.toFixed(1)} ms`,
    ),
    line('Messages', `${record.messages}`),
    line(
      'Frames decoded',
      `${record.creator.name} ${record.frames.creator} · ${record.joiner.name} ${record.frames.joiner}`,
    ),
  ];
}

function costs({ ledger, requestStream }: CallRecord): readonly string[] {
  const kinds = ['writes', 'reads', 'deletes'] as const;
  return [
    line(
      'Documents',
      kinds.map((kind) => `${kind} ${budgeted(ledger?.[kind], CALL_BUDGET[kind])}`).join(' · '),
    ),
    line('Request stream', countedByEmulator(requestStream)),
  ];
}

export function countedByEmulator(requestStream: CallRecord['requestStream']): string {
  if (requestStream === null) return 'this emulator has none';
  if (requestStream === undefined) return 'not reached';
  const { writes, deletes } = requestStream;
  return `writes ${writes} · deletes ${deletes}${repeats(requestStream.repeats)}`;
}

function repeats(number: number): string {
  return number === 0 ? '' : ` · commits carried out twice ${number}`;
}

export function leftovers({ leftovers: paths }: Pick<CallRecord, 'leftovers'>): readonly string[] {
  return [
    line(
      'Left behind',
      paths === undefined ? 'not reached' : paths.length === 0 ? 'nothing' : paths.join(', '),
    ),
  ];
}

/** One line for one of many calls. */
export function describeBriefly(record: CallRecord, number: number): string {
  const failures = failuresOf(record);
  const head = `${failures.length === 0 ? '✓' : '✗'} call ${String(number).padStart(3)}`;
  const { ledger } = record;
  return [
    `${head}  ${record.joinToOpenMs === undefined ? 'not connected' : `${record.joinToOpenMs.toFixed(0).padStart(5)} ms`}`,
    `hops ${record.hops ?? '–'}`,
    `writes ${ledger?.writes ?? '–'}`,
    `reads ${ledger?.reads ?? '–'}`,
    `deletes ${ledger?.deletes ?? '–'}`,
    ...failures,
  ].join(' · ');
}

/** The end of the demo, in a few lines. */
export function describeSummary(summary: Summary): string {
  return [
    `${summary.connected} of ${summary.calls} calls connected, in ${summary.joinToOpenMs ?? '–'} ms (median), ` +
      `${summary.messagesExchanged} messages, ${summary.framesDecoded} frames, ${summary.leftovers} documents left, ` +
      `${summary.emulator} emulator${summary.rttMs > 0 ? `, ${summary.rttMs} ms RTT` : ''}.`,
    ...summary.failures.map((failure) => `✗ ${failure}`),
    summary.ok ? '✓ Everything happened.' : '✗ Not everything happened.',
  ].join('\n');
}

export function line(title: string, text: string): string {
  return `${title.padEnd(16)}${text}`;
}

export function budgeted(value: number | undefined, budget: number, unit?: string): string {
  if (value === undefined) return `unknown of ${budget}`;
  const name = unit === undefined ? '' : ` ${unit}${value === 1 ? '' : 's'}`;
  return `${value}${name} of ${budget}${value > budget ? ' ✗' : ''}`;
}

export function milliseconds(value: number, sign = ''): string {
  return `${sign}${value.toFixed(0)} ms`.padStart(TIME_WIDTH);
}
