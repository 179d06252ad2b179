import type { MailDocument, SignalState } from '@firesignal/protocol';
import { runTransaction, Transaction, type DocumentData, type DocumentReference } from 'firebase/firestore';

/*
 * What a client can do wrong, done to what the minimal client writes: so that a program that looks for it can be tested, and
 * the client itself has nothing of it.
 */
type Mail = SignalState & Pick<MailDocument<unknown>, 'from'>;
type Writes = {
  /** What is written instead of mail; nothing is left out. */
  readonly mail?: (mail: Mail, path: string) => object | undefined;
  readonly seat?: (seat: DocumentData) => DocumentData;
  readonly beacon?: (beacon: DocumentData) => DocumentData;
  readonly skipsRenewals?: true;
  /** Whether a document is left behind, or deleted by itself. */
  readonly leaves?: (path: string) => 'behind' | 'alone' | undefined;
};

const isAdmission = (path: string): boolean => path.includes('/admissions/');
const isMail = (path: string): boolean => path.includes('/mailboxes/');
const CANDIDATE = 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n';

const FAULTS = {
  'says nothing of answering only': { seat: ({ answerOnly: _, ...seat }) => seat },
  'has a standing offer': {
    beacon: (beacon) => ({
      ...beacon,
      offer: { conn: 1, id: 'standing0', sdp: 'v=0\r\n', candidates: '', rev: 1 },
    }),
  },
  'offers with its answers': {
    mail: (mail) =>
      mail.answer === undefined ? mail : { ...mail, offer: { ...mail.answer, conn: 1, id: 'unasked0' } },
  },
  'leaves candidates in its answers': {
    mail: (mail) =>
      mail.answer === undefined
        ? mail
        : { ...mail, answer: { ...mail.answer, sdp: mail.answer.sdp + CANDIDATE } },
  },
  'never ends its candidates': {
    mail: (mail) =>
      mail.candidates === undefined ? mail : { ...mail, candidates: { ...mail.candidates, complete: false } },
  },
  'answers the first connection only': { mail: (mail, path) => (isLater(mail, path) ? undefined : mail) },
  'asks for new ICE with its first answer': { mail: (mail) => ({ ...mail, restart: 1 }) },
  'asks for no new ICE': { mail: ({ restart: _, ...mail }) => mail },
  'does not renew': { skipsRenewals: true },
  'asks for nothing': { mail: (mail) => (mail.want === undefined ? mail : undefined) },
  'leaves its mail behind': { leaves: (path) => (isMail(path) ? 'behind' : undefined) },
  'leaves in two commits': { leaves: (path) => (isAdmission(path) ? 'alone' : undefined) },
} as const satisfies Record<string, Writes>;

export type Fault = keyof typeof FAULTS;

const firstConns = new Map<string, number>();
function isLater({ conn, answer }: Mail, path: string): boolean {
  if (answer === undefined) return false;
  const first = firstConns.get(path) ?? conn;
  firstConns.set(path, first);
  return conn > first;
}

const unfinished: Promise<unknown>[] = [];

/** Settles when what is deleted by itself is gone. */
export async function untilAllIsGone(): Promise<void> {
  await Promise.all(unfinished.splice(0));
}

type Write = (this: Transaction, reference: DocumentReference, data?: DocumentData) => Transaction;

/** From now on, this page's commits are wrong in this way. */
export function breakClient(fault: Fault): void {
  const { mail, seat, beacon, skipsRenewals, leaves }: Writes = FAULTS[fault];
  const prototype = Transaction.prototype as unknown as Record<'set' | 'update' | 'delete', Write>;
  const { set, update, delete: remove } = prototype;
  const changed = (path: string, data: DocumentData): object | undefined => {
    if (isMail(path) && mail !== undefined) return mail(data as Mail, path);
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
    const how = leaves?.(reference.path);
    if (how === 'alone')
      unfinished.push(
        runTransaction(reference.firestore, (own) => Promise.resolve(remove.call(own, reference))),
      );
    return how === undefined ? remove.call(this, reference) : this;
  };
}
