/**
 * SDP without candidates: they travel in a block of their own. A description that was read after gathering has them inside
 * (RFC 8839 §5.1, §8.2).
 */
export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, '');
}

/**
 * An offer as its answerer reads it, so that the answer is DTLS-passive (RFC 8842 §5.3). When two peers answer one offer,
 * the handshake of the one that comes too late would otherwise reach the waiting connection and wreck the other's for good.
 */
export function readPassively(offer: string): string {
  return offer.replace(/^a=setup:actpass/gm, 'a=setup:active');
}
