import type { FuzzResult } from './contract.ts';

/** What was compared, and every disagreement with what both say. */
export function resultLines({
  collection,
  documents,
  valid,
  disagreements,
  seconds,
}: FuzzResult): readonly string[] {
  const head = `${disagreements.length === 0 ? '✓' : '✗'} ${collection}: ${documents} documents, ${valid} of them valid (${seconds.toFixed(1)} s)`;
  return [
    head,
    ...disagreements.flatMap(({ rules, validator, document }) => [
      `    document   ${document}`,
      `    rules      ${rules}`,
      `    validator  ${validator}`,
      '',
    ]),
  ];
}

/** The closing line. */
export function summary(results: readonly FuzzResult[]): string {
  const documents = results.reduce((sum, result) => sum + result.documents, 0);
  const disagreements = results.reduce((sum, result) => sum + result.disagreements.length, 0);
  return `rules fuzz: ${documents} documents in ${results.length} collections, ${disagreements} disagreements`;
}
