import { readExpression } from './expressions.ts';
import type { Allow, Expression, RuleFunction, Ruleset } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

type Found = { readonly functions: RuleFunction[]; readonly allows: Allow[] };

/**
 * Reads a rules file.
 * @throws {RulesSyntaxError} at what it does not understand
 */
export function readRuleset(source: string): Ruleset {
  const reader = new TokenReader(source);
  const found: Found = { functions: [], allows: [] };
  for (const text of ['rules_version', '=']) reader.expect(text);
  reader.takeKind('string');
  for (const text of [';', 'service', 'cloud', '.', 'firestore']) reader.expect(text);
  readBlock(reader, '', found);
  if (reader.next.kind !== 'end') reader.fail('the end is expected');
  const names = found.functions.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) reader.fail(`two functions are called ${twice}`);
  return { source, ...found };
}

/** What stands between the braces of a service or a match. */
function readBlock(reader: TokenReader, path: string, found: Found): void {
  reader.expect('{');
  while (!reader.skip('}')) {
    if (reader.skip('match')) readBlock(reader, path + readPattern(reader), found);
    else if (reader.isAt('function')) found.functions.push(readFunction(reader));
    else if (reader.isAt('allow')) found.allows.push(readAllow(reader, path));
    else reader.fail('a match, a function or an allow is expected');
  }
}

/** `/rooms/{roomId}`, as it is written. */
function readPattern(reader: TokenReader): string {
  const { start } = reader.next;
  while (reader.skip('/')) {
    const isWildcard = reader.skip('{');
    reader.takeKind('word');
    if (!isWildcard) continue;
    reader.skip('=**');
    reader.expect('}');
  }
  if (reader.end <= start) reader.fail('a path is expected');
  return reader.source.slice(start, reader.end);
}

function readFunction(reader: TokenReader): RuleFunction {
  const { start } = reader.expect('function');
  const name = reader.takeKind('word').text;
  reader.expect('(');
  const parameters: string[] = [];
  while (!reader.skip(')')) {
    parameters.push(reader.takeKind('word').text);
    if (!reader.isAt(')')) reader.expect(',');
  }
  reader.expect('{');
  const lets: Expression[] = [];
  while (reader.skip('let')) {
    reader.takeKind('word');
    reader.expect('=');
    lets.push(readExpression(reader));
    reader.expect(';');
  }
  reader.expect('return');
  const body = readExpression(reader);
  reader.expect(';');
  return { name, parameters, lets, body, start, end: reader.expect('}').end };
}

function readAllow(reader: TokenReader, path: string): Allow {
  const { start } = reader.expect('allow');
  const methods = [reader.takeKind('word').text];
  while (reader.skip(',')) methods.push(reader.takeKind('word').text);
  let condition: Expression | undefined;
  if (reader.skip(':')) {
    reader.expect('if');
    condition = readExpression(reader);
  }
  return { methods, condition, path, start, end: reader.expect(';').end };
}
