/** What is looked at, in the order of a visit, each with the rule of docs/protocol.md that it is about. */
export const ROWS = {
  admission: { rule: 'AD3', title: 'its admission is as in the table' },
  seat: { rule: 'ST8', title: 'its seat is as in the table' },
  answerOnly: { rule: 'MP1', title: 'its seat says that it only answers' },
  beacon: { rule: 'BC4', title: 'its beacon is as in the table, at every renewal' },
  together: { rule: 'MP13', title: 'seat and beacon come in one commit' },
  mail: { rule: 'MB6', title: 'all its mail is as in the table' },
  noOffer: { rule: 'MP5', title: 'it offers nothing where others can, and has no standing offer' },
  answer: { rule: 'MP6', title: 'it answers an offer with all its candidates, and says that they are all' },
  connect: { rule: 'MP15', title: 'it connects' },
  messages: { rule: 'MP15', title: 'messages pass both ways' },
  longText: { rule: 'MP15', title: 'a text of 100 kB passes both ways, in parts' },
  newConn: { rule: 'MP6', title: 'it answers a new connection' },
  proof: { rule: 'MP12', title: 'marked lost, it renews at once' },
  want: { rule: 'MP11', title: 'nobody offers: it raises want' },
  restart: { rule: 'MP11', title: 'its connection fails: it raises restart' },
  lowerOffers: { rule: 'MP4', title: 'it offers to a peer in a higher seat that only answers, too' },
  higherWaits: { rule: 'MP4', title: 'it does not offer to one in a lower seat' },
  renewal: { rule: 'MP12', title: 'it renews every 60 seconds' },
  bye: { rule: 'MP14', title: 'it says bye over the channel when it leaves' },
  farewell: { rule: 'MP14', title: 'it leaves nothing behind' },
  oneLeave: { rule: 'MP14', title: 'it leaves in one commit' },
} as const;
export type RowId = keyof typeof ROWS;
const ORDER = Object.keys(ROWS) as RowId[];

export type Verdict = 'pass' | 'fail' | 'not seen';
export type Row = {
  readonly id: RowId;
  readonly rule: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** Why not, or what was seen. */
  readonly note: string;
};

/** The verdicts so far. What has failed once has failed. */
export class Verdicts {
  readonly #verdicts = new Map<RowId, Pick<Row, 'verdict' | 'note'>>();

  judge(id: RowId, isRight: boolean, note = ''): void {
    if (this.#verdicts.get(id)?.verdict === 'fail') return;
    this.#verdicts.set(id, isRight ? { verdict: 'pass', note: '' } : { verdict: 'fail', note });
  }

  /** Says why something could not be seen. */
  skip(id: RowId, note: string): void {
    if (!this.#verdicts.has(id)) this.#verdicts.set(id, { verdict: 'not seen', note });
  }

  /** Says why all that has not been judged yet could not be seen. */
  skipRest(note: string): void {
    for (const id of ORDER) this.skip(id, note);
  }

  get rows(): readonly Row[] {
    return ORDER.map((id) => ({
      id,
      ...ROWS[id],
      ...(this.#verdicts.get(id) ?? { verdict: 'not seen', note: '' }),
    }));
  }
}

const SIGNS: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', 'not seen': '·' };

export function describeRows(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ title }) => title.length));
  return rows
    .map(({ rule, title, verdict, note }) =>
      `${SIGNS[verdict]} ${rule.padEnd(5)} ${title.padEnd(width)}  ${verdict}${note === '' ? '' : `: ${note}`}`.trimEnd(),
    )
    .join('\n');
}

export function describeOutcome(rows: readonly Row[]): string {
  const count = (wanted: Verdict): number => rows.filter(({ verdict }) => verdict === wanted).length;
  return `conformance: ${count('pass')} passed, ${count('fail')} failed, ${count('not seen')} not seen`;
}

/** Nothing has failed, and the client was there at all. */
export function isConformant(rows: readonly Row[]): boolean {
  return (
    rows.every(({ verdict }) => verdict !== 'fail') &&
    rows.some(({ id, verdict }) => id === 'connect' && verdict === 'pass')
  );
}
