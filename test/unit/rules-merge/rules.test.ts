import { describe, expect, it } from 'vitest';
import { mergeRules } from '../../../scripts/rules/merge-rules.ts';
import { matchBlocks, overlap } from '../../../scripts/rules/rules-text.ts';
import { OWN_RULES, PLACEMENT, placesOf, THEIR_RULES } from '../../support/sample-project/files.ts';

const PLACES = placesOf(PLACEMENT);
const AT_TOP = placesOf({});
const merge = (theirs: string, places = PLACES) => mergeRules(theirs, OWN_RULES, places);

const BETWEEN = /(\/\/ <firesignal>\n)[^]*(^ *\/\/ <\/firesignal>)/m;
const emptied = (rules: string): string => rules.replace(BETWEEN, '$1$2');
const EMPTY = '    // <firesignal>\n    // </firesignal>\n';
/** Rules with one more match beside the markers. */
const withMatch = (match: string): string => THEIR_RULES.replace(EMPTY, `${match}\n${EMPTY}`);

const pathsOf = (rules: string): readonly string[] =>
  matchBlocks(rules).map(({ path }) => path.slice(3).join('/'));
const namesOf = (rules: string): readonly string[] =>
  [...rules.matchAll(/\bfunction (\w+)/g)].map(([, name = '']) => name);

describe('rules:merge › rules', () => {
  it('[PL5] changes nothing outside of the markers', () => {
    const { text } = merge(THEIR_RULES);
    expect(text).not.toBe(THEIR_RULES);
    expect(emptied(text)).toBe(THEIR_RULES);
  });

  it('[PL5] changes nothing when it is done again, and replaces what was merged for another placement', () => {
    const { text } = merge(THEIR_RULES);
    expect(merge(text).text).toBe(text);
    expect(merge(merge(THEIR_RULES, AT_TOP).text).text).toBe(text);
  });

  it('[PL5] keeps the ends of lines and the depth that it finds', () => {
    const { text } = merge(THEIR_RULES.replaceAll('\n', '\r\n').replaceAll('    ', '\t\t'));
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text).toContain('\n\t\tmatch /apps/calls/fs_rooms/{roomId} {');
    expect(text).toContain('\n\t\t  match /fs_seats/{seat} {');
  });

  it('[PL5] brings every match of Firesignal to its place, and no other', () => {
    const theirs = pathsOf(THEIR_RULES);
    const merged = pathsOf(merge(THEIR_RULES).text).filter((path) => !theirs.includes(path));
    const own = pathsOf(OWN_RULES).filter((path) => path !== '' && path !== '{document=**}');
    expect(own.length).toBeGreaterThan(5);
    expect(merged).toEqual(own.filter((path) => path !== '').map((path) => PLACES.stored(path)));
  });

  it('[PL5] names every document by its place, and the database as the file does', () => {
    const { text } = merge(THEIR_RULES);
    const block = BETWEEN.exec(text)?.[0] ?? '';
    expect(block).toContain(
      '/databases/$(db)/documents/apps/calls/fs_rooms/$(roomId)/fs_seats/$(string(seat))',
    );
    expect(block.match(/\/documents\/(?!apps\/calls\/fs_(?:rooms|quotas)\/)/g)).toBeNull();
    expect(block).not.toContain('$(database)');
    const named = merge(THEIR_RULES.replace('{db}', '(default)')).text;
    expect(named).toContain('/databases/(default)/documents/apps/calls/fs_rooms/$(roomId)');
  });

  it('[PL6] shares no name of a function with the file, whatever Firesignal calls its own', () => {
    const theirs = namesOf(OWN_RULES).map((name) => `function ${name}() { return true; }`);
    const { text } = merge(withMatch(theirs.join('\n')));
    const names = namesOf(text);
    expect(new Set(names).size).toBe(names.length - 2); // The file has its own `isSignedIn` and `after` twice.
    const block = BETWEEN.exec(text)?.[0] ?? '';
    for (const name of namesOf(OWN_RULES)) expect(block).not.toMatch(new RegExp(`(?<![.\\w])${name}\\(`));
  });

  it.each<[string, string, RegExp]>([
    [
      'a file without markers',
      THEIR_RULES.replace(EMPTY, ''),
      /these two lines[^]*\/\/ <firesignal>\n {4}\/\/ </,
    ],
    ['one marker only', THEIR_RULES.replace('    // </firesignal>\n', ''), /these two lines/],
    ['markers that are there twice', withMatch(EMPTY), /these two lines, once/],
    [
      'markers in the wrong order',
      THEIR_RULES.replace(EMPTY, '    // </firesignal>\n    // <firesignal>\n'),
      /these two lines/,
    ],
    [
      'markers outside of everything',
      EMPTY + THEIR_RULES.replace(EMPTY, ''),
      /directly inside of .* Move them/,
    ],
    [
      'markers inside of another match',
      THEIR_RULES.replace(EMPTY, `    match /deep/{x} {\n${EMPTY}    }\n`),
      /directly inside of/,
    ],
    [
      'markers in two blocks',
      THEIR_RULES.replace(
        EMPTY,
        '    // <firesignal>\n    match /deep/{x} {\n    }\n  }\n  match /other/{y} {\n    // </firesignal>\n',
      ),
      /directly inside of/,
    ],
    ['rules of version 1', THEIR_RULES.replace("rules_version = '2';", ''), /rules_version = '2'/],
    [
      'a function with a name of Firesignal’s kind',
      withMatch('function firesignalIsOpen() { return true; }'),
      /begins with "firesignal"\. Rename it/,
    ],
    [
      'a wildcard with a name that is in use',
      THEIR_RULES.replace('{db}', '{seat}'),
      /Call the wildcard \{database\}/,
    ],
  ])('[PL7] refuses %s, and says what to do', (_, rules, message) => {
    expect(() => merge(rules)).toThrow(expect.objectContaining({ name: 'MergeRefusal' }));
    expect(() => merge(rules)).toThrow(message);
  });

  it('[PL8] has nothing to say of rules that open nothing', () => {
    expect(merge(THEIR_RULES).warnings).toEqual([]);
  });

  it.each<[string, string]>([
    ['a match for everything', 'match /{document=**} { allow read: if true; }'],
    ['one with a condition', 'match /{all=**} { allow write: if isAdmin(); }'],
    ['one without a condition', 'match /{all=**} { allow read, write; }'],
    ['one below the first part of the root', 'match /apps/{rest=**} { allow get: if true; }'],
    ['one inside of another match', 'match /apps/{app} { match /{rest=**} { allow list: if true; } }'],
    ['one for a collection wherever it is', 'match /{any=**}/fs_from/{id} { allow read: if true; }'],
    ['one without a recursive wildcard', 'match /apps/{app}/{name}/{id} { allow create: if true; }'],
  ])('[PL8] warns of %s that allows something for Firesignal’s documents', (_, match) => {
    const { warnings } = merge(withMatch(match));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^line 2\d: match \/.* allows \w+.*apps\/calls\/fs_/);
  });

  it.each<[string, string]>([
    ['denies', 'match /{document=**} { allow read, write: if false; }'],
    ['is elsewhere', 'match /notes/{rest=**} { allow read: if true; }'],
    ['is for the document of the root alone', 'match /apps/{app} { allow read: if true; }'],
    ['is for another collection', 'match /{any=**}/from/{id} { allow read: if true; }'],
    ['is in a comment', '// match /{document=**} { allow read: if true; }'],
    ['is in a text', "function text() { return 'match /{a=**} { allow read; }'; }"],
  ])('[PL8] does not warn of a match that %s', (_, match) => {
    expect(merge(withMatch(match)).warnings).toEqual([]);
  });

  it('[PL8] warns of the rooms of somebody else, without a placement', () => {
    const { warnings } = merge(THEIR_RULES, AT_TOP);
    expect(warnings.map((warning) => /match \/\S+/.exec(warning)?.[0])).toEqual([
      'match /rooms/{room}/seats/{seat}',
      'match /rooms/{room}',
    ]);
  });
});

describe('rules:merge › the language of rules', () => {
  it('has methods that a match allows by itself, not those of the ones inside', () => {
    const rules =
      'match /a/{b} { allow get, list: if x; match /c/{d} { allow write; } allow create: if false; }';
    expect(matchBlocks(rules).map(({ path, allows }) => [path.join('/'), allows])).toEqual([
      ['a/{b}/c/{d}', ['write']],
      ['a/{b}', ['get', 'list']],
    ]);
  });

  it('has wildcards for one segment and for any number of them', () => {
    const path = ['rooms', '{roomId}', 'seats', '{seat}'];
    const at = (pattern: string): boolean => overlap(pattern.split('/'), path);
    for (const pattern of [
      '{d=**}',
      'rooms/{d=**}',
      'rooms/{r}/seats/{s}',
      '{a}/{b}/{c}/{d}',
      '{a=**}/seats/{s}',
    ])
      expect(at(pattern), pattern).toBe(true);
    for (const pattern of [
      'rooms/{r}',
      'notes/{d=**}',
      '{a=**}/from/{s}',
      '{a}/{b}',
      'rooms/{r}/seats/{s}/x/{y}',
    ])
      expect(at(pattern), pattern).toBe(false);
  });
});
