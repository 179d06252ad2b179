import {
  collection,
  deleteDoc,
  doc,
  getDocFromServer,
  getDocsFromServer,
  runTransaction,
  type DocumentData,
} from 'firebase/firestore';
import { expect } from 'vitest';
import { withoutRules, type Actor } from './environment.ts';

/** One write of a commit. */
export type Write =
  | { readonly set: string; readonly to: DocumentData }
  | { readonly update: string; readonly to: DocumentData }
  | { readonly remove: string };

export const set = (path: string, to: DocumentData): Write => ({ set: path, to });
export const update = (path: string, to: DocumentData): Write => ({ update: path, to });
export const remove = (path: string): Write => ({ remove: path });

/** Sends the writes in one unary commit, once, as the SDK does: a transaction that reads nothing. */
export async function commit({ db }: Actor, ...writes: readonly Write[]): Promise<void> {
  await runTransaction(
    db,
    (transaction) => {
      for (const write of writes) {
        if ('set' in write) transaction.set(doc(db, write.set), write.to);
        else if ('update' in write) transaction.update(doc(db, write.update), write.to);
        else transaction.delete(doc(db, write.remove));
      }
      return Promise.resolve();
    },
    { maxAttempts: 1 },
  );
}

const DENIED = { code: 'permission-denied' };

export async function allows(actor: Actor, ...writes: readonly Write[]): Promise<void> {
  await expect(commit(actor, ...writes), 'should be allowed').resolves.toBeUndefined();
}

export async function denies(actor: Actor, ...writes: readonly Write[]): Promise<void> {
  await expect(commit(actor, ...writes), 'should be denied').rejects.toMatchObject(DENIED);
}

/** Commits that are each to be judged on their own, by what is special about them. */
export type Cases = Readonly<Record<string, Write | readonly Write[]>>;

async function each(cases: Cases, judge: (writes: readonly Write[], what: string) => Promise<void>) {
  await Promise.all(
    Object.entries(cases).map(([what, writes]) => judge('length' in writes ? writes : [writes], what)),
  );
}

/** Every one of these is denied. They are sent at once, so they must not depend on each other. */
export async function deniesEach(actor: Actor, cases: Cases): Promise<void> {
  await each(cases, (writes, what) =>
    expect(commit(actor, ...writes), `should be denied: ${what}`).rejects.toMatchObject(DENIED),
  );
}

/** Every one of these is allowed. They are sent at once, so they must not depend on each other. */
export async function allowsEach(actor: Actor, cases: Cases): Promise<void> {
  await each(cases, (writes, what) =>
    expect(commit(actor, ...writes), `should be allowed: ${what}`).resolves.toBeUndefined(),
  );
}

export async function allowsGet({ db }: Actor, path: string): Promise<void> {
  await expect(getDocFromServer(doc(db, path)), 'should be allowed').resolves.toBeDefined();
}

export async function deniesGet({ db }: Actor, path: string): Promise<void> {
  await expect(getDocFromServer(doc(db, path)), 'should be denied').rejects.toMatchObject(DENIED);
}

export async function allowsList({ db }: Actor, path: string): Promise<void> {
  await expect(getDocsFromServer(collection(db, path)), 'should be allowed').resolves.toBeDefined();
}

export async function deniesList({ db }: Actor, path: string): Promise<void> {
  await expect(getDocsFromServer(collection(db, path)), 'should be denied').rejects.toMatchObject(DENIED);
}

/** What is stored, whatever the rules say. */
export async function stored(path: string): Promise<DocumentData | undefined> {
  let data: DocumentData | undefined;
  await withoutRules(async ({ db }) => {
    data = (await getDocFromServer(doc(db, path))).data();
  });
  return data;
}

/** Puts documents there without asking the rules. */
export async function seed(documents: Readonly<Record<string, DocumentData>>): Promise<void> {
  await withoutRules((admin) =>
    commit(admin, ...Object.entries(documents).map(([path, data]) => set(path, data))),
  );
}

/** Takes a document away without asking the rules, as functions and TTL policies do. */
export async function sweep(path: string): Promise<void> {
  await withoutRules(({ db }) => deleteDoc(doc(db, path)));
}
