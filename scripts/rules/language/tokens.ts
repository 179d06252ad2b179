import { RulesSyntaxError } from './rules-syntax-error.ts';

export type TokenKind = 'word' | 'number' | 'string' | 'sign' | 'end';

/** One word, literal or sign of a rules file, at its place. */
export type Token = {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  /** The offset after its last character. */
  readonly end: number;
};

const BLANK_OR_COMMENT = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
/** The longest sign comes first. */
const TOKENS: readonly (readonly [TokenKind, RegExp])[] = [
  ['word', /[A-Za-z_]\w*/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['string', /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y],
  ['sign', /&&|\|\||[=!<>]=|=\*\*|[-+*/%!<>=(){}[\].,:;$]/y],
];

/** All tokens of `source`, without blanks and comments; the last one is the end. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipBlanks(source, 0);
  while (at < source.length) {
    const token = tokenAt(source, at);
    tokens.push(token);
    at = skipBlanks(source, token.end);
  }
  return [...tokens, { kind: 'end', text: '', start: at, end: at }];
}

function skipBlanks(source: string, at: number): number {
  BLANK_OR_COMMENT.lastIndex = at;
  return BLANK_OR_COMMENT.test(source) ? BLANK_OR_COMMENT.lastIndex : at;
}

function tokenAt(source: string, start: number): Token {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = start;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text, start, end: start + text.length };
  }
  throw new RulesSyntaxError(source, start, `"${source.charAt(start)}" is no sign of the language`);
}
