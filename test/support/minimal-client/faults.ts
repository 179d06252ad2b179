import type { MailDocument, SignalState } from '@firesignal/protocol';
import { Transaction, type DocumentData, type DocumentReference } from 'firebase/firestore';

/*
 * What a client can do wrong, done to what the minimal client writes: so that a program that looks for it can be tested, and
 * the client itself has nothing of it.
 */
type Mail = SignalState & Pick<MailDocument<unknown>, 'from'>;
type Writes = {
  /** What is written instead of mail; nothing is left out. */
  readonly mail?: (mail: Mail) => object | undefined;
  readonly seat?: (seat: DocumentData) => DocumentData;
  readonly beacon?: (beacon: DocumentData) => DocumentData;
  readonly skipsRenewals?: true;
  /** Whether a document is left behind. */
  readonly keeps?: (path: string) => boolean;
};

const offered = (mail: Mail): object =>
  mail.answer === undefined ? mail : { ...mail, offer: { ...mail.answer, id: 'unasked0' } };

const FAULTS = {
  'says nothing of answering only': {
    seat: ({ answerOnly: _, ...seat }) => seat,
  },
  'has a standing offer': {
    beacon: (beacon) => ({
      ...beacon,
      offer: { conn: 1, id: 'standing0', sdp: 'v=0\r\n', candidates: '', rev: 1 },
    }),
  },
  'takes a seat without listening to its mail': { mail: () => undefined },
  offers: { mail: offered },
  'never ends its candidates': {
    mail: (mail) =>
      mail.candidates === undefined ? mail : { ...mail, candidates: { ...mail.candidates, complete: false } },
  },
  'answers the first connection only': { mail: (mail) => (isLater(mail) ? undefined : mail) },
  'does not renew': { skipsRenewals: true },
  'asks for nothing': { mail: (mail) => (mail.want === undefined ? mail : undefined) },
  'leaves its mail behind': { keeps: (path) => path.includes('/mailboxes/') },
  'leaves its admission behind': { keeps: (path) => path.includes('/admissions/') },
} as const satisfies Record<string, Writes>;

export type Fault = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

const firstConn = new Map<string, number>();
function isLater({ conn, answer }: Mail): boolean {
  if (answer === undefined) return false;
  const first = firstConn.get('') ?? conn;
  firstConn.set('', first);
  return conn > first;
}

type Write = (this: Transaction, reference: DocumentReference, data?: DocumentData) => Transaction;

/** From now on, this page's commits are wrong in this way. */
export function breakClient(fault: Fault): void {
  const { mail, seat, beacon, skipsRenewals, keeps }: Writes = FAULTS[fault];
  const prototype = Transaction.prototype as unknown as Record<'set' | 'update' | 'delete', Write>;
  const { set, update, delete: remove } = prototype;
  const changed = (path: string, data: DocumentData): object | undefined => {
    if (path.includes('/mailboxes/') && mail !== undefined) return mail(data as Mail);
    if (path.includes('/seats/') && seat !== undefined) return seat(data);
    if (path.includes('/beacons/') && beacon !== undefined) return beacon(data);
    return data;
  };
  prototype.set = function (reference, data = {}) {
    const instead = changed(reference.path, data);
    return instead === undefined ? this : set.call(this, reference, instead);
  };
  prototype.update = function (reference, data) {
    return skipsRenewals === true ? this : update.call(this, reference, data);
  };
  prototype.delete = function (reference) {
    return keeps?.(reference.path) === true ? this : remove.call(this, reference);
  };
}
