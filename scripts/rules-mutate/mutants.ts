import { inOneLine, type Finding } from '../rules/explained.ts';
import { conditionsOf, scopesOf } from '../rules/language/conditions.ts';
import { lineAt } from '../rules/language/rules-syntax-error.ts';
import type { Ruleset } from '../rules/language/syntax.ts';
import { changesOf, type Change } from './changes.ts';

/** The rules with one mistake in them, which some test has to notice. */
export type Mutant = Finding & {
  /** Where the mistake begins and ends, from line 1 on. */
  readonly line: number;
  readonly lastLine: number;
  /** The expression that is another one in it. */
  readonly place: Change['place'];
  /** The whole of the changed rules. */
  readonly text: string;
};

/** Every mutant of the rules, in the order of their lines. */
export function mutantsOf(ruleset: Ruleset): readonly Mutant[] {
  const context = { source: ruleset.source, conditions: conditionsOf(ruleset) };
  const edits = new Set<string>();
  const names = new Map<string, number>();
  const mutants: Mutant[] = [];
  for (const { name, expressions } of scopesOf(ruleset))
    for (const change of expressions.flatMap((whole) => changesOf(whole, context))) {
      // Two ways to the same text are one mutant.
      const edit = editBy(change, ruleset.source);
      if (edits.has(edit)) continue;
      edits.add(edit);
      const mutant = mutantBy(change, name, ruleset.source);
      // Where the same is said twice in one function, the second is called so.
      const full = `${mutant.in}\n${mutant.what}`;
      const count = (names.get(full) ?? 0) + 1;
      names.set(full, count);
      mutants.push(count === 1 ? mutant : { ...mutant, what: `${mutant.what} (${count})` });
    }
  return mutants.sort((a, b) => a.line - b.line);
}

function mutantBy({ start, end, to, what, place }: Change, scope: string, source: string): Mutant {
  const blanks = /^\s*/.exec(source.slice(start, end))?.[0].length ?? 0;
  return {
    in: scope,
    what: inOneLine(what),
    line: lineAt(source, start + blanks),
    lastLine: lineAt(source, end),
    place,
    text: source.slice(0, start) + to + source.slice(end),
  };
}

/** What a change comes to, without what it leaves as it is. V8 can't tell long texts apart quickly: so not the text. */
function editBy({ start, end, to }: Change, source: string): string {
  let [from, until, left] = [start, end, to];
  for (; left !== '' && from < until && source[from] === left[0]; from++) left = left.slice(1);
  for (; left !== '' && from < until && source[until - 1] === left.at(-1); until--) left = left.slice(0, -1);
  // What is taken away from equal parts is the same, whichever it is.
  for (; left === '' && from < until && source[from - 1] === source[until - 1]; from--) until--;
  return `${from} ${until} ${left}`;
}
