/**
 * What the core needs from a backend: documents under paths, atomic commits under rules, and live snapshots. The Firestore
 * adapter and its in-memory twin implement it; the core knows nothing else of Firebase.
 */

/** A point in time as documents hold it. */
export class Instant {
  readonly epochMs: number;
  constructor(epochMs: number) {
    this.epochMs = epochMs;
  }
}

export function isInstant(value: unknown): value is Instant {
  return value instanceof Instant;
}

/** Written where the backend is to put its own time of the commit. */
export const SERVER_TIME = Symbol('server time');

/** Written, in an update, to a field that is to go. */
export const NO_FIELD = Symbol('no field');

export type WriteValue =
  | string
  | number
  | boolean
  | Instant
  | typeof SERVER_TIME
  | typeof NO_FIELD
  | readonly WriteValue[]
  | WriteFields;

export type WriteFields = { readonly [field: string]: WriteValue };

export type DocumentWrite =
  /** Refused as denied if the document is there already. */
  | { readonly kind: 'create'; readonly path: string; readonly data: WriteFields }
  | { readonly kind: 'set'; readonly path: string; readonly data: WriteFields }
  /** Changes the named fields of a document that exists. */
  | { readonly kind: 'update'; readonly path: string; readonly data: WriteFields }
  | { readonly kind: 'delete'; readonly path: string };

/** The state of what is watched. It may skip, but never go back behind, earlier states. */
export type WatchSnapshot = {
  /** Documents by id: raw, to be validated. Timestamps are {@link Instant}s. */
  readonly documents: ReadonlyMap<string, unknown>;
  /** Documents delivered and billed with this snapshot: changes, and at least one for a first answer. */
  readonly reads: number;
};

export type WatchObserver = {
  /** A state as the server confirmed it; never a local echo or a cached guess. */
  readonly next: (snapshot: WatchSnapshot) => void;
  /** The watch is over: `permission-denied`, or the backend gave it up. Called at most once. */
  readonly error: (error: TransportError) => void;
};

export type WatchTarget =
  | { readonly document: string }
  /** With a limit, the first so many documents by id. */
  | { readonly collection: string; readonly limit?: number };

export type TransportErrorKind =
  /** The rules refused. A commit that was applied, and whose acknowledgement got lost, may say so too. */
  | 'denied'
  /** The backend could not be reached, or the answer got lost: applied or not, nobody knows. */
  | 'unavailable'
  | 'rate-limited'
  | 'unauthenticated'
  | 'other';

/** The only error a transport throws. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportErrorKind;
  constructor(kind: TransportErrorKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

export interface SignalTransport {
  /** Signs the user in, if nobody is, and gives the uid. Later calls give the same user. */
  signIn(): Promise<{ readonly uid: string }>;

  /**
   * The server's time as well as this client knows it, in milliseconds since the epoch; at most an hour off whatever the
   * local clock says. Only after {@link signIn}.
   */
  serverNow(): number;

  /** Reads documents once, from the server. */
  read(target: WatchTarget): Promise<WatchSnapshot>;

  /** Watches a document or all documents of a collection until the returned function is called. */
  watch(target: WatchTarget, observer: WatchObserver): () => void;

  /**
   * Applies all writes or none, at once: never queued for later, never retried behind the caller's back.
   * An empty list warms the connection up. There is no way to take one back: a request that is aborted may have been applied.
   */
  commit(writes: readonly DocumentWrite[]): Promise<void>;

  /** Sends a commit that outlives the page. Returns at once; nobody hears of the outcome. At most 60 KiB. */
  commitAtUnload(writes: readonly DocumentWrite[]): void;

  /** Tells whether the backend can be reached at present, at once and on each change. Returns the way to stop. */
  onReachable(listener: (reachable: boolean) => void): () => void;

  /** Ends all watches and frees the connection. Idempotent. */
  close(): Promise<void>;
}
