import { Timestamp } from 'firebase-admin/firestore';
import type { Database, Fields, Found, PagedQuery, Transaction } from '../../functions/src/lib/database.ts';
import { compareTimes, isTime } from '../../functions/src/lib/fields.ts';

/** A database for functions, in memory, with a clock of its own that a test sets. */
export class MemoryDatabase implements Database {
  readonly documents = new Map<string, Fields>();
  /** The server's time, in milliseconds since the epoch. */
  nowMs: number;
  /** Called before each attempt at a transaction, as whoever else is at work; what it throws, the transaction throws. */
  beforeTransaction: () => void = () => undefined;
  /** The commits so far, each with the paths that it wrote or deleted. */
  readonly commits: string[][] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  get now(): Timestamp {
    return Timestamp.fromMillis(this.nowMs);
  }

  put(path: string, data: Fields): void {
    this.documents.set(path, data);
  }

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (;;) {
      this.beforeTransaction();
      const seen = new Map<string, Fields | undefined>();
      const writes: (() => void)[] = [];
      const touched: string[] = [];
      const write = (path: string, apply: () => void): void => {
        touched.push(path);
        writes.push(apply);
      };
      const result = await work({
        read: (...paths) => {
          if (writes.length > 0) throw new Error('Reads come before writes.');
          const documents = paths.map((path) => this.documents.get(path));
          paths.forEach((path, at) => seen.set(path, documents[at]));
          return Promise.resolve({ documents, readAt: this.now });
        },
        set: (path, data) => write(path, () => this.documents.set(path, data)),
        update: (path, data) =>
          write(path, () => this.documents.set(path, { ...this.documents.get(path), ...data })),
        delete: (path) => write(path, () => this.documents.delete(path)),
      });
      const isStale = [...seen].some(([path, data]) => this.documents.get(path) !== data);
      if (isStale) continue;
      for (const apply of writes) apply();
      if (touched.length > 0) this.commits.push(touched);
      return result;
    }
  }

  async *pages({ from, field, until, pageSize }: PagedQuery): AsyncIterable<readonly Found[]> {
    const isAsked = (path: string): boolean =>
      'group' in from ? path.split('/').at(-2) === from.group : parentOf(path) === from.collection;
    const timeOf = ({ data }: Found): Timestamp => data[field] as Timestamp;
    let last: Found | undefined;
    for (;;) {
      const page = this.#all()
        .filter(({ path, data }) => isAsked(path) && isTime(data[field]))
        .filter((found) => compareTimes(timeOf(found), until) <= 0)
        .sort((a, b) => compareTimes(timeOf(a), timeOf(b)) || (a.path < b.path ? -1 : 1))
        .filter((found) => last === undefined || comesAfter(found, last, timeOf))
        .slice(0, pageSize);
      if (page.length > 0) yield page;
      if (page.length < pageSize) return;
      await Promise.resolve();
      last = page.at(-1);
    }
  }

  list(collection: string, limit: number): Promise<readonly Found[]> {
    return Promise.resolve(
      this.#all()
        .filter(({ path }) => parentOf(path) === collection)
        .slice(0, limit),
    );
  }

  places(collection: string): Promise<readonly string[]> {
    return Promise.resolve(this.#below(collection));
  }

  async collectionsOf(document: string): Promise<readonly string[]> {
    return (await this.places(document)).map((path) => path.slice(document.length + 1));
  }

  #all(): Found[] {
    return [...this.documents].map(([path, data]) => ({ path, data }));
  }

  /** The paths one step below that have something at or below them. */
  #below(path: string): string[] {
    const steps = path.split('/').length + 1;
    const inside = [...this.documents.keys()].filter((one) => one.startsWith(`${path}/`));
    return [...new Set(inside.map((one) => one.split('/').slice(0, steps).join('/')))];
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function comesAfter(found: Found, last: Found, timeOf: (found: Found) => Timestamp): boolean {
  const order = compareTimes(timeOf(found), timeOf(last));
  return order > 0 || (order === 0 && found.path > last.path);
}
