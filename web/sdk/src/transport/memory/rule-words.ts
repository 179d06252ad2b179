import {
  beaconPath,
  LIMITS,
  roomPath,
  seatPath,
  type AdmissionDocument,
  type BeaconDocument,
  type Checked,
  type MailDocument,
  type RoomDocument,
  type SeatDocument,
} from '@firesignal/protocol';
import type { Instant } from '../signal-transport.ts';
import type { WriteRequest } from './rules.ts';

export type Room = RoomDocument<Instant>;
export type Admission = AdmissionDocument<Instant>;
export type Seat = SeatDocument<Instant>;
export type Beacon = BeaconDocument<Instant>;
export type Mail = MailDocument<Instant>;

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

export function valid<T>(checked: Checked<T>): T | undefined {
  return checked.ok ? checked.value : undefined;
}

export const roomOf = ({ before, roomId }: Write): Room | undefined =>
  before.get(roomPath(roomId)) as Room | undefined;
export const seatAfter = ({ after, roomId }: Write, seat: number | string): Seat | undefined =>
  after.get(seatPath(roomId, seat)) as Seat | undefined;
export const beaconAfter = ({ after, roomId }: Write, peer: string): Beacon | undefined =>
  after.get(beaconPath(roomId, peer)) as Beacon | undefined;

export const isNow = (time: Instant, now: number): boolean => time.epochMs === now;
export const isPast = (time: Instant, seconds: number, now: number): boolean =>
  time.epochMs + seconds * 1_000 <= now;
export const isLeaseOn = (begin: Instant, seconds: number, now: number): boolean =>
  !isPast(begin, seconds, now);
export const isOpen = (room: Room, now: number): boolean =>
  room.endedAt === undefined && room.expiresAt.epochMs > now;

export function endsInTime(
  { epochMs }: Instant,
  now: number,
  seconds: number = LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS,
): boolean {
  return epochMs > now && epochMs <= now + seconds * 1_000;
}

export function isAdmissionLive(admission: unknown, now: number): boolean {
  const { at, leaseSeconds } = (admission ?? {}) as Partial<Admission>;
  return at !== undefined && leaseSeconds !== undefined && isLeaseOn(at, leaseSeconds, now);
}

export function isEndedByCaller(write: Write): boolean {
  const room = roomOf(write);
  return room?.createdBy === write.uid && room.endedAt !== undefined;
}

export function changesOnly({ old, next }: Write, fields: readonly string[]): boolean {
  const [before, after] = [old, next] as Readonly<Record<string, unknown>>[];
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const hasChanged = (key: string): boolean => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]);
  return [...keys].filter(hasChanged).every((key) => fields.includes(key));
}
