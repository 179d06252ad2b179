/**
 * Test files of the rules that say nothing about what the rules as they are decide, with the reason. What only these would
 * notice counts as not shown.
 */
export const NO_CLAIMS: Readonly<Record<string, string>> = {
  'agreement.test.ts': 'what is generated finds mistakes, but states no rule; npm run rules:fuzz is for that',
  'limits-parity.test.ts': 'compares the text of the rules',
  'placement.test.ts': 'runs under rules that are merged into others',
  'adopting.test.ts': 'is about accounts',
};

const NAME = /[^/\\]*$/;

/**
 * The test files that do.
 * @param files all of test/rules
 * @throws if one of {@link NO_CLAIMS} is not among them
 */
export function filesWithClaims(files: readonly string[]): readonly string[] {
  const nameOf = (file: string): string => NAME.exec(file)?.[0] ?? file;
  const missing = Object.keys(NO_CLAIMS).filter((name) => !files.some((file) => nameOf(file) === name));
  if (missing.length > 0)
    throw new Error(`scripts/rules/claims.ts names test files that are not there: ${missing.join(', ')}.`);
  return files.filter((file) => !(nameOf(file) in NO_CLAIMS));
}
