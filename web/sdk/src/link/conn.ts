import { LIMITS, ufragOf, type CandidateBlock, type StandingOffer } from '@firesignal/protocol';

/**
 * The number of the next generation that `self` makes on its link to `peer`. The numbers of the two sides never meet, so
 * that two generations made at once have an order.
 */
export function nextConn(conn: number, self: string, peer: string): number {
  const parity = self < peer ? 0 : 1;
  const next = Math.max(conn, LIMITS.STANDING_CONN) + 1;
  return next % 2 === parity ? next : next + 1;
}

/** The candidates of a standing offer, in the form in which mail has them. */
export function candidatesOf({ conn, id, sdp, candidates }: StandingOffer): CandidateBlock {
  return { conn, id, ufrag: ufragOf(sdp), lines: candidates, complete: true };
}
