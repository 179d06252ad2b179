import { deleteApp, initializeApp, type FirebaseApp } from 'firebase/app';
import {
  collection,
  connectFirestoreEmulator,
  disableNetwork,
  enableNetwork,
  getFirestore,
  onSnapshot,
  terminate,
  type DocumentData,
  type Firestore,
} from 'firebase/firestore';
import * as lite from 'firebase/firestore/lite';

/** A document as it was seen, `undefined` when it was gone. `at` is in milliseconds, by this machine's clock. */
export type Sighting = {
  readonly path: string;
  readonly data: DocumentData | undefined;
  readonly at: number;
};

/** Sees and changes the documents of an emulator past its rules. */
export class Overseer {
  readonly sightings: Sighting[] = [];
  readonly #app: FirebaseApp;
  /** For watches. */
  readonly #db: Firestore;
  /** For the rest: one request each, so nothing waits for a stream. Its times are not those of `#db`: take `Date`. */
  readonly #requests: lite.Firestore;
  readonly #stops: (() => void)[] = [];
  /** Who looks at each sighting, and how it stops waiting. */
  readonly #waiting = new Map<() => void, () => void>();
  #reconnecting: Promise<void> | undefined;

  constructor(backend: { readonly projectId: string; readonly firestore: { host: string; port: number } }) {
    const { projectId, firestore } = backend;
    this.#app = initializeApp({ projectId }, `overseer-${crypto.randomUUID()}`);
    this.#db = getFirestore(this.#app);
    this.#requests = lite.getFirestore(this.#app);
    const { host, port } = firestore;
    connectFirestoreEmulator(this.#db, host, port, { mockUserToken: 'owner' });
    lite.connectFirestoreEmulator(this.#requests, host, port, { mockUserToken: 'owner' });
  }

  async read(path: string): Promise<DocumentData | undefined> {
    return (await lite.getDoc(lite.doc(this.#requests, path))).data();
  }

  async write(path: string, data: DocumentData): Promise<void> {
    await lite.setDoc(lite.doc(this.#requests, path), data);
  }

  async change(path: string, data: DocumentData): Promise<void> {
    await lite.updateDoc(lite.doc(this.#requests, path), data);
  }

  async remove(path: string): Promise<void> {
    await lite.deleteDoc(lite.doc(this.#requests, path));
  }

  /** From now on, what happens in a collection is seen. Settles with the first look. */
  watch(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = onSnapshot(
        collection(this.#db, path),
        { includeMetadataChanges: true },
        (snapshot) => {
          for (const { type, doc: changed } of snapshot.docChanges())
            this.#see(changed.ref.path, type === 'removed' ? undefined : changed.data());
          if (snapshot.metadata.fromCache) this.#reconnect();
          else resolve();
        },
        reject,
      );
      this.#stops.push(stop);
    });
  }

  /** The first sighting from `from` on that is looked for, or nothing when it does not come in time. */
  async until(
    isIt: (sighting: Sighting) => boolean,
    { withinMs, from = 0 }: { readonly withinMs: number; readonly from?: number },
  ): Promise<Sighting | undefined> {
    const find = (): Sighting | undefined => this.sightings.slice(from).find(isIt);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(find());
      };
      const look = (): void => {
        if (find() !== undefined) done();
      };
      const timer = setTimeout(done, withinMs);
      this.#waiting.set(look, done);
      look();
    });
  }

  /** Whoever still waits has waited in vain. */
  async close(): Promise<void> {
    for (const done of [...this.#waiting.values()]) done();
    for (const stop of this.#stops.splice(0)) stop();
    await terminate(this.#db);
    await deleteApp(this.#app);
  }

  /**
   * The official emulator does not take turns in what it writes to a stream, and breaks it where much changes at once. Firestore's
   * SDK would wait for a minute after that.
   */
  #reconnect(): void {
    this.#reconnecting ??= disableNetwork(this.#db)
      .then(() => enableNetwork(this.#db))
      .catch(() => undefined)
      .finally(() => (this.#reconnecting = undefined));
  }

  #see(path: string, data: DocumentData | undefined): void {
    this.sightings.push({ path, data, at: Date.now() });
    for (const look of [...this.#waiting.keys()]) look();
  }
}
