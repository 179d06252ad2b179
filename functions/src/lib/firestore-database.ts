import type { Places } from '@firesignal/protocol';
import {
  Timestamp,
  type CollectionReference,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type QueryDocumentSnapshot,
  type Transaction as FirestoreTransaction,
} from 'firebase-admin/firestore';
import type { Database, Fields, Found, PagedQuery, Transaction } from './database.ts';

/** What the functions call by paths of the protocol, at its places. What is found elsewhere is somebody else's. */
export class FirestoreDatabase implements Database {
  readonly #firestore: Firestore;
  readonly #places: Places;

  constructor(firestore: Firestore, places: Places) {
    this.#firestore = firestore;
    this.#places = places;
  }

  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#firestore.runTransaction((transaction) => work(this.#adapted(transaction)));
  }

  async *pages({ from, field, until, fields, pageSize }: PagedQuery): AsyncIterable<readonly Found[]> {
    const source =
      'group' in from
        ? this.#firestore.collectionGroup(this.#places.storedName(from.group))
        : this.#collection(from.collection);
    // The field is among those that are read, since a page begins after the last document of the one before.
    const query = source
      .where(field, '<=', until)
      .orderBy(field)
      .select(...new Set([field, ...fields]))
      .limit(pageSize);
    let last: DocumentSnapshot | undefined;
    for (;;) {
      const { docs } = await (last === undefined ? query : query.startAfter(last)).get();
      if (docs.length > 0) yield this.#known(docs);
      if (docs.length < pageSize) return;
      last = docs.at(-1);
    }
  }

  async list(collection: string, limit: number): Promise<readonly Found[]> {
    return this.#known((await this.#collection(collection).limit(limit).get()).docs);
  }

  async places(collection: string): Promise<readonly string[]> {
    return present(
      (await this.#collection(collection).listDocuments()).map(({ path }) => this.#places.known(path)),
    );
  }

  async collectionsOf(document: string): Promise<readonly string[]> {
    return present((await this.#at(document).listCollections()).map(({ id }) => this.#places.knownName(id)));
  }

  #at(path: string): DocumentReference {
    return this.#firestore.doc(this.#places.stored(path));
  }

  #collection(path: string): CollectionReference {
    return this.#firestore.collection(this.#places.stored(path));
  }

  #known(snapshots: readonly QueryDocumentSnapshot[]): readonly Found[] {
    return present(
      snapshots.map((snapshot) => {
        const path = this.#places.known(snapshot.ref.path);
        return path === undefined ? undefined : { path, data: snapshot.data() };
      }),
    );
  }

  #adapted(transaction: FirestoreTransaction): Transaction {
    const at = (path: string) => this.#at(path);
    return {
      read: async (...paths) => {
        const snapshots = await transaction.getAll(...paths.map(at));
        const documents = snapshots.map((snapshot): Fields | undefined => snapshot.data());
        // All are read at once, so there is one time.
        return { documents, readAt: snapshots[0]?.readTime ?? Timestamp.now() };
      },
      set: (path, data) => void transaction.set(at(path), data),
      update: (path, data) => void transaction.update(at(path), data),
      delete: (path) => void transaction.delete(at(path)),
    };
  }
}

function present<T>(found: readonly (T | undefined)[]): readonly T[] {
  return found.filter((one) => one !== undefined);
}
