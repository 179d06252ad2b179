import type { MailDocument, SignalState } from '@firesignal/protocol';
import {
  doc,
  runTransaction,
  Transaction,
  type DocumentData,
  type DocumentReference,
} from 'firebase/firestore';

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
  /** Its seat goes so many milliseconds after it was taken, with its beacon. */
  readonly goesAfter?: number;
  /** Whether a frame is sent over the data channel. */
  readonly sends?: (frame: unknown) => boolean;
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
  'leaves early': { goesAfter: 3_000 },
  'says no bye': { sends: (frame) => frame !== '{"type":"bye"}' },
  'sends no parts': { sends: (frame) => typeof frame === 'string' },
  'leaves its mail behind': { leaves: (path) => (isMail(path) ? 'behind' : undefined) },
  'does not leave': { leaves: () => 'behind' },
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

const unfinished: (() => Promise<unknown>)[] = [];

/** Deletes what is to be deleted by itself: after the rest, as the official emulator may let two such commits wait for each other. */
export async function untilAllIsGone(): Promise<void> {
  for (const finish of unfinished.splice(0)) await finish();
}

type Write = (this: Transaction, reference: DocumentReference, data?: DocumentData) => Transaction;

/** From now on, this page's commits are wrong in this way. */
export function breakClient(fault: Fault): void {
  const { mail, seat, beacon, skipsRenewals, goesAfter, sends, leaves }: Writes = FAULTS[fault];
  const prototype = Transaction.prototype as unknown as Record<'set' | 'update' | 'delete', Write>;
  const { set, update, delete: remove } = prototype;
  const changed = (path: string, data: DocumentData): object | undefined => {
    if (isMail(path) && mail !== undefined) return mail(data as Mail, path);
    if (path.includes('/seats/') && seat !== undefined) return seat(data);
    if (path.includes('/beacons/') && beacon !== undefined) return beacon(data);
    return data;
  };
  prototype.set = function (reference, data = {}) {
    if (goesAfter !== undefined && reference.path.includes('/seats/'))
      setTimeout(() => void goAway(reference, String(data['peer'])), goesAfter);
    const instead = changed(reference.path, data);
    return instead === undefined ? this : set.call(this, reference, instead);
  };
  prototype.update = function (reference, data) {
    return skipsRenewals === true ? this : update.call(this, reference, data);
  };
  if (sends !== undefined) keepBack(sends);
  prototype.delete = function (reference) {
    const how = leaves?.(reference.path);
    if (how === 'alone')
      unfinished.push(() =>
        runTransaction(reference.firestore, (own) => Promise.resolve(remove.call(own, reference))),
      );
    return how === undefined ? remove.call(this, reference) : this;
  };
}

function keepBack(sends: (frame: unknown) => boolean): void {
  const prototype = RTCDataChannel.prototype as { send: (this: RTCDataChannel, frame: unknown) => void };
  const { send } = prototype;
  prototype.send = function (frame) {
    if (sends(frame)) send.call(this, frame);
  };
}

async function goAway(seat: DocumentReference, peer: string): Promise<void> {
  const beacon = doc(seat.firestore, seat.path.replace(/seats\/\d+$/, `beacons/${peer}`));
  await runTransaction(seat.firestore, (own) => Promise.resolve(own.delete(seat).delete(beacon)));
}
