import { execFileSync } from 'node:child_process';
import { PROJECT_ROOT } from '../setup/set-up.mjs';
import type { Mutant } from './mutants.ts';

/** Lines of a file, from and to, from 1 on. */
export type Lines = readonly [from: number, to: number];

const RULES_FILE = 'firestore.rules';
const UPSTREAM = 'origin/main';

/** The mutants of one line (`120`), of some (`120-140`), or of a function or an `allow` by (a part of) its name. */
export function mutantsIn(mutants: readonly Mutant[], where: string): readonly Mutant[] {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(where) ?? [];
  if (from !== undefined) return mutantsAt(mutants, [[Number(from), Number(to)]]);
  const exact = mutants.filter((mutant) => mutant.in === where);
  return exact.length > 0 ? exact : mutants.filter((mutant) => mutant.in.includes(where));
}

export function mutantsAt(mutants: readonly Mutant[], lines: readonly Lines[]): readonly Mutant[] {
  return mutants.filter(({ line, lastLine }) => lines.some(([from, to]) => line <= to && lastLine >= from));
}

/**
 * The lines of the rules that are not as in another commit.
 * @param base where nothing is named: the commit that this branch left origin/main at, or the last one before this
 * @throws with git's own words if there is no such commit
 */
export function changedLines(base?: string): readonly Lines[] {
  return linesIn(git('diff', '--unified=0', '--no-color', base ?? defaultBase(), '--', RULES_FILE));
}

/** The new side of every part of a diff. Where lines have only gone, those beside the gap count. */
export function linesIn(diff: string): readonly Lines[] {
  return [...diff.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, from = '', count = '1']) => {
    const first = Number(from);
    return count === '0' ? [first, first + 1] : [first, first + Number(count) - 1];
  });
}

function defaultBase(): string {
  try {
    const left = git('merge-base', 'HEAD', UPSTREAM);
    if (left !== git('rev-parse', 'HEAD')) return left;
  } catch {
    // There is no such branch here.
  }
  return 'HEAD~1';
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: PROJECT_ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
}
