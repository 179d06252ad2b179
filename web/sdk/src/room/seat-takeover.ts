import { LIMITS, uidOf } from '@firesignal/protocol';
import { SERVER_CLOCK_MARGIN_MS } from '../defaults.ts';
import type { Beacon, Seat } from './room-documents.ts';

export type Taker = { readonly uid: string; readonly earlierPeerId: string | undefined };

/** The seat of one's own earlier visit. */
export function earlierSeat(seats: ReadonlyMap<number, Seat>, self: Taker): number | undefined {
  // The tab may remember a visit of another user, who has signed out since.
  return [...seats].find(([, { peer }]) => peer === self.earlierPeerId && uidOf(peer) === self.uid)?.[0];
}

/**
 * The seats of others that may be taken, as far as this client can tell: those whose beacon is missing or whose lease is
 * over, and those marked lost whose holder has been silent since. The rules have the last word.
 */
export function silentSeats(
  seats: ReadonlyMap<number, Seat>,
  beacons: ReadonlyMap<string, Beacon>,
  serverNow: number,
): readonly number[] {
  return [...seats]
    .filter(([, seat]) => isSilent(seat, beacons.get(seat.peer), serverNow))
    .map(([number]) => number);
}

function isSilent(seat: Seat, beacon: Beacon | undefined, serverNow: number): boolean {
  if (beacon === undefined) return true;
  const leaseEnd = beacon.renewedAt.epochMs + beacon.leaseSeconds * 1_000;
  if (leaseEnd + SERVER_CLOCK_MARGIN_MS < serverNow) return true;
  if (seat.lostAt === undefined || beacon.renewedAt.epochMs > seat.lostAt.epochMs) return false;
  return seat.lostAt.epochMs + LIMITS.LOST_GRACE_SECONDS * 1_000 + SERVER_CLOCK_MARGIN_MS < serverNow;
}
