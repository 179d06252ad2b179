import type { DocumentWrite, WatchTarget } from '../signal-transport.ts';
import type { Documents } from './store.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** A commit as rules see it. */
export type WriteRequest = {
  readonly uid: string;
  /** What the user's id token says. */
  readonly claims: Claims;
  /** The time of the commit. */
  readonly now: number;
  readonly write: DocumentWrite;
  /** All documents by path, before the commit and as it would leave them. */
  readonly before: Documents;
  readonly after: Documents;
};

export type ReadRequest = {
  readonly uid: string;
  readonly now: number;
  readonly target: WatchTarget;
  readonly documents: Documents;
};

/** Who may do what: a commit is applied if every one of its writes is allowed. */
export interface MemoryRules {
  mayWrite(request: WriteRequest): boolean;
  mayRead(request: ReadRequest): boolean;
}

/** For what does not depend on rules. */
export const NO_RULES: MemoryRules = { mayWrite: () => true, mayRead: () => true };
