import { LIMITS, isPeerId, seatNumber } from '@firesignal/protocol';
import { Timestamp } from 'firebase-admin/firestore';
import type { Fields } from './database.ts';

/*
 * Readers of what clients write. They look at what functions need and at nothing else, so that a field which a newer version
 * of the protocol adds does not stop them.
 */

/** A peer in its seat. */
export type Seating = {
  readonly peer: string;
  readonly name: string;
  readonly seat: number;
  readonly seatedAt: Timestamp;
  /** When the seat expires. */
  readonly until: Timestamp;
};

/** @returns undefined where there is no seat, or none that the protocol knows, or one whose peer was thrown out of it */
export function readSeating(id: string, fields: Fields | undefined): Seating | undefined {
  const seat = seatNumber(id);
  if (fields === undefined || seat === undefined || isTombstone(fields)) return undefined;
  const { peer, name, joinedAt, expiresAt } = fields;
  if (!isPeerId(peer) || !isTime(joinedAt) || !isTime(expiresAt)) return undefined;
  if (typeof name !== 'string' || name.length > LIMITS.SEALED_NAME_LENGTH_MAX) return undefined;
  return { peer, name, seat, seatedAt: joinedAt, until: expiresAt };
}

/** Whether a seat only says who was thrown out of it. */
export function isTombstone(seat: Fields): boolean {
  return isTime(seat['kicked']);
}

/** A beacon's lease. */
export type Lease = { readonly seat: number; readonly endsAt: Timestamp };

export function readLease(fields: Fields | undefined): Lease | undefined {
  if (fields === undefined) return undefined;
  const { seat, renewedAt, leaseSeconds } = fields;
  if (!isInteger(seat) || !isTime(renewedAt) || !isInteger(leaseSeconds)) return undefined;
  return { seat, endsAt: secondsAfter(renewedAt, leaseSeconds) };
}

export function isTime(value: unknown): value is Timestamp {
  return value instanceof Timestamp;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

export function secondsAfter(time: Timestamp, seconds: number): Timestamp {
  return new Timestamp(time.seconds + seconds, time.nanoseconds);
}

/** Below zero: `a` is earlier. */
export function compareTimes(a: Timestamp, b: Timestamp): number {
  return a.seconds === b.seconds ? a.nanoseconds - b.nanoseconds : a.seconds - b.seconds;
}

export function earlier(a: Timestamp, b: Timestamp): Timestamp {
  return compareTimes(a, b) <= 0 ? a : b;
}

export function later(a: Timestamp, b: Timestamp): Timestamp {
  return compareTimes(a, b) >= 0 ? a : b;
}
