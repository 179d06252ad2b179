import type { BinaryOperator, Expression } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

/** From those that bind least to those that bind most. Each joins from the left. */
const PRECEDENCE: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['in', 'is'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

const WORD_LITERALS: Readonly<Record<string, 'boolean' | 'null'>> = {
  true: 'boolean',
  false: 'boolean',
  null: 'null',
};

/** Reads one expression, up to what cannot belong to it. */
export function readExpression(reader: TokenReader, level = 0): Expression {
  const signs = PRECEDENCE[level];
  if (signs === undefined) return readUnary(reader);
  let left = readExpression(reader, level + 1);
  for (;;) {
    const sign = signs.find((one) => reader.isAt(one));
    if (sign === undefined) return left;
    const { start: signStart } = reader.take();
    const right = readExpression(reader, level + 1);
    left = { kind: 'binary', sign, signStart, left, right, start: left.start, end: right.end };
  }
}

function readUnary(reader: TokenReader): Expression {
  const sign = (['!', '-'] as const).find((one) => reader.isAt(one));
  if (sign === undefined) return readPostfix(reader, readPrimary(reader));
  const { start } = reader.take();
  const operand = readUnary(reader);
  return { kind: 'unary', sign, operand, start, end: operand.end };
}

function readPostfix(reader: TokenReader, object: Expression): Expression {
  const { start } = object;
  if (reader.skip('.')) {
    const { text: name, end } = reader.takeKind('word');
    return readPostfix(reader, { kind: 'member', object, name, start, end });
  }
  if (reader.skip('[')) {
    const bounds = [readExpression(reader)];
    if (reader.skip(':')) bounds.push(readExpression(reader));
    const { end } = reader.expect(']');
    return readPostfix(reader, { kind: 'index', object, bounds, start, end });
  }
  if (reader.isAt('(')) {
    if (object.kind !== 'name' && object.kind !== 'member') reader.fail('only names are called');
    reader.take();
    const args = readList(reader, ')');
    return readPostfix(reader, { kind: 'call', callee: object, args, start, end: reader.end });
  }
  return object;
}

function readPrimary(reader: TokenReader): Expression {
  const { kind, text, start, end } = reader.next;
  if (kind === 'number' || kind === 'string') {
    reader.take();
    return { kind: 'literal', type: kind, start, end };
  }
  if (kind === 'word') {
    reader.take();
    const type = WORD_LITERALS[text];
    return type === undefined
      ? { kind: 'name', name: text, start, end }
      : { kind: 'literal', type, start, end };
  }
  if (reader.skip('(')) {
    const inner = readExpression(reader);
    return { kind: 'group', inner, start, end: reader.expect(')').end };
  }
  if (reader.skip('[')) {
    const elements = readList(reader, ']');
    return { kind: 'list', elements, start, end: reader.end };
  }
  if (reader.isAt('/')) return readPath(reader);
  return reader.fail('an expression is expected');
}

/** Elements with commas between, and the sign after them. */
function readList(reader: TokenReader, close: string): readonly Expression[] {
  const elements: Expression[] = [];
  while (!reader.skip(close)) {
    elements.push(readExpression(reader));
    if (!reader.isAt(close)) reader.expect(',');
  }
  return elements;
}

function readPath(reader: TokenReader): Expression {
  const { start } = reader.next;
  const parts: Expression[] = [];
  while (reader.skip('/')) {
    if (!reader.skip('$')) {
      reader.takeKind('word');
      continue;
    }
    reader.expect('(');
    parts.push(readExpression(reader));
    reader.expect(')');
  }
  return { kind: 'path', parts, start, end: reader.end };
}
