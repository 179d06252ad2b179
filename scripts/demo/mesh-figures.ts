import type { HarnessEvent, LinkReport } from '../browser/harness/contract.ts';
import { criticalPathHops, routeOf } from './hops.ts';
import type { MeshPeer, MeshRecord } from './mesh-record.ts';

/** Two members; the second one came later. */
export type Pair = { readonly present: MeshPeer; readonly joiner: MeshPeer };

export function pairsOf(members: readonly MeshPeer[]): readonly Pair[] {
  return members.flatMap((joiner, number) =>
    members.slice(0, number).map((present) => ({ present, joiner })),
  );
}

/** How many pairs so many make. */
export function pairCount(peers: number): number {
  return (peers * (peers - 1)) / 2;
}

/** When a pair was linked as both see it; NaN if it never was. */
export function linkedAt({ present, joiner }: Pair): number {
  return Math.max(connectedAt(present, joiner), connectedAt(joiner, present));
}

export function pairsConnected(members: readonly MeshPeer[]): number {
  return pairsOf(members).filter((pair) => !Number.isNaN(linkedAt(pair))).length;
}

/** How many pairs have decoded each other's video. */
export function pairsSeen(members: readonly MeshPeer[]): number {
  const sees = (one: MeshPeer, other: MeshPeer): boolean =>
    one.events.some((event) => event.kind === 'first-frame' && event.peer === other.peerId);
  return pairsOf(members).filter(({ present, joiner }) => sees(present, joiner) && sees(joiner, present))
    .length;
}

export function framesDecoded(members: readonly MeshPeer[]): number {
  return members
    .flatMap(({ links }) => links.flatMap((link) => link.framesDecoded))
    .reduce((total, frames) => total + frames, 0);
}

/**
 * How long each took from its `join()` until it was linked to all, as all see it: to all who were there before it, or in a
 * rush to all others. The first of a mesh that came one by one finds nobody, and has no such time.
 */
export function joinToAllMs({ members, plan }: MeshRecord): readonly (number | undefined)[] {
  return members.map((member, number) => {
    const others = members.slice(0, plan.isRush ? undefined : number).filter((other) => other !== member);
    if (others.length === 0) return undefined;
    const time =
      Math.max(...others.map((other) => linkedAt({ present: other, joiner: member }))) -
      timeOf(member.events, (event) => event.kind === 'join-called');
    return Number.isNaN(time) ? undefined : time;
  });
}

/** The longest critical path of any pair, and whether every joiner had answered a standing offer. */
export function pathsOf({ members }: MeshRecord): {
  readonly hops: number | undefined;
  readonly mailed: number;
  readonly standing: number;
} {
  const pairs = pairsOf(members).flatMap((pair) => {
    const views = { present: linkOf(pair.present, pair.joiner), joiner: linkOf(pair.joiner, pair.present) };
    return views.present === undefined || views.joiner === undefined
      ? []
      : [{ pair, present: views.present.signals, joiner: views.joiner.signals }];
  });
  const hops = pairs.map(({ pair, present, joiner }) =>
    criticalPathHops({
      present,
      joiner,
      joinAt: timeOf(pair.joiner.events, (event) => event.kind === 'join-called'),
      connectedAt: {
        joiner: connectedAt(pair.joiner, pair.present),
        present: connectedAt(pair.present, pair.joiner),
      },
    }),
  );
  const standing = pairs.filter(({ joiner }) => routeOf(joiner) === 'standing-offer').length;
  return {
    hops: hops.length === 0 ? undefined : Math.max(...hops),
    standing,
    mailed: pairs.length - standing,
  };
}

/**
 * How often somebody had to write the same mail once more, since candidates were found late: on a machine that is busy with
 * all peers at once. Later mail of a connection adds to the first.
 */
export function mailSaidAgain(members: readonly MeshPeer[]): number {
  return members
    .flatMap(({ links }) => links)
    .map(({ signals }) => {
      const sent = signals.filter(({ direction, route }) => direction === 'out' && route === 'mailbox');
      return sent.length - new Set(sent.map(({ conn }) => conn)).size;
    })
    .reduce((total, again) => total + again, 0);
}

export function linkOf(one: MeshPeer, other: MeshPeer): LinkReport | undefined {
  return one.links.find(({ peer }) => peer === other.peerId);
}

/** When something first happened; NaN if it did not. */
export function timeOf(events: readonly HarnessEvent[], wanted: (event: HarnessEvent) => boolean): number {
  return events.find(wanted)?.at ?? Number.NaN;
}

function connectedAt(one: MeshPeer, other: MeshPeer): number {
  return timeOf(
    one.events,
    (event) => event.kind === 'link-state' && event.peer === other.peerId && event.state === 'connected',
  );
}
