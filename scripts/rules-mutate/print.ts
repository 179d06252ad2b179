import type { Settled } from '../rules/explained.ts';
import type { Judged } from './judge.ts';

/** Longer changes are cut: the line tells where they are. */
const WIDTH = 160;
const cut = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text);

/** A mutant that no test has noticed: where it is, what it changes, and what stands there. */
export function survivorLines(mutant: Judged, source: string): readonly string[] {
  const text = source.split('\n')[mutant.line - 1]?.trim() ?? '';
  return [
    `firestore.rules:${mutant.line} in ${mutant.in}`,
    `    mutation  ${cut(mutant.what)}`,
    `    line      ${cut(text)}`,
  ];
}

/** What keeps the list of explanations from being true. */
export type Mistakes = {
  /** Explanations of mutants that there are not. */
  readonly stale: Settled<Judged>['stale'];
  /** Mutants that are said to change nothing, and were noticed. */
  readonly refuted: readonly Judged[];
};

export function mistakeLines({ stale, refuted }: Mistakes): readonly string[] {
  return [
    ...stale.map((one) => `Explained, but there is no such mutant: ${one.in}: ${one.what}`),
    ...refuted.map((one) => `Explained, but "${one.killer?.test ?? ''}" notices it: ${one.in}: ${one.what}`),
  ];
}

export type Result = { readonly killed: number; readonly survived: number; readonly equivalent: number };

/** The closing line. What the emulator does not take is no mutant. */
export function summary({ killed, survived, equivalent }: Result, invalid: number): string {
  const counts = [
    `${killed + survived + equivalent} mutants`,
    `${killed} killed`,
    `${survived} survived`,
    `${equivalent} equivalent`,
  ];
  const ignored = invalid === 0 ? '' : ` (and ${invalid} that are no rules)`;
  return `rules mutation: ${counts.join(', ')}${ignored}`;
}
