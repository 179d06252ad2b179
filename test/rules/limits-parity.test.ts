import { readFileSync } from 'node:fs';
import {
  ACCESS_MODES,
  LIMITS,
  PATTERNS,
  ROLES,
  admissionPath,
  banPath,
  beaconPath,
  invitePath,
  knockPath,
  mailPath,
  memberPath,
  presencePath,
  quotaPath,
  roomPath,
  seatPath,
  tryPath,
  visitPath,
} from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withConstants } from '../../scripts/rules/constants.ts';
import { shapesFor } from '../support/shapes.ts';
import { RULES } from './support/environment.ts';

/** The paths of all matches, with those they are nested in. */
function matches(rules: string): readonly string[] {
  const found: string[] = [];
  const open: { readonly indent: number; readonly path: string }[] = [];
  for (const line of rules.split('\n')) {
    const match = /^( *)match (\S+) \{/.exec(line);
    if (match === null) continue;
    const [, spaces = '', path = ''] = match;
    while ((open.at(-1)?.indent ?? -1) >= spaces.length) open.pop();
    open.push({ indent: spaces.length, path });
    found.push(open.map((one) => one.path).join(''));
  }
  return found;
}

const DATABASE = '/databases/{database}/documents';

describe('rules and protocol', () => {
  it('[GN9] has one match for each path of the protocol, and the default deny', () => {
    expect([...matches(RULES)].sort()).toEqual(
      [
        DATABASE,
        `${DATABASE}/{document=**}`,
        `${DATABASE}/${roomPath('{roomId}')}`,
        `${DATABASE}/${admissionPath('{roomId}', '{uid}')}`,
        `${DATABASE}/${seatPath('{roomId}', '{seat}')}`,
        `${DATABASE}/${beaconPath('{roomId}', '{peer}')}`,
        `${DATABASE}/${mailPath('{roomId}', '{to}', '{seat}')}`,
        `${DATABASE}/${invitePath('{roomId}', '{hash}')}`,
        `${DATABASE}/${knockPath('{roomId}', '{uid}')}`,
        `${DATABASE}/${banPath('{roomId}', '{uid}')}`,
        `${DATABASE}/${memberPath('{roomId}', '{uid}')}`,
        `${DATABASE}/${tryPath('{roomId}', '{uid}')}`,
        `${DATABASE}/${roomPath('{roomId}')}/secrets/{name}`,
        `${DATABASE}/${quotaPath('{uid}')}`,
        `${DATABASE}/${visitPath('{visit}')}`,
        `${DATABASE}/${presencePath('{uid}')}`,
      ].sort(),
    );
  });

  it('[GN9] has the constants of the protocol: if not, run npm run rules:sync', () => {
    expect(withConstants(RULES)).toBe(RULES);
  });

  it('[GN9] notices a constant that differs, is missing or is not used', () => {
    const differs = RULES.replace(
      /function capacityMax\(\) \{ return \d+; \}/,
      'function capacityMax() { return 99; }',
    );
    const missing = RULES.replace(/ *function capacityMax\(\).*\n/, '');
    const unused = RULES.replace(
      '// </protocol>',
      'function offerIdLengthMax() { return 32; }\n    // </protocol>',
    );
    for (const rules of [differs, missing, unused]) {
      expect(rules).not.toBe(RULES);
      expect(withConstants(rules)).toBe(RULES);
    }
    expect(() => withConstants(RULES.replace('// <protocol>', ''))).toThrow('markers');
  });

  it('[GN9] has its limits in the documentation', () => {
    const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
    const stated = [...page.matchAll(/`([A-Z][A-Z_]+)`\s+\(([\d,]+)\)/g)];
    expect(stated.length).toBeGreaterThan(20);
    for (const [, name = '', value = ''] of stated)
      expect({ [name]: Number(value.replaceAll(',', '')) }).toEqual({
        [name]: (LIMITS as Readonly<Record<string, number>>)[name],
      });
  });

  it('[GN9] names no limit as a literal outside of the constants', () => {
    const own = RULES.slice(RULES.indexOf('// </protocol>'))
      .replaceAll(/\/\/.*/g, '')
      .replaceAll(/'[^']*'/g, "''");
    const literals = [...own.matchAll(/(?<![\w.])\d+\b/g)].map(([literal]) => Number(literal));
    // Slices and counters begin at 0, lists have one separator less than elements, and counters and leases are at least 1.
    // There are no loops: visits are looked at one by one.
    expect(LIMITS.VISITS_PER_USER_MAX).toBe(3);
    expect([...new Set(literals)].sort()).toEqual([0, 1, 2, 3]);
  });

  it('[GN9] names no access mode and no role that the protocol does not have', () => {
    const named = (pattern: RegExp) => [...RULES.matchAll(pattern)].map(([, word]) => word);
    expect(ACCESS_MODES).toEqual(expect.arrayContaining(named(/access == '(\w+)'/g)));
    expect(ROLES).toEqual(expect.arrayContaining(named(/role == '(\w+)'/g)));
    expect(named(/access == '(\w+)'/g).length).toBeGreaterThan(4);
    expect(named(/role == '(\w+)'/g).length).toBeGreaterThan(1);
  });

  it('[GN9] has limits that fit together', () => {
    expect(LIMITS.CAPACITY_MAX - 1).toBeLessThanOrEqual(LIMITS.ANSWERS_PER_COMMIT_MAX);
    expect(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS).toBeGreaterThan(LIMITS.ROOM_LIFETIME_MAX_SECONDS);
    expect(LIMITS.LOST_COOLDOWN_SECONDS).toBeGreaterThan(LIMITS.LOST_GRACE_SECONDS);
    for (let seat = 0; seat < LIMITS.CAPACITY_MAX; seat++)
      expect(String(seat)).toMatch(new RegExp(PATTERNS.SEAT));
  });

  it('[GN10] keeps to the style that avoids holes: no ternary, every || in parentheses, one action a line', () => {
    const code = RULES.replaceAll(/\/\*[^]*?\*\//g, '')
      .replaceAll(/\/\/.*/g, '')
      .replaceAll(/'[^']*'/g, "''");
    expect(code).not.toMatch(/\?/);
    let depth = 0;
    for (const token of code.match(/[(){};]|\|\|/g) ?? []) {
      if (token === '(') depth++;
      if (token === ')') depth--;
      if (token === '||') expect(depth).toBeGreaterThan(0);
    }
    const allows = [...code.matchAll(/allow ([^:]+):/g)].map(([, actions]) => actions);
    expect(allows.filter((actions) => actions?.includes(','))).toEqual(['read, write']);
  });

  it('[GN12] has a time to live for every collection, and indexes nothing that nobody queries', () => {
    type Override = { collectionGroup: string; fieldPath: string; ttl?: boolean; indexes: unknown[] };
    const { fieldOverrides } = JSON.parse(
      readFileSync(new URL('../../firestore.indexes.json', import.meta.url), 'utf8'),
    ) as { fieldOverrides: Override[] };
    const shapes = shapesFor({ uid: 'bob', now: Date.now, later: Date.now });
    const fields = (shape: { readonly good: fc.Arbitrary<unknown> }): string[] =>
      fc.sample(shape.good, 100).flatMap((document) => Object.keys(document as object));
    const written = {
      admissions: ['name', 'role', 'by', 'visits', 'at', 'leaseSeconds', 'expiresAt'],
      seats: [...fields(shapes.seat), 'lostAt', 'lostBy', 'kicked'],
      beacons: [...fields(shapes.beacon), 'burst'],
      from: [...fields(shapes.mail), 'burst', 'sealed'],
      invites: ['role', 'usesLeft', 'by', 'at', 'expiresAt'],
      knocks: ['name', 'at', 'answer', 'answeredBy', 'expiresAt'],
      bans: ['by', 'at', 'expiresAt'],
      members: ['role', 'by', 'at', 'expiresAt'],
      tries: ['proof', 'count', 'since', 'at', 'expiresAt'],
      secrets: ['verifier', 'by', 'at', 'expiresAt'],
      quotas: ['room', 'count', 'since', 'at', 'expiresAt'],
    };
    // What the clean-up finds them by: docs/costs.md has the price.
    const queried = [
      ...['admissions.expiresAt', 'from.expiresAt', 'beacons.renewedAt', 'seats.kicked'],
      ...['invites.expiresAt', 'knocks.expiresAt', 'quotas.expiresAt'],
    ];
    for (const [collection, names] of Object.entries(written))
      for (const name of new Set(names))
        expect(fieldOverrides).toContainEqual({
          collectionGroup: collection,
          fieldPath: name,
          ...(name === 'expiresAt' && { ttl: true }),
          indexes: queried.includes(`${collection}.${name}`)
            ? [{ order: 'ASCENDING', queryScope: 'COLLECTION_GROUP' }]
            : [],
        });
    for (const collection of ['visits', 'presence'])
      expect(fieldOverrides).toContainEqual({
        ...{ collectionGroup: collection, fieldPath: 'expiresAt' },
        ...{ ttl: true, indexes: [] },
      });
    // Rooms are few, and the clean-up looks for those that are over.
    expect(fieldOverrides).toContainEqual(
      expect.objectContaining({ collectionGroup: 'rooms', fieldPath: 'expiresAt', ttl: true }),
    );
  });
});
