import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../../scripts/rules-coverage/gaps.ts';
import { gapTable, summary } from '../../../scripts/rules-coverage/print.ts';
import { Sights, type CoverageReport } from '../../../scripts/rules-coverage/report.ts';
import { filesWithClaims, NO_CLAIMS } from '../../../scripts/rules/claims.ts';
import { inOneLine, settle } from '../../../scripts/rules/explained.ts';
import { readRuleset } from '../../../scripts/rules/language/ruleset.ts';

const SOURCE = `rules_version = '2';
service cloud.firestore {
  match /rooms/{room} {
    allow get: if (a(room) || isB) &&
      !isC;
    allow list: if false;
  }
  function a(x) { return x == one(); }
  function one() { return get(x); }
}`;
const ruleset = readRuleset(SOURCE);

/** As the emulator reports it: without the brackets at the end, and with the last character as the end. */
function node(text: string, ...values: readonly unknown[]): NonNullable<CoverageReport['report']>[number] {
  const at = SOURCE.indexOf(text);
  expect(at, text).toBeGreaterThan(0);
  return {
    sourcePosition: { currentOffset: at, endOffset: at + text.length - 1 },
    values: values.map((value) => ({
      value: typeof value === 'boolean' ? { boolValue: value } : (value as Record<string, unknown>),
    })),
  };
}
const report = (...nodes: NonNullable<CoverageReport['report']>): CoverageReport => ({
  rules: { files: [{ content: SOURCE }] },
  report: nodes,
});

const NOT_EVALUATED = { undefined: {} };
const everything = (): CoverageReport =>
  report({
    ...node('(a(room) || isB) &&\n      !isC', true, false),
    children: [
      node('(a(room) || isB', true, false),
      node('a(room', true, false),
      node('isB', true, false),
      node('!isC', true, false),
      node('isC', true, false),
      node('x == one', true, false),
      node('get(x', { mapValue: {} }),
    ],
  });
/** The same, with one expression seen in another way. */
function but(text: string, ...values: readonly unknown[]): CoverageReport {
  const { report: [root] = [] } = everything();
  const other = node(text, ...values);
  const isOther = ({ sourcePosition }: typeof other): boolean =>
    JSON.stringify(sourcePosition) === JSON.stringify(other.sourcePosition);
  return report({ ...root!, children: root!.children!.map((child) => (isOther(child) ? other : child)) });
}

function gapsAfter(...reports: readonly CoverageReport[]) {
  const sights = new Sights(SOURCE);
  for (const one of reports) sights.add(one);
  return coverageOf(ruleset, sights);
}

describe('coverage of rules', () => {
  it('is full when every condition was true and false, and every other function evaluated', () => {
    const { total, gaps } = gapsAfter(everything());
    expect(gaps).toEqual([]);
    // The condition, four operands, the negated one, one comparison, and the function that is no condition.
    expect(total).toBe(8);
  });

  it('names what was never true, never false, never evaluated, with line and function', () => {
    const find = (one: CoverageReport) => gapsAfter(one).gaps;
    expect(find(but('!isC', false))).toEqual([
      { in: '/rooms/{room} allow get', what: '!isC is never true', line: 5, missing: 'true' },
    ]);
    expect(find(but('x == one', true, NOT_EVALUATED))).toMatchObject([
      { in: 'a', missing: 'false', line: 8 },
    ]);
    expect(find(but('get(x', NOT_EVALUATED))).toMatchObject([{ in: 'one', missing: 'evaluated' }]);
    expect(find(but('a(room', NOT_EVALUATED))).toMatchObject([{ what: 'a(room) is never evaluated' }]);
  });

  it('adds up what several test files have seen', () => {
    expect(gapsAfter(but('!isC', false), but('!isC', true)).gaps).toEqual([]);
  });

  it('takes no report about other rules, and none that leaves a condition out', () => {
    expect(() => gapsAfter({ rules: { files: [{ content: 'x' }] } })).toThrow('other rules');
    expect(() => gapsAfter(report())).toThrow('The emulator has no word about line');
  });

  it('is 100 % only when no gap is left without a reason', () => {
    const { total, gaps } = gapsAfter(but('!isC', false));
    const reason = [{ in: '/rooms/{room} allow get', what: '!isC is never true', reason: 'so it is' }];
    expect(summary(total, settle(gaps, []))).toBe(
      'rules coverage: 87.5 % (7 of 8 expressions seen true and false, 0 explained)',
    );
    expect(summary(total, settle(gaps, reason))).toBe(
      'rules coverage: 100 % (8 of 8 expressions seen true and false, 1 explained)',
    );
    expect(gapTable(gaps).at(-1)).toBe('    5  never true       !isC  (/rooms/{room} allow get)');
  });
});

describe('explained findings', () => {
  const finding = { in: 'f', what: 'a is never true' };

  it('are those with the same place and words, and a reason', () => {
    expect(settle([finding], [{ ...finding, reason: 'x' }])).toMatchObject({ open: [], stale: [] });
    expect(settle([finding], [{ ...finding, reason: ' ' }])).toMatchObject({ open: [finding] });
    expect(settle([finding], [{ ...finding, in: 'g', reason: 'x' }])).toMatchObject({ open: [finding] });
  });

  it('are stale when they fit nothing', () => {
    const stale = { ...finding, reason: 'x' };
    expect(settle([], [stale]).stale).toEqual([stale]);
  });

  it('keep their words when lines break elsewhere', () => {
    expect(inOneLine('a\n   && b // why\n  && c')).toBe('a && b && c');
  });
});

describe('test files with claims', () => {
  it('are all but those that are named with a reason', () => {
    const others = Object.keys(NO_CLAIMS).map((name) => `/x/${name}`);
    expect(filesWithClaims(['/x/a.test.ts', ...others])).toEqual(['/x/a.test.ts']);
    expect(() => filesWithClaims(['/x/a.test.ts', ...others.slice(1)])).toThrow('agreement.test.ts');
  });
});
