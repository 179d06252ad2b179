import type { RosterEntry } from 'firesignal';
import { displayName } from '../lib/display-name.ts';

/** What has changed from one roster to the next, in words. */
export function rosterChanges(
  before: readonly RosterEntry[],
  after: readonly RosterEntry[],
): readonly string[] {
  const came = missingFrom(before, after).map((entry) => `${displayName(entry.name)} has joined`);
  const went = missingFrom(after, before).map((entry) => `${displayName(entry.name)} has left`);
  return [...came, ...went];
}

/** The others among `entries` that `reference` does not name. */
function missingFrom(
  reference: readonly RosterEntry[],
  entries: readonly RosterEntry[],
): readonly RosterEntry[] {
  const known = new Set(reference.map((entry) => entry.peerId));
  return entries.filter((entry) => !entry.isSelf && !known.has(entry.peerId));
}
