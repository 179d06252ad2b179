import type { Places } from '@firesignal/protocol';
import { codeOf, matchBlocks, type MatchBlock } from './rules-text.ts';

/** What names of Firesignal's functions begin with, so that `isSignedIn` stays everybody's own. */
export const NAME_PREFIX = 'firesignal';

const TOP = ['databases', '{database}', 'documents'];
const DEFAULT_DENY = /^ *\/\/--- Everything that is not named below[^]*?(?=^ *\/\/---)/m;
const PROTOCOL_MARKER = /^ *\/\/ <\/?protocol>\n/gm;
const MATCH_HEADER = /^( *)match ((?:\/(?:\w+|\{\w+\}))+) \{$/gm;
/** A path literal: its segments are names, or expressions with at most one call in them. */
const PATH_LITERAL = /\/databases\/\$\(database\)\/documents((?:\/(?:\w+|\$\((?:[^()]|\([^()]*\))*\)))+)/g;
const INDENT = '    ';

/** Paths of the documents that Firesignal's rules are about, from the top of the database, as they are stored. */
export function placedPatterns(rules: string, { stored }: Places): readonly (readonly string[])[] {
  return blocksOf(rules).map(({ path }) => stored(path.slice(TOP.length).join('/')).split('/'));
}

/**
 * What Firesignal's rules have inside of `match /databases/{database}/documents`, for another place and another file. Nothing in
 * it says what becomes of other documents.
 *
 * @param database how paths name the database: `$(database)` by a wildcard of that name, or by its id
 */
export function placedRules(rules: string, places: Places, database: string): string {
  const around = matchBlocks(rules).find(({ path }) => path.join('/') === TOP.join('/'));
  if (around === undefined || !DEFAULT_DENY.test(rules)) throw new Error('firestore.rules has another form.');
  const inner = rules.slice(rules.indexOf('\n', around.open) + 1, rules.lastIndexOf('\n', around.close) + 1);
  const body = inner.replace(DEFAULT_DENY, '').replace(PROTOCOL_MARKER, '');
  const named = withOwnNames(body);
  return named
    .replace(MATCH_HEADER, (_, indent: string, path: string) => {
      const isTop = indent === INDENT;
      return `${indent}match /${placedPath(path, places, isTop)} {`;
    })
    .replace(
      PATH_LITERAL,
      (_, path: string) => `/databases/${database}/documents/${placedPath(path, places, true)}`,
    )
    .split('\n')
    .map((line) => (line.startsWith(INDENT) ? line.slice(INDENT.length) : line))
    .join('\n');
}

function placedPath(path: string, { stored, storedName }: Places, isTop: boolean): string {
  const segments = path.split('/').slice(1);
  if (isTop) return stored(segments.join('/'));
  return segments.map((segment, n) => (n % 2 === 0 ? storedName(segment) : segment)).join('/');
}

/** `isSignedIn()` → `firesignalIsSignedIn()`, for every function that the rules define. */
function withOwnNames(body: string): string {
  const names = [...body.matchAll(/\bfunction (\w+)\(/g)].map(([, name = '']) => name);
  return body.replace(new RegExp(`(?<![.\\w])(?:${names.join('|')})(?=\\()`, 'g'), ownName);
}

function ownName(name: string): string {
  return `${NAME_PREFIX}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function blocksOf(rules: string): readonly MatchBlock[] {
  return matchBlocks(rules).filter(({ path }) => path.length > TOP.length && !path.includes('{document=**}'));
}

/** Whether a word means something in Firesignal's rules, so that nothing around them may be named so. */
export function usesWord(rules: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(codeOf(rules));
}
