import type { LobbyVisitor, RosterEntry } from 'firesignal';

/** The visitors who hold no seat. A peer id begins with the visitor's uid. */
export function waitingVisitors(
  visitors: readonly LobbyVisitor[],
  roster: readonly RosterEntry[],
): readonly LobbyVisitor[] {
  return visitors.filter(({ uid }) => !roster.some(({ peerId }) => peerId.startsWith(`${uid}~`)));
}
