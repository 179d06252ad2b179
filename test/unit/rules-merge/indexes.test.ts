import { describe, expect, it } from 'vitest';
import { mergeIndexes } from '../../../scripts/rules/merge-indexes.ts';
import { OWN_INDEXES, PLACEMENT, placesOf, THEIR_INDEXES } from '../../support/sample-project/files.ts';

type Override = { readonly collectionGroup: string; readonly fieldPath: string; readonly ttl?: boolean };
type Indexes = { readonly indexes: readonly unknown[]; readonly fieldOverrides: readonly Override[] };

const parse = (text: string): Indexes => JSON.parse(text) as Indexes;
const merge = (theirs: string, placement: object = PLACEMENT): string =>
  mergeIndexes(theirs, OWN_INDEXES, placesOf(placement));
const isOwn = ({ collectionGroup }: Override): boolean => collectionGroup.startsWith('fs_');

describe('rules:merge › indexes', () => {
  it('[PL9] keeps theirs, and adds Firesignal’s under the prefixed names', () => {
    const merged = parse(merge(THEIR_INDEXES));
    const theirs = parse(THEIR_INDEXES);
    expect(merged.indexes).toEqual(theirs.indexes);
    expect(merged.fieldOverrides.filter((override) => !isOwn(override))).toEqual(theirs.fieldOverrides);
    expect(merged.fieldOverrides.filter(isOwn)).toEqual(
      parse(OWN_INDEXES).fieldOverrides.map((override) => ({
        ...override,
        collectionGroup: `fs_${override.collectionGroup}`,
      })),
    );
  });

  it('[PL9] has the expiry of everything that clients write', () => {
    const expiring = parse(merge('{}')).fieldOverrides.filter(({ ttl }) => ttl === true);
    expect(expiring.map(({ collectionGroup }) => collectionGroup)).toEqual(
      expect.arrayContaining(['fs_rooms', 'fs_admissions', 'fs_seats', 'fs_beacons', 'fs_from']),
    );
  });

  it('[PL9] changes nothing when it is done again', () => {
    const once = merge(THEIR_INDEXES);
    expect(merge(once)).toBe(once);
  });

  it('[PL9] replaces what an earlier version has left under the prefixed names', () => {
    const old = { collectionGroup: 'fs_rooms', fieldPath: 'gone', indexes: [] };
    const theirs = parse(THEIR_INDEXES);
    const before = JSON.stringify({ ...theirs, fieldOverrides: [old, ...theirs.fieldOverrides] });
    expect(merge(before)).toBe(merge(THEIR_INDEXES));
  });

  it('[PL7] refuses, without a prefix, to take over what a file has for a collection of the same name', () => {
    expect(() => merge(THEIR_INDEXES, { root: 'apps/calls' })).toThrow(
      /another entry for the field rooms\.expiresAt[^]*collection prefix/,
    );
  });

  it('[PL9] knows its own again without a prefix', () => {
    const once = merge('{"indexes": []}', {});
    expect(merge(once, {})).toBe(once);
  });

  it.each(['', '[]', 'null', '// comment\n{}', '{"fieldOverrides": {}}', '{"fieldOverrides": [null]}'])(
    '[PL7] refuses %j, and says what to do',
    (text) => {
      expect(() => merge(text)).toThrow(/must be one JSON object without comments/);
    },
  );
});
