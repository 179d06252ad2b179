import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRuleset } from '../../../scripts/rules/language/ruleset.ts';
import { mutantsOf } from '../../../scripts/rules-mutate/mutants.ts';
import { summary, survivorLines } from '../../../scripts/rules-mutate/print.ts';
import { linesIn, mutantsAt, mutantsIn } from '../../../scripts/rules-mutate/select.ts';
import { callersFirst, callersIn, Stages } from '../../../scripts/rules-mutate/stages.ts';

const file = (...body: readonly string[]): string =>
  ["rules_version = '2';", 'service cloud.firestore {', ...body, '}'].join('\n');

/** What the mutants of a function say in place of what it returns. */
function bodies(returned: string, parameters = 'a, b, c'): readonly string[] {
  const source = file(`function f(${parameters}) { return ${returned}; }`);
  return mutantsOf(readRuleset(source)).map(({ text }) => /return (.*); \}/.exec(text)![1]!);
}

describe('mutants of rules', () => {
  it.each([
    [
      'a conjunction',
      'a.x() && b == c',
      ['a.x()', 'b == c', 'a.x() || b == c', '!(a.x()) && b == c', 'a.x() && b != c'],
    ],
    ['a longer one, which loses each part', 'a && b && c', ['a && b', 'b && c', 'a && c']],
    ['a disjunction', '(a || b)', ['(a)', '(b)', '(a && b)', '(!(a) || b)']],
    ['a negation', 'a && !b', ['a && b']],
    [
      'limits',
      'a < b && b >= 1',
      ['a <= b && b >= 1', 'a < b && b > 1', 'a < b && b >= 0', 'a < b && b >= 2'],
    ],
    [
      'the state before and after',
      'exists(a) && get(b).c',
      ['existsAfter(a) && get(b).c', 'exists(a) && getAfter(b).c'],
    ],
    ['a method of the same name, which stays', "a.get('b', 0) == 1", ["a.get('b', 1) == 1"]],
    ['lists', "a.hasOnly(['x', 'y'])", ["a.hasOnly(['y'])", "a.hasOnly(['x'])"]],
    ['sums', 'a + b < c', ['a - b < c']],
    ['a membership', "a in ['x']", ['a in []', "!(a in ['x'])"]],
  ])('change %s', (_, returned, expected) => {
    const found = bodies(returned);
    for (const one of [...expected, 'true', 'false']) expect(found).toContain(one);
    expect(found).not.toContain(returned);
    expect(new Set(found).size).toBe(found.length);
  });

  it('move constants by one: numbers, and counts in patterns', () => {
    expect(bodies('16', '')).toEqual(['15', '17']);
    expect(bodies("'^[a-z]{1,8}x{3}y{2,}$'", '')).toEqual([
      ...["'^[a-z]{0,8}x{3}y{2,}$'", "'^[a-z]{2,8}x{3}y{2,}$'", "'^[a-z]{1,7}x{3}y{2,}$'"],
      ...["'^[a-z]{1,9}x{3}y{2,}$'", "'^[a-z]{1,8}x{2}y{2,}$'", "'^[a-z]{1,8}x{4}y{2,}$'"],
      ...["'^[a-z]{1,8}x{3}y{1,}$'", "'^[a-z]{1,8}x{3}y{3,}$'"],
    ]);
  });

  it('turn what is allowed on and off', () => {
    const source = file('match /a/{b} { allow get: if false; allow list: if x(); }');
    const texts = mutantsOf(readRuleset(source)).map(({ text, in: scope }) => [
      scope,
      [...text.matchAll(/if (.*?);/g)].map(([, condition]) => condition).join(' '),
    ]);
    expect(texts).toContainEqual(['/a/{b} allow get', 'true x()']);
    expect(texts).toContainEqual(['/a/{b} allow list', 'false true']);
    expect(texts).toContainEqual(['/a/{b} allow list', 'false false']);
  });

  it('have names that outlive changes elsewhere, each its own', () => {
    const source = file('function f(a) {', '  return a.x == 1', '    && a.x == 1;', '}');
    const mutants = mutantsOf(readRuleset(source));
    expect(mutants.filter(({ what }) => what.startsWith('a.x == 1 → a.x == 0'))).toMatchObject([
      { in: 'f', what: 'a.x == 1 → a.x == 0', line: 4 },
      { in: 'f', what: 'a.x == 1 → a.x == 0 (2)', line: 5 },
    ]);
    expect(new Set(mutants.map(({ what }) => what)).size).toBe(mutants.length);
  });

  it('are rules again, all of those of the project', () => {
    const source = readFileSync(new URL('../../../firestore.rules', import.meta.url), 'utf8');
    const mutants = mutantsOf(readRuleset(source));
    expect(mutants.length).toBeGreaterThan(1000);
    for (const { text } of mutants.filter((_, n) => n % 100 === 0))
      expect(() => readRuleset(text)).not.toThrow();
    expect(new Set(mutants.map((one) => `${one.in} ${one.what}`)).size).toBe(mutants.length);
  });
});

describe('choosing mutants', () => {
  const mutants = mutantsOf(
    readRuleset(
      file('function isOld(a) {', '  return a &&', '    a.b;', '}', 'function isNew(a) { return a < 1; }'),
    ),
  );

  it('goes by line, lines, or function', () => {
    expect(new Set(mutantsIn(mutants, '7').map((one) => one.in))).toEqual(new Set(['isNew']));
    expect(mutantsIn(mutants, '4-7')).toHaveLength(mutants.length);
    expect(mutantsIn(mutants, 'isOld').every((one) => one.in === 'isOld')).toBe(true);
    expect(mutantsIn(mutants, 'is')).toHaveLength(mutants.length);
    expect(mutantsIn(mutants, 'nobody')).toEqual([]);
  });

  it('takes a mistake that spans several lines for one of each', () => {
    expect(mutantsAt(mutants, [[5, 5]]).map(({ what }) => what)).toContain('always true');
    expect(mutantsAt(mutants, [[8, 9]])).toEqual([]);
  });

  it('reads the changed lines of a diff, and those beside a gap', () => {
    const diff = ['@@ -1,2 +3,4 @@ f', '+x', '@@ -9 +11 @@', '@@ -20,3 +20,0 @@'].join('\n');
    expect(linesIn(diff)).toEqual([
      [3, 6],
      [11, 11],
      [20, 21],
    ]);
  });
});

describe('the order of tests', () => {
  const files = ['/x/rooms.test.ts', '/x/seats.test.ts', '/x/mailboxes.test.ts'];
  const callers = callersIn(
    readRuleset(
      file(
        'match /seats/{n} { allow create: if isValidSeat(n); }',
        'function isValidSeat(n) { return isName(n) && n > 0; }',
        'function isName(n) { return n < max(); }',
        'function max() { return 9; }',
      ),
    ),
  );

  it('begins with files of the same name, and has all of them', () => {
    const stages = new Stages(files, callers).for('isValidSeat');
    expect(stages[0]).toEqual({ file: '/x/seats.test.ts' });
    expect(stages.map(({ file: one }) => one).sort()).toEqual([...files].sort());
  });

  it('tries first what noticed a mistake in the same function, the newest at the front', () => {
    const stages = new Stages(files, callers);
    const learn = (one: string, test: string) =>
      stages.learn('isValidSeat', { file: one, test, message: '' });
    learn('/x/mailboxes.test.ts', 'a');
    learn('/x/rooms.test.ts', 'b');
    learn('/x/rooms.test.ts', 'c');
    expect(stages.for('isValidSeat').slice(0, 3)).toEqual([
      { file: '/x/rooms.test.ts', tests: ['b', 'c'] },
      { file: '/x/mailboxes.test.ts', tests: ['a'] },
      { file: '/x/rooms.test.ts' },
    ]);
    // And in what that one calls, of which nothing is known.
    expect(stages.for('max').slice(0, 2)).toEqual([
      { file: '/x/rooms.test.ts', tests: ['b', 'c'] },
      { file: '/x/rooms.test.ts' },
    ]);
    expect(stages.for('other')).toHaveLength(files.length);
  });

  it('knows callers through others, and has their mutants first', () => {
    const create = '/seats/{n} allow create';
    expect(callers.get('max')).toEqual([create, 'isValidSeat', 'isName']);
    const mutants = ['max', 'isName', create, 'isValidSeat'].map((name) => ({ in: name }));
    expect(callersFirst(mutants, callers).map((one) => one.in)).toEqual([
      create,
      'isValidSeat',
      'isName',
      'max',
    ]);
  });
});

describe('what is printed of mutants', () => {
  it('shows a survivor with its line, and counts what is no rules apart', () => {
    const mutant = { in: 'f', what: 'a → b', line: 2, lastLine: 2, text: '' };
    expect(survivorLines(mutant, 'x\n  return a;\n')).toEqual([
      'firestore.rules:2 in f',
      '    mutation  a → b',
      '    line      return a;',
    ]);
    expect(summary({ killed: 7, survived: 0, equivalent: 2 }, 0)).toBe(
      'rules mutation: 9 mutants, 7 killed, 0 survived, 2 equivalent',
    );
    expect(summary({ killed: 7, survived: 1, equivalent: 2 }, 3)).toContain(
      '10 mutants, 7 killed, 1 survived',
    );
  });
});
