import { ungrouped, within, type Expression, type RuleFunction, type Ruleset } from './syntax.ts';

const CONDITION_SIGNS: ReadonlySet<string> = new Set([
  '&&',
  '||',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'is',
]);
const CONDITION_CALLS: ReadonlySet<string> = new Set(['exists', 'existsAfter']);
const CONDITION_METHODS: ReadonlySet<string> = new Set(['matches', 'hasAll', 'hasAny', 'hasOnly']);

/** A function or an `allow`: what the parts of a rules file are called by, wherever they stand. */
export type Scope = {
  readonly name: string;
  readonly function?: RuleFunction;
  /** Everything in it: a condition or a returned value last. */
  readonly expressions: readonly Expression[];
};

/** Functions by name, and each `allow` by path and methods: `/rooms/{roomId} allow get`. */
export function scopesOf({ functions, allows }: Ruleset): readonly Scope[] {
  return [
    ...functions.map((one) => ({ name: one.name, function: one, expressions: [...one.lets, one.body] })),
    ...allows.map(({ path, methods, condition }) => ({
      name: `${path.replace(/^\/databases\/\{\w+\}\/documents/, '')} allow ${methods.join(', ')}`,
      expressions: condition === undefined ? [] : [condition],
    })),
  ];
}

/** The expressions that are true or false, by what they are and by where they stand. */
export function conditionsOf(ruleset: Ruleset): ReadonlySet<Expression> {
  const found = new Set<Expression>();
  const byName = new Map(ruleset.functions.map((one) => [one.name, one]));
  const isCondition = (expression: Expression): boolean => {
    const bare = ungrouped(expression);
    switch (bare.kind) {
      case 'literal':
        return bare.type === 'boolean';
      case 'unary':
        return bare.sign === '!';
      case 'binary':
        return CONDITION_SIGNS.has(bare.sign);
      case 'call': {
        if (bare.callee.kind === 'member') return CONDITION_METHODS.has(bare.callee.name);
        if (bare.callee.kind !== 'name') return false;
        const called = byName.get(bare.callee.name);
        return called === undefined ? CONDITION_CALLS.has(bare.callee.name) : isCondition(called.body);
      }
      case 'name':
      case 'list':
      case 'path':
      case 'member':
      case 'index':
        return false;
    }
  };
  const add = (expression: Expression): void => {
    found.add(expression);
    if (expression.kind === 'group') add(expression.inner);
  };
  for (const { condition } of ruleset.allows) if (condition !== undefined) add(condition);
  for (const { expressions } of scopesOf(ruleset))
    for (const expression of expressions.flatMap((one) => [...within(one)])) {
      if (isCondition(expression)) add(expression);
      for (const operand of operandsOf(expression)) add(operand);
    }
  return found;
}

/** What must be true or false, since it is negated or joined with `&&` or `||`. */
function operandsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'unary' && expression.sign === '!') return [expression.operand];
  if (expression.kind === 'binary' && (expression.sign === '&&' || expression.sign === '||'))
    return [expression.left, expression.right];
  return [];
}
