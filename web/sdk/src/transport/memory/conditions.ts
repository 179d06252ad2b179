import type { DocumentWrite, TransportErrorKind, WatchTarget } from '../signal-transport.ts';

/** What becomes of a commit, besides what the rules make of it. */
export type CommitFault =
  /** It fails like this, and nothing is applied. */
  | TransportErrorKind
  /** It is applied, and the client hears that the backend could not be reached. */
  | 'unacknowledged'
  /** It is applied, acknowledged, and applied once more a moment later. */
  | 'twice'
  /** It never arrives, and nobody says so. */
  | 'hanging'
  /** It is applied, and acknowledged, after this time. */
  | { readonly lateMs: number };

/** What conditions can do to a client. */
export type Afflicted = {
  setOnline(online: boolean): void;
  refresh(): void;
  endWatches(kind: TransportErrorKind): void;
};

/** How the backend and the ways to it behave. A client is known by its name. */
export interface Conditions {
  /** A client is there: what is to happen to it may begin. */
  connected(client: string, transport: Afflicted): void;
  /** How long the next message of a client takes, in one direction. */
  delayMs(client: string): number;
  /** Asked once for each commit. */
  commitFault(client: string, writes: readonly DocumentWrite[]): CommitFault | undefined;
  /** Why the client may not read, whatever the rules say. */
  readFault(client: string, target: WatchTarget): TransportErrorKind | undefined;
  /** Whether nothing reaches the client's watches at present. */
  isSilent(client: string): boolean;
  /** Whether a snapshot that is on its way is dropped for the one that follows it. */
  collapses(client: string): boolean;
  /** Whether the next snapshot comes twice. */
  repeats(client: string): boolean;
}

/** Everything arrives at once, and nothing goes wrong. */
export const PERFECT: Conditions = {
  connected: () => undefined,
  delayMs: () => 0,
  commitFault: () => undefined,
  readFault: () => undefined,
  isSilent: () => false,
  collapses: () => false,
  repeats: () => false,
};
