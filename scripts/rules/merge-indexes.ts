import type { Places } from '@firesignal/protocol';
import { MergeRefusal } from './merge-refusal.ts';

type Override = { readonly collectionGroup: string; readonly fieldPath: string };
type Indexes = { readonly fieldOverrides?: readonly Override[] };

/**
 * Adds Firesignal's indexes and expiry to somebody's `firestore.indexes.json`. Both go by the name of a collection, wherever it
 * is. With a prefix those names are Firesignal's own: what the file has for them is replaced. Without one an entry that is there
 * already and differs is somebody else's.
 *
 * @throws {@link MergeRefusal}
 */
export function mergeIndexes(theirs: string, own: string, places: Places): string {
  const placed = overridesOf(own).map((override) => ({
    ...override,
    collectionGroup: places.storedName(override.collectionGroup),
  }));
  const others = foreign(overridesOf(theirs), placed, places.storedName('') !== '');
  const merged = { ...indexesOf(theirs), fieldOverrides: [...others, ...placed] };
  return `${JSON.stringify(merged, undefined, 2)}\n`;
}

function foreign(
  overrides: readonly Override[],
  placed: readonly Override[],
  hasPrefix: boolean,
): readonly Override[] {
  const groups = new Set(placed.map(({ collectionGroup }) => collectionGroup));
  if (hasPrefix) return overrides.filter(({ collectionGroup }) => !groups.has(collectionGroup));
  const wanted = new Map(placed.map((override) => [nameOf(override), JSON.stringify(override)]));
  return overrides.filter((override) => {
    const same = wanted.get(nameOf(override));
    if (same === undefined) return true;
    if (same === JSON.stringify(override)) return false;
    throw new MergeRefusal(
      `The indexes have another entry for the field ${nameOf(override)}, which Firesignal needs in its own way. Choose a ` +
        'collection prefix. Or remove the entry, if it is from an earlier version of Firesignal.',
    );
  });
}

function nameOf({ collectionGroup, fieldPath }: Override): string {
  return `${collectionGroup}.${fieldPath}`;
}

function overridesOf(text: string): readonly Override[] {
  return indexesOf(text).fieldOverrides ?? [];
}

function indexesOf(text: string): Indexes {
  try {
    const indexes: unknown = JSON.parse(text);
    if (typeof indexes === 'object' && indexes !== null && hasOverrides(indexes)) return indexes;
  } catch {
    // Said below.
  }
  throw new MergeRefusal(
    'The indexes must be one JSON object without comments, with "fieldOverrides" as `firebase firestore:indexes` prints them.',
  );
}

function hasOverrides(indexes: object): indexes is Indexes {
  if (Array.isArray(indexes)) return false;
  const { fieldOverrides = [] } = indexes as { readonly fieldOverrides?: unknown };
  return Array.isArray(fieldOverrides) && fieldOverrides.every(isOverride);
}

function isOverride(value: unknown): value is Override {
  const { collectionGroup, fieldPath } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof collectionGroup === 'string' && typeof fieldPath === 'string';
}
