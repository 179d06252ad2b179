import path from 'node:path';
import type { Finding } from '../rules/explained.ts';
import type { Failure, Stage } from './contract.ts';

/** So many tests that noticed neighbours of a mutant are tried before whole files. */
const KILLERS_FIRST = 6;

/** Which tests to try first: those that noticed what was wrong nearby, then files in the order of what they noticed. */
export class Stages {
  readonly #files: readonly string[];
  /** Failures by the function that was changed, the newest last. */
  readonly #killers = new Map<string, Failure[]>();
  readonly #kills = new Map<string, number>();

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /** All files, one after the other. */
  get all(): readonly Stage[] {
    return this.#files.map((file) => ({ file }));
  }

  learn({ in: scope }: Finding, failure: Failure): void {
    const killers = this.#killers.get(scope) ?? [];
    this.#killers.set(scope, [...killers.filter(({ test }) => test !== failure.test), failure]);
    for (const key of [failure.file, `${scope}\n${failure.file}`])
      this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }

  for({ in: scope }: Finding): readonly Stage[] {
    const killers = (this.#killers.get(scope) ?? []).slice(-KILLERS_FIRST);
    const files = [...new Set(killers.map(({ file }) => file).reverse())];
    const first = files.map((file) => ({
      file,
      tests: killers.filter((killer) => killer.file === file).map(({ test }) => test),
    }));
    return [...first, ...this.#inOrderFor(scope).map((file) => ({ file }))];
  }

  #inOrderFor(scope: string): readonly string[] {
    const score = (file: string): number =>
      1000 * (this.#kills.get(`${scope}\n${file}`) ?? 0) +
      100 * (isNamedLike(scope, file) ? 1 : 0) +
      Math.min(this.#kills.get(file) ?? 0, 99) / 100;
    return this.#files.toSorted((a, b) => score(b) - score(a));
  }
}

/** `isValidSeat` and `seats.test.ts`. */
function isNamedLike(scope: string, file: string): boolean {
  const words = path.basename(file).split('.')[0]?.split('-') ?? [];
  return words.some((word) => scope.toLowerCase().includes(word.replace(/(?:es|s)$/, '')));
}
