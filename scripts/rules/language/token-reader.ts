import { RulesSyntaxError } from './rules-syntax-error.ts';
import { tokensOf, type Token, type TokenKind } from './tokens.ts';

/** Goes through the tokens of a rules file, one by one. */
export class TokenReader {
  readonly source: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(source: string) {
    this.source = source;
    this.#tokens = tokensOf(source);
  }

  get next(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError('There is always an end.');
    return token;
  }

  /** The offset after the last token that was taken. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  isAt(...texts: readonly string[]): boolean {
    const { kind, text } = this.next;
    return kind !== 'string' && texts.includes(text);
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** Takes the next token if it is this one. */
  skip(text: string): boolean {
    const is = this.isAt(text);
    if (is) this.#at++;
    return is;
  }

  expect(text: string): Token {
    if (!this.isAt(text)) this.fail(`"${text}" is expected`);
    return this.take();
  }

  takeKind(kind: TokenKind): Token {
    if (this.next.kind !== kind) this.fail(`a ${kind} is expected`);
    return this.take();
  }

  /** @throws {RulesSyntaxError} at the next token */
  fail(problem: string): never {
    const { text, start } = this.next;
    throw new RulesSyntaxError(this.source, start, `${problem}, but there is "${text}"`);
  }
}
