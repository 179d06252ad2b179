import { partsOf, type Expression, type ExpressionOf } from '../rules/language/syntax.ts';

/** A mistake: what would stand between two offsets, and how it is called. */
export type Change = {
  readonly start: number;
  readonly end: number;
  readonly to: string;
  readonly what: string;
  /** The expression that is another one then: who never evaluates it can't tell. */
  readonly place: { readonly start: number; readonly end: number };
};
type Edit = Omit<Change, 'place'>;

type Binary = ExpressionOf<'binary'>;
type Context = {
  readonly source: string;
  readonly conditions: ReadonlySet<Expression>;
};

/** Each mistaken for the other. */
const MISTAKEN_SIGNS: Readonly<Record<string, string>> = {
  '&&': '||',
  '||': '&&',
  '==': '!=',
  '!=': '==',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
};
/** What there is before a commit, and what there is after it. */
const MISTAKEN_CALLS: Readonly<Record<string, string>> = {
  get: 'getAfter',
  getAfter: 'get',
  exists: 'existsAfter',
  existsAfter: 'exists',
};

/** Every small mistake in what an `allow` asks for, in what a function returns, or in a `let`. */
export function changesOf(whole: Expression, context: Context): readonly Change[] {
  const { start, end } = whole;
  const condition = context.conditions.has(whole)
    ? [
        { start, end, to: 'true', what: 'always true' },
        { start, end, to: 'false', what: 'always false' },
        { start, end, to: `!(${context.source.slice(start, end)})`, what: 'negated' },
      ]
    : [];
  const pattern = whole.kind === 'literal' ? countChanges(whole, context) : [];
  const changes = [...at(whole, [...condition, ...pattern]), ...changesWithin(whole, undefined, context)];
  return changes.filter((change) => change.to !== context.source.slice(change.start, change.end));
}

function changesWithin(
  expression: Expression,
  around: Expression | undefined,
  context: Context,
): readonly Change[] {
  return [
    ...at(expression, [
      ...(around === undefined || isInnerChain(expression, around) ? [] : negation(expression, context)),
      ...ownChanges(expression, around, context),
    ]),
    ...partsOf(expression).flatMap((part) => changesWithin(part, expression, context)),
  ];
}

const at = ({ start, end }: Expression, edits: readonly Edit[]): readonly Change[] =>
  edits.map((edit) => ({ ...edit, place: { start, end } }));

function ownChanges(
  expression: Expression,
  around: Expression | undefined,
  context: Context,
): readonly Edit[] {
  switch (expression.kind) {
    case 'binary':
      return [...otherSign(expression, context), ...withoutOperand(expression, context)];
    case 'literal':
      return otherLiterals(expression, around ?? expression, context);
    case 'list':
      return withoutElement(expression, context);
    case 'call':
      return otherCall(expression, context);
    case 'unary':
      return withoutSign(expression, context);
    case 'name':
    case 'member':
    case 'index':
    case 'group':
    case 'path':
      return [];
  }
}

/** `a && b` in `a && b && c`. */
function isInnerChain(expression: Expression, around: Expression): boolean {
  return (
    expression.kind === 'binary' &&
    around.kind === 'binary' &&
    around.left === expression &&
    around.sign === expression.sign
  );
}

/** The change of a part, told by the expression around it. */
function replacement(
  part: { readonly start: number; readonly end: number },
  to: string,
  around: { readonly start: number; readonly end: number },
  { source }: Context,
): Edit {
  const { start, end } = part;
  const before = source.slice(around.start, start);
  const after = source.slice(end, around.end);
  return { start, end, to, what: `${before}${source.slice(start, end)}${after} → ${before}${to}${after}` };
}

/** `a` → `!a`. Comparisons for equality have a sign for that, and groups have what is in them. */
function negation(expression: Expression, { source, conditions }: Context): readonly Edit[] {
  const hasOwn = expression.kind === 'binary' && ['==', '!='].includes(expression.sign);
  const isBare = !['group', 'literal', 'unary'].includes(expression.kind);
  if (!conditions.has(expression) || hasOwn || !isBare) return [];
  const { start, end } = expression;
  const text = source.slice(start, end);
  return [{ start, end, to: `!(${text})`, what: `not ${text}` }];
}

function otherSign(expression: Binary, context: Context): readonly Edit[] {
  const { sign, signStart, left, right } = expression;
  const to = MISTAKEN_SIGNS[sign];
  if (to === undefined) return [];
  // Of a long chain, the two operands that the sign stands between.
  const last = left.kind === 'binary' && left.sign === sign ? left.right : left;
  const around = { start: last.start, end: right.end };
  return [replacement({ start: signStart, end: signStart + sign.length }, to, around, context)];
}

/** `a && b` → `a`, and → `b`. */
function withoutOperand({ sign, left, right }: Binary, { source }: Context): readonly Edit[] {
  if (sign !== '&&' && sign !== '||') return [];
  const without = (operand: Expression) => `without ${source.slice(operand.start, operand.end)}`;
  const noRight = { start: left.end, end: right.end, to: '', what: without(right) };
  // Of a longer chain, only the innermost part has its first operand at the left.
  const isChain = left.kind === 'binary' && left.sign === sign;
  return isChain
    ? [noRight]
    : [{ start: left.start, end: right.start, to: '', what: without(left) }, noRight];
}

function withoutElement({ elements }: ExpressionOf<'list'>, { source }: Context): readonly Edit[] {
  return elements.map((element, n) => {
    const next = elements[n + 1];
    const what = `without ${source.slice(element.start, element.end)}`;
    if (next !== undefined) return { start: element.start, end: next.start, to: '', what };
    return { start: elements[n - 1]?.end ?? element.start, end: element.end, to: '', what };
  });
}

function otherCall(call: ExpressionOf<'call'>, context: Context): readonly Edit[] {
  const { callee } = call;
  const to = callee.kind === 'name' ? MISTAKEN_CALLS[callee.name] : undefined;
  return to === undefined ? [] : [replacement(callee, to, call, context)];
}

function withoutSign(expression: ExpressionOf<'unary'>, context: Context): readonly Edit[] {
  const { sign, start, operand } = expression;
  return sign === '!' ? [replacement({ start, end: operand.start }, '', expression, context)] : [];
}

/** A number is one less and one more, true is false. */
function otherLiterals(
  literal: ExpressionOf<'literal'>,
  around: Expression,
  context: Context,
): readonly Edit[] {
  const text = context.source.slice(literal.start, literal.end);
  const others = {
    number: () => [Number(text) - 1, Number(text) + 1].map(String),
    boolean: () => [text === 'true' ? 'false' : 'true'],
    string: () => [],
    null: () => [],
  }[literal.type]();
  return others.map((to) => replacement(literal, to, around, context));
}

/** Each count in a pattern is one less and one more: `'^[a-z]{1,8}$'` has four neighbours. */
function countChanges(literal: ExpressionOf<'literal'>, context: Context): readonly Edit[] {
  if (literal.type !== 'string') return [];
  const text = context.source.slice(literal.start, literal.end);
  return [...text.matchAll(/(?<=\{|\{\d+,)\d+(?=[,}])/g)].flatMap(({ 0: digits, index }) => {
    const count = { start: literal.start + index, end: literal.start + index + digits.length };
    return [Number(digits) - 1, Number(digits) + 1]
      .filter((other) => other >= 0)
      .map((other) => replacement(count, String(other), literal, context));
  });
}
