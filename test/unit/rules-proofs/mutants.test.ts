import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sights } from '../../../scripts/rules-coverage/report.ts';
import { readRuleset } from '../../../scripts/rules/language/ruleset.ts';
import type { Order, Post, Surveyed } from '../../../scripts/rules-mutate/contract.ts';
import { Learned } from '../../../scripts/rules-mutate/learned.ts';
import { mutantsOf } from '../../../scripts/rules-mutate/mutants.ts';
import { summary, survivorLines } from '../../../scripts/rules-mutate/print.ts';
import { Queue } from '../../../scripts/rules-mutate/queue.ts';
import { keyOf, Reach, sightsAt } from '../../../scripts/rules-mutate/reach.ts';
import { linesIn, mutantsAt, mutantsIn } from '../../../scripts/rules-mutate/select.ts';

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

const ruleset = readRuleset(
  file(
    'match /seats/{n} { allow create: if isValidSeat(n); allow list: if false; }',
    'function isValidSeat(n) { return isName(n) && n > max(); }',
    'function isName(n) { return n < max(); }',
    'function max() { return 9; }',
  ),
);
/** The place of the first of these words. */
const placeOf = (text: string) => {
  const start = ruleset.source.indexOf(text);
  return { start, end: start + text.length };
};
const keys = (...texts: readonly string[]): readonly string[] => texts.map((text) => keyOf(placeOf(text)));
const KNOWN = keys(
  'isValidSeat(n)',
  'isName(n) && n > max()',
  'isName(n)',
  'n > max()',
  'max()',
  'n < max()',
);
const tested = (test: string, evaluated: readonly string[], isFalse: readonly string[] = []): Surveyed => ({
  ...{ file: '/x/seats.test.ts', test, milliseconds: 1 },
  ...{ evaluated, isFalse },
});

describe('which tests can notice a mutant', () => {
  const both = [
    tested('denied by name', keys('isName(n) && n > max()', 'isName(n)', 'n < max()'), keys('isName(n)')),
    tested('allowed', KNOWN),
    tested('denied by size', KNOWN, keys('n > max()')),
    tested('about something else', []),
  ];
  const reach = new Reach(ruleset, both, KNOWN);
  const found = (text: string) => reach.testsFor(placeOf(text)).map(({ test }) => test);

  it('are those that make the rules evaluate what it changes', () => {
    expect(found('isName(n)').sort()).toEqual(['allowed', 'denied by name', 'denied by size']);
    expect(found('n > max()').sort()).toEqual(['allowed', 'denied by size']);
  });

  it('are in the order of what they promise: first those that it held back, then what does little else', () => {
    expect(found('isName(n)')[0]).toBe('denied by name');
    expect(found('n > max()')[0]).toBe('denied by size');
    expect(found('n < max()')[0]).toBe('denied by name');
  });

  it('are those of what is around, or of the calls, where the emulator keeps no account', () => {
    expect(found('9').sort()).toEqual(['allowed', 'denied by name', 'denied by size']);
    expect(new Reach(ruleset, both, []).testsFor(placeOf('9'))).toHaveLength(both.length);
    expect(found('false')).toHaveLength(both.length);
  });

  it('are known from a report of the emulator', () => {
    const sights = new Sights(ruleset.source);
    const at = (text: string, value: Record<string, unknown>) => {
      const { start, end } = placeOf(text);
      return { sourcePosition: { currentOffset: start, endOffset: end - 1 }, values: [{ value }] };
    };
    const report = [
      at('isName(n)', { boolValue: false }),
      at('n > max()', {}),
      at('n < max()', { undefined: {} }),
    ];
    sights.add({ rules: { files: [{ content: ruleset.source }] }, report });
    expect(sightsAt(ruleset, sights)).toEqual({
      known: expect.arrayContaining([...keys('isName(n)', 'n > max()', 'n < max()')]) as unknown,
      evaluated: expect.not.arrayContaining([...keys('n > max()')]) as unknown,
      isFalse: keys('isName(n)'),
    });
    // What can't be evaluated was asked for.
    expect(sightsAt(ruleset, sights).evaluated).toContain(keys('n < max()')[0]);
  });
});

describe('the order of tests', () => {
  const mutants = mutantsOf(ruleset);
  const all = ['a', 'b', 'c'].map((test) => ({ file: '/x/seats.test.ts', test }));
  const [a, b, c] = all;
  const at = (text: string) => mutants.find(({ place }) => keyOf(place) === keyOf(placeOf(text)))!;

  it('begins with what noticed a mistake at the same place, the newest at the front, then in the function', () => {
    const learned = new Learned();
    expect(learned.sort(at('n > max()'), all)).toEqual(all);
    learned.learn(at('n > max()'), b!);
    expect(learned.sort(at('n > max()'), all)).toEqual([b, a, c]);
    expect(learned.sort(at('isName(n) && n > max()'), all)).toEqual([b, a, c]);
    learned.learn(at('isName(n) && n > max()'), c!);
    expect(learned.sort(at('n > max()'), all)).toEqual([b, c, a]);
    expect(learned.sort(at('n < max()'), all)).toEqual(all);
  });

  it('has no tests but those that can notice it', () => {
    const learned = new Learned();
    learned.learn(at('n > max()'), b!);
    expect(learned.sort(at('n > max()'), [a!])).toEqual([a]);
  });
});

describe('the queue', () => {
  const ask = async (url: string, post: Post | null = null) =>
    (await (await fetch(url, { method: 'POST', body: JSON.stringify(post) })).json()) as Order | null;
  const job = (rules: string) => ({ kind: 'trial' as const, rules, tests: [] });

  it('hands jobs out in their order, and makes each when a process takes it', async () => {
    const queue = new Queue();
    const url = await queue.open();
    let rules = 'old';
    const verdicts = [queue.run(() => job(rules)), queue.run(() => job('second'))];
    rules = 'new';
    const first = await ask(url);
    expect(first?.job.rules).toBe('new');
    const second = await ask(url, { id: first!.id, verdict: { invalid: 'x' } });
    expect(second?.job.rules).toBe('second');
    expect(await verdicts[0]).toEqual({ invalid: 'x' });
    const third = ask(url, { id: second!.id, verdict: {} });
    expect(await verdicts[1]).toEqual({});
    queue.end();
    expect(await third).toBeNull();
    await queue.close();
  });

  it('fails what nobody has done when the processes end early', async () => {
    const queue = new Queue();
    const url = await queue.open();
    const verdicts = [queue.run(() => job('taken')), queue.run(() => job('waiting'))];
    await ask(url);
    queue.end(new Error('early'));
    for (const verdict of verdicts) await expect(verdict).rejects.toThrow('early');
    await queue.close();
  });
});

describe('what is printed of mutants', () => {
  it('shows a survivor with its line, and counts what is no rules apart', () => {
    const mutant = { in: 'f', what: 'a → b', line: 2, lastLine: 2, place: { start: 0, end: 1 }, text: '' };
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
