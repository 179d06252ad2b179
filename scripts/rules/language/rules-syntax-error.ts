/** What the reader of rules does not understand, with its place. The rules may be right all the same. */
export class RulesSyntaxError extends Error {
  readonly hint = 'scripts/rules/language reads a part of the language only. Teach it what is new.';

  constructor(source: string, offset: number, problem: string) {
    super(`firestore.rules:${lineAt(source, offset)}: ${problem}`);
  }
}

/** The number of the line, from 1 on. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
