import type { Sights } from '../rules-coverage/report.ts';
import { scopesOf } from '../rules/language/conditions.ts';
import { partsOf, within, type Expression, type Ruleset } from '../rules/language/syntax.ts';
import type { Surveyed, TestName } from './contract.ts';

type Place = { readonly start: number; readonly end: number };

/** What a place is called by. */
export const keyOf = ({ start, end }: Place): string => `${start}-${end}`;

/** What the emulator knows of a test that has run alone: where it keeps account, and what it has counted there. */
export function sightsAt(
  ruleset: Ruleset,
  sights: Sights,
): { readonly known: readonly string[] } & Pick<Surveyed, 'evaluated' | 'isFalse'> {
  const seen = everyExpression(ruleset).flatMap((expression) => {
    const sight = sights.of(expression);
    return sight === undefined ? [] : [{ key: keyOf(expression), ...sight }];
  });
  const keys = (some: typeof seen): readonly string[] => some.map(({ key }) => key);
  return {
    known: keys(seen),
    evaluated: keys(seen.filter(({ isVisited }) => isVisited)),
    isFalse: keys(seen.filter(({ isFalse }) => isFalse)),
  };
}

function everyExpression(ruleset: Ruleset): readonly Expression[] {
  return scopesOf(ruleset).flatMap(({ expressions }) => expressions.flatMap((one) => [...within(one)]));
}

/**
 * Which tests can notice that an expression is another one: those that make the rules evaluate it, as they are. To everybody else
 * they are the same rules.
 */
export class Reach {
  readonly #tests: readonly Surveyed[];
  readonly #known: ReadonlySet<string>;
  readonly #evaluated = new Map<string, Surveyed[]>();
  readonly #isFalse: ReadonlyMap<Surveyed, ReadonlySet<string>>;
  readonly #around: ReadonlyMap<string, Expression>;
  /** Where what a function returns is called for, by the place of its body. */
  readonly #calls: ReadonlyMap<string, readonly Expression[]>;

  constructor(ruleset: Ruleset, tests: readonly Surveyed[], known: Iterable<string>) {
    this.#tests = tests;
    this.#known = new Set(known);
    for (const test of tests)
      for (const key of test.evaluated) this.#evaluated.set(key, [...(this.#evaluated.get(key) ?? []), test]);
    this.#isFalse = new Map(tests.map((test) => [test, new Set(test.isFalse)]));
    this.#around = surroundings(ruleset);
    this.#calls = callsIn(ruleset);
  }

  /** The most promising first: a mistake lets through what was held back there, more often than not. */
  testsFor(place: Place): readonly TestName[] {
    const keys = this.#accountsOf(keyOf(place));
    const found = keys === undefined ? this.#tests : keys.flatMap((key) => this.#evaluated.get(key) ?? []);
    const holdsBack = (test: Surveyed): number =>
      keys?.some((key) => this.#isFalse.get(test)?.has(key)) === true ? 1 : 0;
    // What evaluates little else is about just this.
    const cost = (test: Surveyed): number => test.evaluated.length * (10 + test.milliseconds);
    return [...new Set(found)].toSorted((a, b) => holdsBack(b) - holdsBack(a) || cost(a) - cost(b));
  }

  /** Where there is an account of what a place is a part of; undefined if there is none. */
  #accountsOf(key: string): readonly string[] | undefined {
    if (this.#known.has(key)) return [key];
    const around = this.#around.get(key);
    if (around !== undefined) return this.#accountsOf(keyOf(around));
    const accounts = this.#calls.get(key)?.map((call) => this.#accountsOf(keyOf(call)));
    return accounts?.every((one) => one !== undefined) === true ? accounts.flat() : undefined;
  }
}

function surroundings(ruleset: Ruleset): ReadonlyMap<string, Expression> {
  const around = new Map<string, Expression>();
  for (const expression of everyExpression(ruleset))
    for (const part of partsOf(expression)) around.set(keyOf(part), expression);
  return around;
}

function callsIn(ruleset: Ruleset): ReadonlyMap<string, readonly Expression[]> {
  const calls = everyExpression(ruleset).filter((one) => one.kind === 'call');
  const named = (name: string) =>
    calls.filter(({ callee }) => callee.kind === 'name' && callee.name === name);
  return new Map(ruleset.functions.map(({ name, body }) => [keyOf(body), named(name)]));
}
