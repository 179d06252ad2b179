import {
  collection,
  doc,
  limit,
  onSnapshot,
  query,
  type DocumentSnapshot,
  type Firestore,
  type FirestoreError,
  type Query,
  type QuerySnapshot,
} from 'firebase/firestore';
import type { WatchObserver, WatchSnapshot, WatchTarget } from '../signal-transport.ts';
import { fromFirestore } from './documents.ts';
import { toTransportError } from './errors.ts';

type Documents = WatchSnapshot['documents'];

export function documentsOf(snapshot: DocumentSnapshot | QuerySnapshot): Documents {
  const found = 'docs' in snapshot ? snapshot.docs : snapshot.exists() ? [snapshot] : [];
  return new Map(found.map((document) => [document.id, fromFirestore(document.data())]));
}

/** What Firestore is asked for, so that it is found in the order of the ids. */
export function queryOf(
  database: Firestore,
  target: Extract<WatchTarget, { readonly collection: string }>,
): Query {
  const all = collection(database, target.collection);
  return target.limit === undefined ? all : query(all, limit(target.limit));
}

/** Passes on what the server has confirmed, with the reads that it cost. */
class Relay {
  readonly #observer: WatchObserver;
  readonly #onSynced: (synced: boolean) => void;
  #first = true;
  #changed = false;
  /** Counted over cached snapshots as well: what arrives while out of step is billed all the same. */
  #reads = 0;

  constructor(observer: WatchObserver, onSynced: (synced: boolean) => void) {
    this.#observer = observer;
    this.#onSynced = onSynced;
  }

  take(fromCache: boolean, delivered: number, changed: boolean, documents: () => Documents): void {
    this.#reads += delivered;
    this.#changed ||= changed;
    this.#onSynced(!fromCache);
    if (fromCache || !(this.#first || this.#changed)) return;
    // A first answer is billed one read even if it is empty.
    const reads = this.#first ? Math.max(1, this.#reads) : this.#reads;
    this.#first = this.#changed = false;
    this.#reads = 0;
    this.#observer.next({ documents: documents(), reads });
  }
}

/**
 * Watches a target. `onSynced` tells whether the watch is in step with the server: a snapshot from the cache after one from
 * the server means that the connection is gone.
 */
export function watchFirestore(
  database: Firestore,
  target: WatchTarget,
  observer: WatchObserver,
  onSynced: (synced: boolean) => void,
): () => void {
  const relay = new Relay(observer, onSynced);
  const options = { includeMetadataChanges: true };
  const onError = (error: FirestoreError): void => observer.error(toTransportError(error));

  if ('collection' in target) {
    return onSnapshot(
      queryOf(database, target),
      options,
      (snapshot) => {
        // Nobody is billed for hearing that a document is gone, but it is news.
        const changes = snapshot.docChanges();
        const delivered = changes.filter((change) => change.type !== 'removed').length;
        relay.take(snapshot.metadata.fromCache, delivered, changes.length > 0, () => documentsOf(snapshot));
      },
      onError,
    );
  }
  let known: string | undefined;
  return onSnapshot(
    doc(database, target.document),
    options,
    (snapshot) => {
      // Metadata changes bring the same document again: only other content is a delivery.
      const content = snapshot.exists() ? JSON.stringify(snapshot.data()) : undefined;
      const changed = content !== known;
      known = content;
      relay.take(snapshot.metadata.fromCache, changed && content !== undefined ? 1 : 0, changed, () =>
        documentsOf(snapshot),
      );
    },
    onError,
  );
}
