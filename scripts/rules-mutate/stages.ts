import path from 'node:path';
import { scopesOf } from '../rules/language/conditions.ts';
import { within, type Ruleset } from '../rules/language/syntax.ts';
import type { Failure, Stage } from './contract.ts';

/** So many tests that noticed mistakes in the same function are tried before whole files, and of each that calls it. */
const KILLERS_FIRST = 6;
const KILLERS_OF_CALLERS = 2;

/**
 * Which tests to try first: those that noticed what was wrong in the same function or where it is called, then files in the order
 * of what they noticed.
 */
export class Stages {
  readonly #files: readonly string[];
  readonly #callers: ReadonlyMap<string, readonly string[]>;
  /** Failures by the function that was changed, the newest last. */
  readonly #killers = new Map<string, readonly Failure[]>();
  readonly #kills = new Map<string, number>();

  constructor(files: readonly string[], callers: ReadonlyMap<string, readonly string[]>) {
    this.#files = files;
    this.#callers = callers;
  }

  /** All files, one after the other. */
  get all(): readonly Stage[] {
    return this.#files.map((file) => ({ file }));
  }

  learn(scope: string, failure: Failure): void {
    const others = this.#killersOf(scope).filter((killer) => !isSame(killer, failure));
    this.#killers.set(scope, [...others, failure]);
    for (const key of [failure.file, `${scope}\n${failure.file}`])
      this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }

  for(scope: string): readonly Stage[] {
    const killers = [
      ...this.#callersOf(scope).flatMap((caller) => this.#killersOf(caller).slice(-KILLERS_OF_CALLERS)),
      ...this.#killersOf(scope).slice(-KILLERS_FIRST),
    ];
    const files = [...new Set(killers.map(({ file }) => file).reverse())];
    const first = files.map((file) => ({
      file,
      tests: [...new Set(killers.filter((killer) => killer.file === file).map(({ test }) => test))],
    }));
    return [...first, ...this.#inOrderFor(scope).map((file) => ({ file }))];
  }

  #killersOf(scope: string): readonly Failure[] {
    return this.#killers.get(scope) ?? [];
  }

  #callersOf(scope: string): readonly string[] {
    return this.#callers.get(scope) ?? [];
  }

  #inOrderFor(scope: string): readonly string[] {
    const killsIn = (one: string, file: string): number => this.#kills.get(`${one}\n${file}`) ?? 0;
    const score = (file: string): number =>
      1000 * killsIn(scope, file) +
      100 *
        Math.min(
          1,
          this.#callersOf(scope).reduce((sum, caller) => sum + killsIn(caller, file), 0),
        ) +
      10 * (isNamedLike(scope, file) ? 1 : 0) +
      Math.min(this.#kills.get(file) ?? 0, 999) / 1000;
    return this.#files.toSorted((a, b) => score(b) - score(a));
  }
}

const isSame = (a: Failure, b: Failure): boolean => a.file === b.file && a.test === b.test;

/** `isValidSeat` and `seats.test.ts`. */
function isNamedLike(scope: string, file: string): boolean {
  const words = path.basename(file).split('.')[0]?.split('-') ?? [];
  return words.some((word) => scope.toLowerCase().includes(word.replace(/(?:es|s)$/, '')));
}

/** Where each function is called from, directly or through others. */
export function callersIn(ruleset: Ruleset): ReadonlyMap<string, readonly string[]> {
  const direct = new Map<string, Set<string>>();
  for (const { name, expressions } of scopesOf(ruleset))
    for (const part of expressions.flatMap((whole) => [...within(whole)]))
      if (part.kind === 'call' && part.callee.kind === 'name')
        direct.set(part.callee.name, (direct.get(part.callee.name) ?? new Set()).add(name));
  // A set grows while it is gone through: those that are added have their turn, too.
  for (const callers of direct.values())
    for (const caller of callers) for (const further of direct.get(caller) ?? []) callers.add(further);
  return new Map([...direct].map(([name, callers]) => [name, [...callers].reverse()]));
}

/** Mutants of what calls before mutants of what is called: so there is something to know of the callers. */
export function callersFirst<TMutant extends { readonly in: string }>(
  mutants: readonly TMutant[],
  callers: ReadonlyMap<string, readonly string[]>,
): readonly TMutant[] {
  const depth = (scope: string): number => callers.get(scope)?.length ?? 0;
  return mutants.toSorted((a, b) => depth(a.in) - depth(b.in));
}
