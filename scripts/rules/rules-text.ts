/*
 * As much of the language of security rules as merging needs: which `match` blocks a text has, where they are, and what they
 * allow. Conditions are not understood.
 */

/** A `match` with everything that it allows by itself, not by blocks inside of it. */
export type MatchBlock = {
  /** Segments from the service on, with those of the blocks around: `databases`, `{database}`, `documents`, `rooms`, … */
  readonly path: readonly string[];
  readonly line: number;
  /** Offsets of its braces. */
  readonly open: number;
  readonly close: number;
  /** The methods of every `allow` that is not `if false`. */
  readonly allows: readonly string[];
};

type OpenBlock =
  { readonly path: readonly string[]; readonly start: number; readonly open: number } | undefined;

const COMMENT_OR_TEXT = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
const MATCH = /\bmatch\s+((?:\/(?:\{[^{}]*\}|[^\s{}/]+))+)\s*\{/y;
const ALLOW = /\ballow\s+([a-z]+(?:\s*,\s*[a-z]+)*)\s*(?::\s*if\b([^;]*))?/g;

/** The text with comments and strings blank: every offset and line stays what it is. */
export function codeOf(rules: string): string {
  return rules.replace(COMMENT_OR_TEXT, blank);
}

export function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Every `match` block, an inner one before the one around it. */
export function matchBlocks(rules: string): readonly MatchBlock[] {
  const code = codeOf(rules);
  const blocks: MatchBlock[] = [];
  const around: OpenBlock[] = [];
  for (let at = 0; at < code.length; at++) {
    MATCH.lastIndex = at;
    const header = MATCH.exec(code);
    if (header !== null) {
      const outer = around.findLast((block) => block !== undefined)?.path ?? [];
      const open = at + header[0].length - 1;
      around.push({ path: [...outer, ...(header[1] ?? '').split('/').slice(1)], start: at, open });
      at = open;
    } else if (code[at] === '{') around.push(undefined);
    else if (code[at] === '}') {
      const block = around.pop();
      if (block !== undefined) blocks.push(closed(code, block, at, blocks));
    }
  }
  return blocks;
}

function closed(
  code: string,
  { path, start, open }: NonNullable<OpenBlock>,
  close: number,
  inner: readonly MatchBlock[],
): MatchBlock {
  let own = code.slice(open, close);
  for (const block of inner) {
    const [from, to] = [block.open - open, block.close - open];
    if (from > 0) own = own.slice(0, from) + blank(own.slice(from, to)) + own.slice(to);
  }
  const allows = [...own.matchAll(ALLOW)]
    .filter(([, , condition]) => condition?.trim() !== 'false')
    .flatMap(([, methods = '']) => methods.split(',').map((method) => method.trim()));
  return { path, line: code.slice(0, start).split('\n').length, open, close, allows };
}

/** Whether a document may be at both: `{name}` stands for any segment, `{name=**}` for any number of them. */
export function overlap(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (/^\{.*=\*\*\}$/.test(first))
    return [...path.keys(), path.length].some((skipped) => overlap(rest, path.slice(skipped)));
  const [segment, ...others] = path;
  if (segment === undefined) return false;
  return (first === segment || first.startsWith('{') || segment.startsWith('{')) && overlap(rest, others);
}
