/**
 * What a call may cost, and how fast it has to be, beside the Socket.IO reference. Counts are client writes, deliveries and
 * deletes of two peers in a room for two, from creating the room to both having left; the room's end is not part of it.
 */
export const CALL_BUDGET = { writes: 9, reads: 12, deletes: 9 } as const;

export type MeshBudget = {
  readonly writes: number;
  readonly reads: number;
  /** Documents that the security rules read. */
  readonly ruleReads: number;
  readonly deletes: number;
};

/** The same for so many who come one by one into a room for so many, all leaving at the end. */
export const MESH_BUDGETS: ReadonlyMap<number, MeshBudget> = new Map([
  [2, { ...CALL_BUDGET, ruleReads: 16 }],
  [3, { writes: 16, reads: 26, ruleReads: 28, deletes: 15 }],
  [4, { writes: 25, reads: 43, ruleReads: 42, deletes: 22 }],
  [5, { writes: 36, reads: 64, ruleReads: 57, deletes: 30 }],
  [6, { writes: 50, reads: 90, ruleReads: 75, deletes: 40 }],
]);

/**
 * The same for so many who join at the same moment. Nobody has seen an offer of the others then: a pair needs an offer and
 * an answer by mail, where one by one an answer is enough: docs/adr/0013 has the reasons. A peer brings its offers and its
 * answers in some commits, for each of which the rules read three documents; the last terms are for seats that two ask for, and for
 * mail that comes too late for the others.
 */
export function rushBudget(peers: number): MeshBudget {
  const mails = peers * (peers - 1);
  return {
    writes: 2 + 3 * peers + mails,
    reads: 2 * peers * (peers + 1) + peers,
    ruleReads: 4 * peers + mails + 3 * 3 * peers + 2 * peers,
    deletes: 3 * peers + mails,
  };
}

/** How much longer than the second the last may take until it is linked to all, when they come one by one. */
export const JOIN_TO_ALL_RATIO_BUDGET = 2;

/** Firestore signals, one after the other, between `join()` and the connection. */
export const HOPS_BUDGET = 1;

/** Median of warm join to both channels open, as a share of the Socket.IO reference's in the same run. */
export const JOIN_RATIO_BUDGET = {
  call: { official: 1.0, hidane: 0.6 },
  wan: { official: 0.6, hidane: 0.6 },
  // As a share of the second's to come.
  mesh: { official: JOIN_TO_ALL_RATIO_BUDGET, hidane: JOIN_TO_ALL_RATIO_BUDGET },
} as const;

/** Added by the delay proxy in the suites `wan` and `mesh`. */
export const WAN_RTT_MS = 40;
