import { inOneLine, type Finding } from '../rules/explained.ts';
import { conditionsOf, scopesOf } from '../rules/language/conditions.ts';
import { lineAt } from '../rules/language/rules-syntax-error.ts';
import { textOf, within, type Expression, type Ruleset } from '../rules/language/syntax.ts';
import type { Sight, Sights } from './report.ts';

/** An expression that the tests have not shown in every way it can be. */
export type Gap = Finding & { readonly line: number; readonly missing: 'true' | 'false' | 'evaluated' };

export type Coverage = { readonly total: number; readonly gaps: readonly Gap[] };

/**
 * Which conditions of the rules were never true, or never false, and which other functions were never evaluated. Conditions are
 * every `allow`, every operand of `&&` and `||`, every comparison, and every call that tells true or false.
 */
export function coverageOf(ruleset: Ruleset, sights: Sights): Coverage {
  const conditions = conditionsOf(ruleset);
  const gaps: Gap[] = [];
  let total = 0;
  for (const { name, expressions } of scopesOf(ruleset)) {
    for (const expression of expressionsToSee(expressions, conditions)) {
      total++;
      const line = lineAt(ruleset.source, expression.start);
      const what = inOneLine(textOf(ruleset, expression));
      const sight = sights.of(expression);
      if (sight === undefined) throw new Error(`The emulator has no word about line ${line}: ${what}`);
      for (const missing of missingIn(sight, conditions.has(expression)))
        gaps.push({ in: name, what: `${what} is never ${missing}`, line, missing });
    }
  }
  return { total, gaps: gaps.sort((a, b) => a.line - b.line) };
}

function missingIn(sight: Sight, isCondition: boolean): readonly Gap['missing'][] {
  if (!sight.isEvaluated) return ['evaluated'];
  if (!isCondition) return [];
  return [...(sight.isTrue ? [] : ['true' as const]), ...(sight.isFalse ? [] : ['false' as const])];
}

function expressionsToSee(
  expressions: readonly Expression[],
  conditions: ReadonlySet<Expression>,
): readonly Expression[] {
  const partsOfChains = new Set(expressions.flatMap((one) => [...within(one)]).flatMap(innerChains));
  return expressions
    .flatMap((whole) => [...within(whole)].filter((one) => one === whole || conditions.has(one)))
    .filter(({ kind }) => kind !== 'literal' && kind !== 'group')
    .filter((one) => !partsOfChains.has(one));
}

/** `a && b` in `a && b && c`: nothing can be said of it that its parts don't say. */
function innerChains(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'binary' || !['&&', '||'].includes(expression.sign)) return [];
  const { left, sign } = expression;
  return left.kind === 'binary' && left.sign === sign ? [left] : [];
}
