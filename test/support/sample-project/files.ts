import { readFileSync } from 'node:fs';
import { checkPlacement, placesAt, type Placement, type Places } from '@firesignal/protocol';

/* A project that has rules and indexes already, with names that Firesignal uses for something else. */

const read = (url: URL): string => readFileSync(url, 'utf8');

export const THEIR_RULES = read(new URL('firestore.rules', import.meta.url));
export const THEIR_INDEXES = read(new URL('firestore.indexes.json', import.meta.url));
export const OWN_RULES = read(new URL('../../../firestore.rules', import.meta.url));
export const OWN_INDEXES = read(new URL('../../../firestore.indexes.json', import.meta.url));

/** Where Firesignal's documents lie in that project. */
export const PLACEMENT = { root: 'apps/calls', collectionPrefix: 'fs_' } as const satisfies Placement;

export function placesOf(placement: Placement): Places {
  const checked = checkPlacement(placement);
  if (!checked.ok) throw new Error(checked.problem);
  return placesAt(checked.value);
}
