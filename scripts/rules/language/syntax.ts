/*
 * What a rules file says. Every part knows its place: `start` is the offset of its first character, `end` the one after its
 * last. Signs and literals are kept as they are written.
 */
type Place = { readonly start: number; readonly end: number };

export type BinaryOperator =
  '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'is' | '+' | '-' | '*' | '/' | '%';

export type Expression = Place &
  (
    | { readonly kind: 'literal'; readonly type: 'number' | 'string' | 'boolean' | 'null' }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'group'; readonly inner: Expression }
    | { readonly kind: 'list'; readonly elements: readonly Expression[] }
    /** `/databases/$(database)/…`, with what stands in its `$()`. */
    | { readonly kind: 'path'; readonly parts: readonly Expression[] }
    | { readonly kind: 'member'; readonly object: Expression; readonly name: string }
    /** `list[0]`, or a slice `list[0:n]`. */
    | { readonly kind: 'index'; readonly object: Expression; readonly bounds: readonly Expression[] }
    /** Of a function by its name, or of a method. */
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
    | { readonly kind: 'unary'; readonly sign: '!' | '-'; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly sign: BinaryOperator;
        readonly signStart: number;
        readonly left: Expression;
        readonly right: Expression;
      }
  );

export type ExpressionOf<TKind extends Expression['kind']> = Extract<Expression, { readonly kind: TKind }>;

export type RuleFunction = Place & {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Of each `let`. */
  readonly lets: readonly Expression[];
  readonly body: Expression;
};

export type Allow = Place & {
  readonly methods: readonly string[];
  /** Absent where it is allowed without one. */
  readonly condition: Expression | undefined;
  /** Of the match it stands in, from the top: `/databases/{database}/documents/rooms/{roomId}`. */
  readonly path: string;
};

export type Ruleset = {
  readonly source: string;
  readonly functions: readonly RuleFunction[];
  readonly allows: readonly Allow[];
};

export function textOf({ source }: Ruleset, { start, end }: Place): string {
  return source.slice(start, end);
}

/** The expressions that one is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'group':
      return [expression.inner];
    case 'list':
      return expression.elements;
    case 'path':
      return expression.parts;
    case 'member':
      return [expression.object];
    case 'index':
      return [expression.object, ...expression.bounds];
    case 'call':
      return [expression.callee, ...expression.args];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
  }
}

/** An expression and all that it is made of, the outer ones first. */
export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* within(part);
}

/** What stands inside of any number of parentheses. */
export function ungrouped(expression: Expression): Exclude<Expression, ExpressionOf<'group'>> {
  return expression.kind === 'group' ? ungrouped(expression.inner) : expression;
}
