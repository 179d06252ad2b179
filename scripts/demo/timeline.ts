import type { EventKind, HarnessEvent } from '../browser/harness/contract.ts';
import type { CallRecord, SideRecord } from './call-record.ts';

/** When each side reached a step, in milliseconds since the epoch. */
export type TimelineRow = {
  readonly step: string;
  readonly creator: number | undefined;
  readonly joiner: number | undefined;
};

type Step = {
  readonly title: string;
  readonly reached: (event: HarnessEvent) => boolean;
};

const is =
  (kind: EventKind): Step['reached'] =>
  (event) =>
    event.kind === kind;

const STEPS: readonly Step[] = [
  { title: 'signed in', reached: is('signed-in') },
  { title: 'room created', reached: is('room-created') },
  { title: 'lobby open', reached: is('lobby') },
  {
    title: 'answer prepared',
    reached: (event) => event.kind === 'gathered' && event.description === 'answer',
  },
  { title: 'join() called', reached: is('join-called') },
  {
    title: 'standing offer answered',
    reached: (event) =>
      event.kind === 'signal' && event.trace.route === 'mailbox' && event.trace.parts.includes('answer'),
  },
  { title: 'joined', reached: is('joined') },
  { title: 'connected', reached: is('ice-connected') },
  { title: 'channel open', reached: (event) => event.kind === 'link-state' && event.state === 'connected' },
  { title: 'first message', reached: is('message') },
  { title: 'first frame decoded', reached: is('first-frame') },
  { title: 'left', reached: is('left') },
];

/** The steps of a call in the order in which they were reached. */
export function timelineOf({ creator, joiner }: CallRecord): readonly TimelineRow[] {
  return STEPS.map(({ title, reached }) => ({
    step: title,
    creator: creator.events.find(reached)?.at,
    joiner: joiner.events.find(reached)?.at,
  })).filter((row) => row.creator !== undefined || row.joiner !== undefined);
}

/** One signal between the two, as its sender saw it. */
export type SignalRow = {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly route: string;
  readonly parts: string;
  readonly conn: number;
  readonly rev: number;
};

/**
 * Every signal and the way it went. A standing offer was sent before there was anybody to send it to: its row is the
 * moment when the joiner took it.
 */
export function signalsOf({ creator, joiner }: CallRecord): readonly SignalRow[] {
  const rows = (from: SideRecord, to: SideRecord): readonly SignalRow[] => [
    ...traces(from, 'out').map((trace) => rowOf(trace, from, to)),
    ...traces(to, 'in')
      .filter(({ route }) => route === 'beacon')
      .map((trace) => rowOf(trace, from, to)),
  ];
  return [...rows(creator, joiner), ...rows(joiner, creator)].sort((a, b) => a.at - b.at);
}

type Trace = NonNullable<SideRecord['link']>['signals'][number];

function traces(side: SideRecord, direction: Trace['direction']): readonly Trace[] {
  return (side.link?.signals ?? []).filter(
    (trace) => trace.direction === direction && (direction === 'in' || trace.route !== 'beacon'),
  );
}

function rowOf(trace: Trace, from: SideRecord, to: SideRecord): SignalRow {
  return {
    at: trace.at,
    from: from.name,
    to: to.name,
    route: trace.route,
    parts: trace.parts.join(' + ') || 'state',
    conn: trace.conn,
    rev: trace.rev,
  };
}
