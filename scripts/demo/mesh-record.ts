import type { LedgerCounts } from 'firesignal';
import type { HarnessEvent, LinkReport } from '../browser/harness/contract.ts';
import type { WriteCounts } from './request-stream.ts';

/** What is to be done with how many. */
export type MeshPlan = {
  /** How many meet; the room has so many seats. */
  readonly peers: number;
  /** Whether all of them join at the same moment, not one after the other. */
  readonly isRush: boolean;
  /** Whether the page of one is killed when all are linked. */
  readonly hasCrash: boolean;
};

/** What one peer saw. */
export type MeshPeer = {
  readonly name: string;
  /** Unknown until it has opened the room. */
  readonly peerId?: string;
  readonly events: readonly HarnessEvent[];
  /** The links to all others, as they were when everything had been exchanged. */
  readonly links: readonly LinkReport[];
};

/** What somebody was told for whom there was no seat. */
export type Refusal = { readonly name: string; readonly code: string; readonly reason: string };

/** What became of a page that was killed, and of its seat; times in milliseconds since the epoch. */
export type CrashRecord = {
  readonly victim: string;
  readonly newcomer: string;
  readonly killedAt: number;
  /** When each of the others saw its link interrupted. */
  readonly noticed: readonly { readonly name: string; readonly at: number }[];
  /** When the roster first showed the seat marked. */
  readonly markedAt?: number;
  /** When the newcomer, who had been trying, had the seat. */
  readonly seatedAt?: number;
  /** When the newcomer was linked to all others. */
  readonly linkedAt?: number;
};

/** What one meeting came to. What is absent was not reached. */
export type MeshRecord = {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly plan: MeshPlan;
  /** In the order of their coming. */
  readonly members: readonly MeshPeer[];
  /** Messages that arrived whole, of all pairs and both ways. */
  readonly messages: number;
  /** Of all members, from creating the room to having left. */
  readonly ledger?: LedgerCounts;
  /** Documents that the rules have read for them. */
  readonly ruleReads?: number;
  /** The same writes and deletes as the emulator counted them; `null` where it does not. */
  readonly requestStream?: WriteCounts | null;
  /** Paths of documents that were left: below the room after all had left, and anything after its end. */
  readonly leftovers?: readonly string[];
  readonly refusal?: Refusal;
  readonly crash?: CrashRecord;
  /** What went wrong, for a person. */
  readonly problems: readonly string[];
  /** Where something went wrong, everything that happened in each page. */
  readonly stories: readonly string[];
};
