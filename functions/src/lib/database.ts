import type { Timestamp } from 'firebase-admin/firestore';

/** What a document holds; nobody has checked it. */
export type Fields = Readonly<Record<string, unknown>>;
export type Found = { readonly path: string; readonly data: Fields };

/** What functions need of Firestore: `firestore-database.ts` is the real one, tests have one in memory. */
export interface Database {
  /**
   * Commits what `work` writes if nothing that it has read has changed meanwhile; else it is run again.
   * @throws whatever `work` throws, and the database's own errors
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** The documents whose `field` is at or before `until`, the earliest first, in pages. */
  pages(query: PagedQuery): AsyncIterable<readonly Found[]>;
  /** Up to `limit` documents of a collection. */
  list(collection: string, limit: number): Promise<readonly Found[]>;
  /** The documents of a collection, also those that are not there and have something below them. */
  places(collection: string): Promise<readonly string[]>;
  /** Ids of the collections right below a document that have something in them. */
  collectionsOf(document: string): Promise<readonly string[]>;
}

/** Reads come before writes. */
export interface Transaction {
  /** @returns the documents in the order of their paths, and the server's time at which they were so */
  read(...paths: readonly string[]): Promise<{
    readonly documents: readonly (Fields | undefined)[];
    readonly readAt: Timestamp;
  }>;
  set(path: string, data: Fields): void;
  update(path: string, data: Fields): void;
  delete(path: string): void;
}

export type PagedQuery = {
  /** A collection at the top, or the id of a group of them: those of that name below any document. */
  readonly from: { readonly collection: string } | { readonly group: string };
  readonly field: string;
  readonly until: Timestamp;
  /** What is read of each document. */
  readonly fields: readonly string[];
  readonly pageSize: number;
};
