/**
 * What a call may cost, and how fast it has to be, beside the Socket.IO reference. Counts are client writes, deliveries and
 * deletes of two peers in a room for two, from creating the room to both having left; the room's end is not part of it.
 */
export const CALL_BUDGET = { writes: 9, reads: 12, deletes: 9 } as const;

/** Firestore signals, one after the other, between `join()` and the connection. */
export const HOPS_BUDGET = 1;

/** Median of warm join to both channels open, as a share of the Socket.IO reference's in the same run. */
export const JOIN_RATIO_BUDGET = {
  call: { official: 1.0, hidane: 0.6 },
  wan: { official: 0.6, hidane: 0.6 },
} as const;

/** Added by the delay proxy in the `wan` suite. */
export const WAN_RTT_MS = 40;
