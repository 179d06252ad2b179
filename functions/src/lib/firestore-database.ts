import {
  Timestamp,
  type DocumentSnapshot,
  type Firestore,
  type Transaction as FirestoreTransaction,
} from 'firebase-admin/firestore';
import type { Database, Fields, Found, PagedQuery, Transaction } from './database.ts';

export class FirestoreDatabase implements Database {
  readonly #firestore: Firestore;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
  }

  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#firestore.runTransaction((transaction) => work(this.#adapted(transaction)));
  }

  async *pages({ from, field, until, fields, pageSize }: PagedQuery): AsyncIterable<readonly Found[]> {
    const source =
      'group' in from
        ? this.#firestore.collectionGroup(from.group)
        : this.#firestore.collection(from.collection);
    // The field is among those that are read, since a page begins after the last document of the one before.
    const query = source
      .where(field, '<=', until)
      .orderBy(field)
      .select(...new Set([field, ...fields]))
      .limit(pageSize);
    let last: DocumentSnapshot | undefined;
    for (;;) {
      const { docs } = await (last === undefined ? query : query.startAfter(last)).get();
      if (docs.length > 0) yield docs.map((snapshot) => ({ path: snapshot.ref.path, data: snapshot.data() }));
      if (docs.length < pageSize) return;
      last = docs.at(-1);
    }
  }

  async list(collection: string, limit: number): Promise<readonly Found[]> {
    const { docs } = await this.#firestore.collection(collection).limit(limit).get();
    return docs.map((snapshot) => ({ path: snapshot.ref.path, data: snapshot.data() }));
  }

  async places(collection: string): Promise<readonly string[]> {
    return (await this.#firestore.collection(collection).listDocuments()).map(({ path }) => path);
  }

  async collectionsOf(document: string): Promise<readonly string[]> {
    return (await this.#firestore.doc(document).listCollections()).map(({ id }) => id);
  }

  #adapted(transaction: FirestoreTransaction): Transaction {
    const at = (path: string) => this.#firestore.doc(path);
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
