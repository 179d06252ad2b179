import type { TestName } from './contract.ts';
import type { Mutant } from './mutants.ts';

/** So many tests that noticed something in the same function are tried first. */
const OF_FUNCTION = 3;

const keyOf = ({ file, test }: TestName): string => `${file}\n${test}`;

/** Which tests have noticed mistakes so far, and where: most mistakes in one place are noticed by the same tests. */
export class Learned {
  /** By place and by function, the newest first. */
  readonly #killers = new Map<string, readonly TestName[]>();

  learn({ place, in: scope }: Mutant, killer: TestName): void {
    for (const where of [`${place.start}-${place.end}`, scope]) {
      const others = this.#at(where).filter((one) => keyOf(one) !== keyOf(killer));
      this.#killers.set(where, [killer, ...others]);
    }
  }

  /** Of some tests that can notice a mutant, those first that noticed others at its place, then some of those in its function. */
  sort({ place, in: scope }: Mutant, tests: readonly TestName[]): readonly TestName[] {
    const names = new Map(tests.map((test) => [keyOf(test), test]));
    const first = [...this.#at(`${place.start}-${place.end}`), ...this.#at(scope).slice(0, OF_FUNCTION)];
    return [...new Set([...first.map(keyOf), ...names.keys()])].flatMap((key) => names.get(key) ?? []);
  }

  #at(where: string): readonly TestName[] {
    return this.#killers.get(where) ?? [];
  }
}
