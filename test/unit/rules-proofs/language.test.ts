import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conditionsOf, scopesOf } from '../../../scripts/rules/language/conditions.ts';
import { readExpression } from '../../../scripts/rules/language/expressions.ts';
import { readRuleset } from '../../../scripts/rules/language/ruleset.ts';
import { textOf, within, type Expression } from '../../../scripts/rules/language/syntax.ts';
import { TokenReader } from '../../../scripts/rules/language/token-reader.ts';
import { tokensOf } from '../../../scripts/rules/language/tokens.ts';

/** The expression as it binds: every operation in brackets of its own. */
function bound(source: string): string {
  const show = (one: Expression): string => {
    switch (one.kind) {
      case 'literal':
      case 'name':
        return source.slice(one.start, one.end);
      case 'group':
        return show(one.inner);
      case 'list':
        return `[${one.elements.map(show).join(' ')}]`;
      case 'path':
        return `path(${one.parts.map(show).join(' ')})`;
      case 'member':
        return `${show(one.object)}.${one.name}`;
      case 'index':
        return `${show(one.object)}[${one.bounds.map(show).join(':')}]`;
      case 'call':
        return `${show(one.callee)}(${one.args.map(show).join(' ')})`;
      case 'unary':
        return `(${one.sign}${show(one.operand)})`;
      case 'binary':
        return `(${show(one.left)} ${one.sign} ${show(one.right)})`;
    }
  };
  return show(readExpression(new TokenReader(source)));
}

const file = (...body: readonly string[]): string =>
  [
    "rules_version = '2';",
    'service cloud.firestore {',
    'match /databases/{database}/documents {',
    ...body,
    '}}',
  ].join('\n');

describe('language of rules › expressions', () => {
  it.each([
    ['a || b && c', '(a || (b && c))'],
    ['a && b && c', '((a && b) && c)'],
    ['!a.b && -c < d', '((!a.b) && ((-c) < d))'],
    ["'x' in a == ('y' in b)", "(('x' in a) == ('y' in b))"],
    ['a is int && a >= 1 + 2 * b', '((a is int) && (a >= (1 + (2 * b))))'],
    ["p.split('~')[0] == q[0:n()]", "(p.split('~')[0] == q[0:n()])"],
    ["has(a, ['b', 'c'], [])", "has(a ['b' 'c'] [])"],
    ['get(/rooms/$(r.id)/seats/$(string(s))).data', 'get(path(r.id string(s))).data'],
    ['(a || (b)) && c', '((a || b) && c)'],
  ])('reads %s', (source, expected) => {
    expect(bound(source)).toBe(expected);
  });

  it('knows where each part stands', () => {
    const source = ' (a  ||\n b) && !c';
    const parts = [...within(readExpression(new TokenReader(source)))];
    expect(parts.map(({ start, end }) => source.slice(start, end))).toEqual([
      '(a  ||\n b) && !c',
      ...['(a  ||\n b)', 'a  ||\n b', 'a', 'b', '!c', 'c'],
    ]);
  });

  it('takes neither strings nor comments for code', () => {
    const tokens = tokensOf("a /* && b */ == '// \\' x' // || c");
    expect(tokens.map(({ text }) => text)).toEqual(['a', '==', "'// \\' x'", '']);
  });

  it.each([
    ['a ? b : c', 'no sign'],
    ["{'a': 1}", 'an expression is expected'],
    ['(a)(b)', 'only names are called'],
    ['a &&', 'an expression is expected'],
    ['[a b]', '"," is expected'],
    ["'open", 'no sign'],
  ])('refuses %s', (source, problem) => {
    expect(() => readExpression(new TokenReader(source))).toThrow(problem);
  });
});

describe('language of rules › files', () => {
  it('has functions and what is allowed, each with its path', () => {
    const { functions, allows } = readRuleset(
      file(
        'match /rooms/{room} { allow read, write; match /{rest=**} { allow get: if f(1) == 2; } }',
        'function f(x) { let y = x + 1; return y; }',
      ),
    );
    expect(functions).toMatchObject([{ name: 'f', parameters: ['x'], lets: [{}], body: { name: 'y' } }]);
    expect(allows).toMatchObject([
      { methods: ['read', 'write'], path: '/databases/{database}/documents/rooms/{room}' },
      { methods: ['get'], path: '/databases/{database}/documents/rooms/{room}/{rest=**}' },
    ]);
    expect(allows[0]?.condition).toBeUndefined();
  });

  it('says in which line it does not understand', () => {
    expect(() => readRuleset(file('', 'permit read;'))).toThrow(
      'firestore.rules:5: a match, a function or an allow is expected, but there is "permit"',
    );
    const twice = 'function f() { return 1; }';
    expect(() => readRuleset(file(twice, twice))).toThrow('two functions are called f');
    expect(() => readRuleset(`${file()} service`)).toThrow('the end is expected');
  });

  it('knows conditions by what they are and by where they stand', () => {
    const ruleset = readRuleset(
      file(
        'function told(x) { return isSo(x) && !x.flag; }',
        'function isSo(x) { return x.size() > 0 && x.matches(p()); }',
        "function p() { return 'a'; }",
        'match /a/{b} { allow get: if told(b); allow list: if b.c; }',
      ),
    );
    const texts = [...conditionsOf(ruleset)].map((one) => textOf(ruleset, one));
    expect(texts).toContain('told(b)');
    expect(texts).toContain('b.c');
    expect(texts).toContain('x.flag');
    expect(texts).toContain('x.matches(p())');
    for (const other of ['x', 'x.size()', 'p()', "'a'", 'told']) expect(texts).not.toContain(other);
    expect(scopesOf(ruleset).map(({ name }) => name)).toEqual([
      ...['told', 'isSo', 'p', '/a/{b} allow get', '/a/{b} allow list'],
    ]);
  });

  it('reads the rules of the project, every character of code', () => {
    const source = readFileSync(new URL('../../../firestore.rules', import.meta.url), 'utf8');
    const { functions, allows } = readRuleset(source);
    const code = source.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
    expect(functions).toHaveLength(code.match(/\bfunction /g)!.length);
    expect(allows).toHaveLength(code.match(/\ballow /g)!.length);
  });
});
