import {
  admissionPath,
  beaconPath,
  isPeerId,
  LIMITS,
  roomPath,
  seatPath,
  uidOf,
  type AdmissionDocument,
  type BeaconDocument,
  type Checked,
  type RoomDocument,
  type SeatDocument,
} from '@firesignal/protocol';
import type { Instant } from '../signal-transport.ts';
import type { WriteRequest } from './rules.ts';
import { canonical, type Documents } from './store.ts';

/* The words of `firestore.rules`, each under the name that it has there. Like there, what looks at a document that is not
 * there fails: a rule that fails refuses, unless another one of several holds. */

export type Room = RoomDocument<Instant>;
export type Admission = AdmissionDocument<Instant>;
export type Seat = SeatDocument<Instant>;
export type Beacon = BeaconDocument<Instant, { readonly rev: number }>;

/** Who asks, when, in which room, and what there was before. */
export type Asking = Pick<WriteRequest, 'uid' | 'now' | 'before'> & { readonly roomId: string };

/** A write as a rule judges it: with the room that it is in, and what the document was and would be. */
export type Write = WriteRequest & {
  readonly roomId: string;
  readonly path: string;
  readonly id: string;
  readonly old: unknown;
  readonly next: unknown;
};
export type Rule = (write: Write) => boolean;
export type Rules = { readonly create: Rule; readonly update: Rule; readonly remove: Rule };

/** Whether one of these holds: that others cannot even be judged does not matter. */
export function anyOf(...rules: readonly (() => boolean)[]): boolean {
  return rules.some((rule) => {
    try {
      return rule();
    } catch {
      return false;
    }
  });
}

export function valid<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new Error(checked.problem);
  return checked.value;
}

/** What is there. */
export function at(documents: Documents, path: string): unknown {
  const document = documents.get(path);
  if (document === undefined) throw new Error('There is no such document');
  return document;
}

export const roomBefore = ({ before, roomId }: Asking): Room => at(before, roomPath(roomId)) as Room;
export const roomAfter = ({ after, roomId }: Write): Room => at(after, roomPath(roomId)) as Room;
export const seatAfter = ({ after, roomId }: Write, seat: number | string): Seat =>
  at(after, seatPath(roomId, seat)) as Seat;
export const admissionAfter = ({ after, roomId }: Write, uid: string): Admission =>
  at(after, admissionPath(roomId, uid)) as Admission;
export const beaconAfter = ({ after, roomId }: Write, peer: string): Beacon =>
  at(after, beaconPath(roomId, peer)) as Beacon;
export const hasBeaconAfter = ({ after, roomId }: Write, peer: string): boolean =>
  after.has(beaconPath(roomId, peer));

export const isNow = (time: Instant, now: number): boolean => time.epochMs === now;
export const isPast = (time: Instant, seconds: number, now: number): boolean =>
  time.epochMs + seconds * 1_000 <= now;
export const isLeaseOn = (begin: Instant, seconds: number, now: number): boolean =>
  !isPast(begin, seconds, now);
export const isOpen = (room: Room, now: number): boolean => !hasEnded(room) && room.expiresAt.epochMs > now;
export const hasEnded = (room: Room): boolean => room.endedAt !== undefined;
export const isBeaconOn = ({ renewedAt, leaseSeconds }: Beacon, now: number): boolean =>
  isLeaseOn(renewedAt, leaseSeconds, now);
/** Whether the caller may have this visit. */
export const isVisit = (peer: string, write: Write): boolean =>
  admissionAfter(write, write.uid).visits.includes(peer);
export const isLive = ({ at: begin, leaseSeconds }: Admission, now: number): boolean =>
  isLeaseOn(begin, leaseSeconds, now);

export function endsWithin(
  { epochMs }: Instant,
  now: number,
  seconds: number = LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS,
): boolean {
  return epochMs > now && epochMs <= now + seconds * 1_000;
}

export const isPeerOfCaller = (peer: unknown, { uid }: Pick<Asking, 'uid'>): boolean =>
  isPeerId(peer) && uidOf(peer) === uid;
export const isSeatOfCaller = (seat: Seat, caller: Asking): boolean =>
  isPeerOfCaller(seat.peer, caller) && seat.kicked === undefined;
export const isHeldBy = (peer: string, seat: Seat): boolean =>
  seat.peer === peer && seat.kicked === undefined;

/** Whether this holder has nothing more to do with the seat. */
export const hasLeftAfter = (write: Write, peer: string, seat: number | string): boolean =>
  !write.after.has(seatPath(write.roomId, seat)) || !isHeldBy(peer, seatAfter(write, seat));

export const isEndedRoomOfCaller = (room: Room, uid: string): boolean =>
  hasEnded(room) && (room.createdBy === uid || room.host === uid);
export const isRoomEndedByCaller = (write: Write): boolean =>
  isEndedRoomOfCaller(roomBefore(write), write.uid);

export function changesOnly({ old, next }: Write, fields: readonly string[]): boolean {
  const [before, after] = [old, next] as Readonly<Record<string, unknown>>[];
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const hasChanged = (key: string): boolean => canonical(before?.[key]) !== canonical(after?.[key]);
  return [...keys].filter(hasChanged).every((key) => fields.includes(key));
}

/** Writes in a row. */
export function keepsPace(
  burst: number,
  old: { readonly burst: number; readonly at: Instant },
  refillSeconds: number,
  now: number,
): boolean {
  const seconds = Math.trunc((now - old.at.epochMs) / 1_000);
  return burst > old.burst - Math.trunc(seconds / refillSeconds);
}

type Count = { readonly count: number; readonly since: Instant };

export const startsCount = ({ count, since }: Count, now: number): boolean =>
  count === 1 && isNow(since, now);

export function countsOn(next: Count, old: Count, max: number, seconds: number, now: number): boolean {
  const isOneMore = next.since.epochMs === old.since.epochMs && next.count === old.count + 1;
  return (isOneMore && next.count <= max) || (startsCount(next, now) && isPast(old.since, seconds, now));
}
