import type { LedgerCounts } from 'firesignal';
import type { HarnessEvent, LinkReport } from '../browser/harness/contract.ts';
import type { WriteCounts } from './request-stream.ts';

/** What one side of a call saw. */
export type SideRecord = {
  readonly name: string;
  readonly events: readonly HarnessEvent[];
  /** The link as it was when everything had been exchanged. */
  readonly link?: LinkReport;
};

/** What one call came to. What is absent was not reached. */
export type CallRecord = {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly creator: SideRecord;
  readonly joiner: SideRecord;
  readonly joinToOpenMs?: number;
  readonly hops?: number;
  readonly route?: 'standing-offer' | 'mailbox';
  /** Messages that arrived whole, both ways together. */
  readonly messages: number;
  /** Frames that each side decoded. */
  readonly frames: { readonly creator: number; readonly joiner: number };
  /** Of both sides, from creating the room to having left. */
  readonly ledger?: LedgerCounts;
  /** The same writes and deletes as the emulator counted them; `null` where it does not. */
  readonly requestStream?: WriteCounts | null;
  /** Paths of documents that were left: below the room after both had left, and anything after its end. */
  readonly leftovers?: readonly string[];
  /** What went wrong, for a person. */
  readonly problems: readonly string[];
  /** Where something went wrong, everything that happened in each page. */
  readonly stories: readonly string[];
};
