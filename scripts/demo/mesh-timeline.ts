import type { HarnessEvent } from '../browser/harness/contract.ts';
import { timeOf } from './mesh-figures.ts';
import type { MeshPeer } from './mesh-record.ts';

/** When each peer reached a step, in milliseconds since the epoch. */
export type MeshTimelineRow = { readonly step: string; readonly at: readonly (number | undefined)[] };

type Step = {
  readonly title: string;
  readonly at: (peer: MeshPeer, others: readonly MeshPeer[]) => number;
};

const first =
  (wanted: (event: HarnessEvent) => boolean): Step['at'] =>
  ({ events }) =>
    timeOf(events, wanted);

const is = (kind: HarnessEvent['kind']): Step['at'] => first((event) => event.kind === kind);

/** When the last of the others was the first time what is asked for. */
const ofAll =
  (wanted: (event: HarnessEvent, other: string | undefined) => boolean): Step['at'] =>
  ({ events }, others) =>
    others.length === 0
      ? Number.NaN
      : Math.max(...others.map(({ peerId }) => timeOf(events, (event) => wanted(event, peerId))));

const STEPS: readonly Step[] = [
  { title: 'signed in', at: is('signed-in') },
  { title: 'room created', at: is('room-created') },
  { title: 'lobby open', at: is('lobby') },
  { title: 'answers prepared', at: ({ events }) => answersPrepared(events) },
  { title: 'join() called', at: is('join-called') },
  { title: 'joined', at: is('joined') },
  {
    title: 'first channel open',
    at: first((event) => event.kind === 'link-state' && event.state === 'connected'),
  },
  {
    title: 'linked to all',
    at: ofAll(
      (event, other) => event.kind === 'link-state' && event.peer === other && event.state === 'connected',
    ),
  },
  {
    title: 'messages from all',
    at: ofAll((event, other) => event.kind === 'message' && event.peer === other),
  },
  {
    title: 'video of all',
    at: ofAll((event, other) => event.kind === 'first-frame' && event.peer === other),
  },
  { title: 'left', at: is('left') },
];

/** The steps of a meeting, for each peer in the order of coming. */
export function meshTimelineOf(members: readonly MeshPeer[]): readonly MeshTimelineRow[] {
  return STEPS.map(({ title, at }) => ({
    step: title,
    at: members.map((member) => {
      const time = at(
        member,
        members.filter((other) => other !== member),
      );
      return Number.isNaN(time) ? undefined : time;
    }),
  })).filter((row) => row.at.some((time) => time !== undefined));
}

/** The last answer that was ready before the join. */
function answersPrepared(events: readonly HarnessEvent[]): number {
  const joinAt = timeOf(events, (event) => event.kind === 'join-called');
  const prepared = events.findLast(
    (event) => event.kind === 'gathered' && event.description === 'answer' && event.at <= joinAt,
  );
  return prepared?.at ?? Number.NaN;
}
