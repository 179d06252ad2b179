import { LIMITS, uidOf } from '@firesignal/protocol';
import type { Beacon, Seat } from './room-documents.ts';

/** The rules decide by their own clock; a second keeps a client from asking a moment too early. */
const MARGIN_MS = 1_000;

/**
 * The seats that may be taken although somebody holds them, as far as this client can tell: its own earlier visit's, those
 * whose beacon is missing or whose lease is over, and those marked lost whose holder has been silent since. The rules have
 * the last word.
 */
export function seatsToTakeOver(
  seats: ReadonlyMap<number, Seat>,
  beacons: ReadonlyMap<string, Beacon>,
  self: { readonly uid: string; readonly earlierPeerId: string | undefined },
  serverNow: number,
): readonly number[] {
  const taken = [...seats];
  const own = taken.filter(([, { peer }]) => peer === self.earlierPeerId && uidOf(peer) === self.uid);
  const silent = taken.filter(([, seat]) => isSilent(seat, beacons.get(seat.peer), serverNow));
  return [...new Set([...own, ...silent].map(([number]) => number))];
}

function isSilent(seat: Seat, beacon: Beacon | undefined, serverNow: number): boolean {
  if (beacon === undefined) return true;
  const leaseEnd = beacon.renewedAt.epochMs + beacon.leaseSeconds * 1_000;
  if (leaseEnd + MARGIN_MS < serverNow) return true;
  if (seat.lostAt === undefined || beacon.renewedAt.epochMs > seat.lostAt.epochMs) return false;
  return seat.lostAt.epochMs + LIMITS.LOST_GRACE_SECONDS * 1_000 + MARGIN_MS < serverNow;
}
