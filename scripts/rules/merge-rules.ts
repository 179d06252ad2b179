import type { Places } from '@firesignal/protocol';
import { MergeRefusal } from './merge-refusal.ts';
import { NAME_PREFIX, placedPatterns, placedRules, usesWord } from './placed-rules.ts';
import { blank, codeOf, matchBlocks, overlap, type MatchBlock } from './rules-text.ts';

const BEGIN = '// <firesignal>';
const END = '// </firesignal>';
/** The database of the wildcard, or one by its id. */
const DOCUMENTS = /^databases\/(\{(\w+)\}|[\w()-]+)\/documents$/;
const DEPTH = 3;

export type Merged = {
  readonly text: string;
  /** What the other rules allow for Firesignal's documents. */
  readonly warnings: readonly string[];
};

/**
 * Writes Firesignal's rules between the markers of somebody's rules. Nothing else of them changes.
 *
 * @param theirs their rules
 * @param own Firesignal's, as in `firestore.rules`
 * @throws {@link MergeRefusal}
 */
export function mergeRules(theirs: string, own: string, places: Places): Merged {
  const { from, to, indent } = markersOf(theirs);
  const rest = theirs.slice(0, from) + blank(theirs.slice(from, to)) + theirs.slice(to);
  const blocks = matchBlocks(rest);
  const database = databaseOf(matchBlocks(theirs), from, to, own);
  if (!/^\s*rules_version\s*=\s*(['"])2\1/m.test(theirs))
    throw new MergeRefusal("The rules must begin with: rules_version = '2';");
  if (new RegExp(`\\bfunction\\s+${NAME_PREFIX}[A-Z]`).test(codeOf(rest)))
    throw new MergeRefusal(
      `A function outside of the markers has a name that begins with "${NAME_PREFIX}". Rename it.`,
    );
  const newline = theirs.includes('\r\n') ? '\r\n' : '\n';
  const lines = [
    `// Firesignal's rules, written by \`npm run rules:merge\`: what is changed here is lost with the next merge.`,
    ...placedRules(own, places, database).trim().split('\n'),
  ];
  const block = lines.map((line) => (line === '' ? '' : indent + line)).join(newline);
  return {
    text: `${theirs.slice(0, from)}${block}${newline}${theirs.slice(to)}`,
    warnings: openings(blocks, placedPatterns(own, places)),
  };
}

/** Between the markers: from the line after the first to the line of the second. */
function markersOf(theirs: string): { readonly from: number; readonly to: number; readonly indent: string } {
  const find = (marker: string) => [
    ...theirs.matchAll(new RegExp(`^([ \\t]*)${marker}[ \\t]*\\r?\\n`, 'gm')),
  ];
  const [begins, ends] = [find(BEGIN), find(END)];
  const [begin] = begins;
  const [end] = ends;
  if (begin === undefined || end === undefined || begins.length + ends.length > 2 || begin.index > end.index)
    throw new MergeRefusal(
      `The rules must have these two lines, once, directly inside of \`match /databases/{database}/documents {\`. ` +
        `Firesignal's rules go between them:\n\n    ${BEGIN}\n    ${END}\n`,
    );
  return { from: begin.index + begin[0].length, to: end.index, indent: begin[1] ?? '' };
}

function databaseOf(blocks: readonly MatchBlock[], from: number, to: number, own: string): string {
  const around = (at: number) => blocks.find(({ open, close }) => open < at && at < close);
  const block = around(from);
  const found = block === around(to) ? DOCUMENTS.exec(block?.path.join('/') ?? '') : null;
  if (found === null)
    throw new MergeRefusal(
      `The lines ${BEGIN} and ${END} must be directly inside of \`match /databases/{database}/documents {\`. Move them there.`,
    );
  const [, segment = '', wildcard] = found;
  if (wildcard === undefined) return segment;
  if (wildcard !== 'database' && usesWord(own, wildcard))
    throw new MergeRefusal(
      `Firesignal's rules use the name "${wildcard}" for something else. Call the wildcard {database}.`,
    );
  return `$(${wildcard})`;
}

/** Rules are OR-ed: what one match allows, no other can deny. */
function openings(blocks: readonly MatchBlock[], ours: readonly (readonly string[])[]): readonly string[] {
  return blocks.flatMap(({ path, line, allows }) => {
    const pattern = path.slice(DEPTH);
    const opened = ours.filter((each) => overlap(pattern, each)).map((each) => each.join('/'));
    if (allows.length === 0 || opened.length === 0) return [];
    return [
      `line ${line}: match /${pattern.join('/')} allows ${allows.join(', ')} for Firesignal's documents, too: ` +
        `${opened.join(', ')}. What one match allows, no other can deny. Let it match less, or choose another placement.`,
    ];
  });
}
