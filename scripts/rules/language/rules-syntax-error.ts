/** What the reader of rules does not understand, with its place. The rules may be right all the same. */
export class RulesSyntaxError extends Error {
  readonly hint = 'scripts/rules/language reads a part of the language only. Teach it what is new.';

  constructor(source: string, offset: number, problem: string) {
    super(`firestore.rules:${lineAt(source, offset)}: ${problem}`);
  }
}

/** The number of the line, from 1 on. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
