/** What is out of step between the numbered rules of the protocol and the titles of the tests that show them. */
export type Behaviours = {
  readonly rules: number;
  /** Ids that stand more than once in the protocol. */
  readonly repeated: readonly string[];
  /** Rules that no test shows. */
  readonly untested: readonly string[];
  /** Ids in titles of tests that the protocol does not have. */
  readonly unknown: readonly string[];
};

/**
 * @param protocol docs/protocol.md, where a rule is a line that begins with `- **ST3**`
 * @param tests sources of tests, where a title begins with `[ST3]`, or several such
 */
export function compareBehaviours(protocol: string, tests: readonly string[]): Behaviours {
  const rules = [...protocol.matchAll(/^- \*\*([A-Z]{2}\d+)\*\* /gm)].map(([, id = '']) => id);
  const titles = tests.flatMap((source) =>
    [...source.matchAll(/['"`]((?:\[[A-Z]{2}\d+\] )+)/g)].flatMap(([, ids = '']) => ids.match(/\w+/g) ?? []),
  );
  const known = new Set(rules);
  const tested = new Set(titles);
  return {
    rules: rules.length,
    repeated: [...new Set(rules.filter((id, n) => rules.indexOf(id) !== n))],
    untested: rules.filter((id) => !tested.has(id)),
    unknown: [...tested].filter((id) => !known.has(id)),
  };
}
