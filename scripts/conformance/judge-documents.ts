import {
  admissionPath,
  beaconPath,
  checkAdmission,
  checkBeacon,
  checkMail,
  checkSeat,
  type Checked,
  type MailDocument,
} from '@firesignal/protocol';
import { Timestamp } from 'firebase/firestore';
import type { Sighting } from './overseer.ts';
import type { RowId, Verdicts } from './rows.ts';

export type Suspect = {
  readonly roomId: string;
  readonly uid: string;
  readonly peerId: string;
  /** To whom it may offer: to who only answers, too, in a higher seat. */
  readonly mayOfferTo: ReadonlySet<string>;
  /** Who only answers, in a lower seat. */
  readonly waitsFor: ReadonlySet<string>;
};

const isTime = (value: unknown): value is Timestamp => value instanceof Timestamp;
type Mail = MailDocument<Timestamp>;

/** Judges all that was ever seen of a client's documents. */
export function judgeDocuments(sightings: readonly Sighting[], suspect: Suspect, verdicts: Verdicts): void {
  const { roomId, uid, peerId } = suspect;
  const written = sightings.filter(({ data }) => data !== undefined);
  const at = (path: string): readonly Sighting[] => written.filter((sighting) => sighting.path === path);
  const below = (name: string): readonly Sighting[] =>
    written.filter(({ path }) => path.startsWith(`rooms/${roomId}/${name}/`));

  judgeEach(verdicts, 'admission', at(admissionPath(roomId, uid)), checkAdmission);
  const seats = below('seats').filter(({ data }) => data?.['peer'] === peerId);
  judgeEach(verdicts, 'seat', seats, checkSeat);
  for (const { data } of seats)
    verdicts.judge('answerOnly', data?.['answerOnly'] === true, 'the seat has no answerOnly');
  const beacons = at(beaconPath(roomId, peerId));
  judgeEach(verdicts, 'beacon', beacons, checkBeacon);
  for (const { data } of beacons)
    verdicts.judge('noOffer', data?.['offer'] === undefined, 'a standing offer');
  judgeTogether(seats, beacons, verdicts);
  const mails = below('mailboxes').filter(({ data }) => data?.['from'] === peerId);
  judgeEach(verdicts, 'mail', mails, checkMail);
  for (const { path, data } of mails) judgeMail(path.split('/')[3] ?? '', data as Mail, suspect, verdicts);
}

function judgeEach(
  verdicts: Verdicts,
  row: RowId,
  sightings: readonly Sighting[],
  check: (value: unknown, is: typeof isTime) => Checked<unknown>,
): void {
  for (const { data } of sightings) {
    const checked = check(data, isTime);
    verdicts.judge(row, checked.ok, checked.ok ? '' : checked.problem);
  }
}

/** Both have the time of their commit. */
function judgeTogether(seats: readonly Sighting[], beacons: readonly Sighting[], verdicts: Verdicts): void {
  const [seat, beacon] = [seats[0]?.data?.['joinedAt'], beacons[0]?.data?.['renewedAt']] as unknown[];
  if (!isTime(seat) || !isTime(beacon)) return;
  verdicts.judge('together', seat.isEqual(beacon), 'they have different times');
}

function judgeMail(
  to: string,
  { conn, offer, answer, candidates }: Mail,
  suspect: Suspect,
  verdicts: Verdicts,
): void {
  const { mayOfferTo, waitsFor } = suspect;
  if (mayOfferTo.has(to)) {
    if (offer !== undefined)
      verdicts.judge('lowerOffers', isWhole(offer.id, candidates), 'without all candidates');
    return;
  }
  if (waitsFor.has(to)) verdicts.judge('higherWaits', offer === undefined, 'it has offered');
  else verdicts.judge('noOffer', offer === undefined, 'an offer by mail');
  if (answer === undefined) return;
  const isRight = answer.conn === conn && isWhole(answer.id, candidates);
  verdicts.judge('answer', isRight, 'an answer without all candidates of its exchange, or without their end');
}

function isWhole(id: string, candidates: Mail['candidates']): boolean {
  return candidates?.id === id && candidates.complete;
}
