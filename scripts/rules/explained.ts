/*
 * Lists of exceptions: findings that are right as they are, each with the reason. They are named by where they stand and what
 * they say, never by line, so that they outlive changes elsewhere in the file. One that fits nothing any more is an error.
 */

/** Something that a proof of the rules has found. */
export type Finding = {
  /** Function, or `allow` with its path. */
  readonly in: string;
  /** What it says there. */
  readonly what: string;
};

export type Explanation = Finding & { readonly reason: string };

/** Findings that nobody has explained, those that somebody has, and explanations of nothing. */
export type Settled<TFinding extends Finding> = {
  readonly open: readonly TFinding[];
  readonly explained: readonly TFinding[];
  readonly stale: readonly Explanation[];
};

export function settle<TFinding extends Finding>(
  findings: readonly TFinding[],
  explanations: readonly Explanation[],
): Settled<TFinding> {
  const explains = (finding: Finding) => (explanation: Explanation) =>
    explanation.in === finding.in && explanation.what === finding.what && explanation.reason.trim() !== '';
  const isExplained = (finding: Finding): boolean => explanations.some(explains(finding));
  return {
    open: findings.filter((finding) => !isExplained(finding)),
    explained: findings.filter(isExplained),
    stale: explanations.filter((one) => !findings.some((finding) => explains(finding)(one))),
  };
}

/** What an expression says, whatever the line breaks and comments in it. */
export function inOneLine(text: string): string {
  return text
    .replaceAll(/\/\/[^\n]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
