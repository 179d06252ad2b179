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
export type Sight = { readonly isTrue: boolean; readonly isFalse: boolean; readonly isEvaluated: boolean };

const NOTHING: Sight = { isTrue: false, isFalse: false, isEvaluated: false };

/** What the reports have seen of each expression of one source text. */
export class Sights {
  readonly #source: string;
  readonly #sights = new Map<string, Sight>();

  constructor(source: string) {
    this.#source = source;
  }

  /**
   * Adds a report.
   * @throws if it is about another text
   */
  add({ rules, report = [] }: CoverageReport): void {
    if (rules.files[0]?.content !== this.#source) throw new Error('A report is about other rules.');
    for (const node of report) this.#addNode(node);
  }

  #addNode({ sourcePosition, values = [], children = [] }: ReportNode): void {
    // The emulator counts from 0, leaves 0 out, and its end is the last character.
    const { currentOffset = 0, endOffset = 0 } = sourcePosition;
    const key = this.#keyOf(currentOffset, endOffset + 1);
    const before = this.#sights.get(key) ?? NOTHING;
    const saw = (wanted: boolean): boolean => values.some(({ value }) => value['boolValue'] === wanted);
    this.#sights.set(key, {
      isTrue: before.isTrue || saw(true),
      isFalse: before.isFalse || saw(false),
      isEvaluated: before.isEvaluated || values.some(({ value }) => !('undefined' in value)),
    });
    for (const child of children) this.#addNode(child);
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
    const text = this.#source.slice(start, end);
    const before = /^[\s(]*/.exec(text)?.[0].length ?? 0;
    const after = /[\s()[\]]*$/.exec(text)?.[0].length ?? 0;
    return `${String(start + before)}-${String(end - after)}`;
  }
}
