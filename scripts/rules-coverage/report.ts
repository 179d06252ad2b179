/*
 * What the official emulator knows about a project's evaluations: `GET /emulator/v1/projects/{id}:ruleCoverage`. A tree of
 * expressions, each with the values that it had and how often. Literals are left out, and `undefined` means that it was not
 * evaluated, or that it could not be: then it names the expression whose fault it was.
 */
type Value = Readonly<Record<string, unknown>>;

type ReportNode = {
  readonly sourcePosition: { readonly currentOffset?: number; readonly endOffset?: number };
  readonly values?: readonly { readonly value: Value }[];
  readonly children?: readonly ReportNode[];
};

export type CoverageReport = {
  readonly rules: { readonly files: readonly { readonly content: string }[] };
  readonly report?: readonly ReportNode[];
};

/** What an expression was seen to be. */
export type Sight = {
  readonly isTrue: boolean;
  readonly isFalse: boolean;
  readonly isEvaluated: boolean;
  /** It came to be asked for, whether it could be evaluated or not. */
  readonly isVisited: boolean;
};

const NOTHING: Sight = { isTrue: false, isFalse: false, isEvaluated: false, isVisited: false };

/** What the reports have seen of each expression of one source text. */
export class Sights {
  readonly #source: string;
  readonly #sights = new Map<string, Sight>();
  readonly #places: Map<string, string>;

  /** @param places may be shared by those who look at the same text: what is found out of it once is kept there */
  constructor(source: string, places = new Map<string, string>()) {
    this.#source = source;
    this.#places = places;
  }

  /** Whether a report is about this text, or has one insertion in it, of which nothing will be said. */
  isAbout({ rules }: CoverageReport): boolean {
    const text = rules.files[0]?.content ?? '';
    const { at, length } = insertionIn(text, this.#source);
    return length >= 0 && text.slice(0, at) + text.slice(at + length) === this.#source;
  }

  /**
   * Adds a report.
   * @throws if it is about another text
   */
  add(report: CoverageReport): void {
    if (!this.isAbout(report)) throw new Error('A report is about other rules.');
    const { at, length } = insertionIn(report.rules.files[0]?.content ?? '', this.#source);
    const moved = (offset: number): number => (offset < at ? offset : Math.max(at, offset - length));
    for (const node of report.report ?? []) this.#addNode(node, moved);
  }

  #addNode(
    { sourcePosition, values = [], children = [] }: ReportNode,
    moved: (offset: number) => number,
  ): void {
    // The emulator counts from 0, leaves 0 out, and its end is the last character.
    const { currentOffset = 0, endOffset = 0 } = sourcePosition;
    const key = this.#keyOf(moved(currentOffset), moved(endOffset + 1));
    const before = this.#sights.get(key) ?? NOTHING;
    const saw = (wanted: boolean): boolean => values.some(({ value }) => value['boolValue'] === wanted);
    this.#sights.set(key, {
      isTrue: before.isTrue || saw(true),
      isFalse: before.isFalse || saw(false),
      isEvaluated: before.isEvaluated || values.some(({ value }) => !('undefined' in value)),
      // Hidane has an empty value for what was not.
      isVisited: before.isVisited || values.some(({ value }) => Object.keys(value).length > 0),
    });
    for (const child of children) this.#addNode(child, moved);
  }

  /**
   * What was seen of the expression between two offsets.
   * @returns undefined if no report has it
   */
  of({ start, end }: { readonly start: number; readonly end: number }): Sight | undefined {
    return this.#sights.get(this.#keyOf(start, end));
  }

  /** Where the emulator lets an expression begin and end: it is not sure of the brackets around. */
  #keyOf(start: number, end: number): string {
    const place = `${start}-${end}`;
    const known = this.#places.get(place);
    if (known !== undefined) return known;
    const text = this.#source.slice(start, end);
    const before = /^[\s(]*/.exec(text)?.[0].length ?? 0;
    const after = /[\s()[\]]*$/.exec(text)?.[0].length ?? 0;
    const key = `${start + before}-${end - after}`;
    this.#places.set(place, key);
    return key;
  }
}

/** What a longer text has more than another: from where they differ on. */
function insertionIn(text: string, source: string): { readonly at: number; readonly length: number } {
  let at = 0;
  while (at < source.length && text[at] === source[at]) at++;
  return { at, length: text.length - source.length };
}
