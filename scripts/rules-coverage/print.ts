import type { Explanation, Settled } from '../rules/explained.ts';
import type { Gap } from './gaps.ts';

/** Longer expressions are cut: the line tells where they are. */
const WIDTH = 100;
const cut = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text);

/** Each gap with its line, and the function it stands in. */
export function gapTable(gaps: readonly Gap[]): readonly string[] {
  if (gaps.length === 0) return [];
  const rows = gaps.map((gap) => {
    const what = gap.what.slice(0, -` is never ${gap.missing}`.length);
    return `${String(gap.line).padStart(5)}  never ${gap.missing.padEnd(9)}  ${cut(what)}  (${gap.in})`;
  });
  return ['', 'firestore.rules', ...rows];
}

export function staleTable(stale: readonly Explanation[]): readonly string[] {
  if (stale.length === 0) return [];
  return ['', 'Explained, but not so (any more):', ...stale.map((one) => `  ${one.in}: ${one.what}`)];
}

/** The closing line: 100 % only when nothing is left open. */
export function summary(total: number, { open, explained }: Settled<Gap>): string {
  const unseen = new Set(
    open.map(({ line, in: scope, what, missing }) =>
      [line, scope, what.slice(0, -missing.length)].join('\n'),
    ),
  ).size;
  const percent = Math.floor(((total - unseen) / total) * 1000) / 10;
  const counts = `${total - unseen} of ${total} expressions seen true and false, ${explained.length} explained`;
  return `rules coverage: ${percent} % (${counts})`;
}
