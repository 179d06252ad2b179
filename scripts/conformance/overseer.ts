import { isDeepStrictEqual } from 'node:util';
import { deleteApp, initializeApp, type FirebaseApp } from 'firebase/app';
import {
  collection,
  connectFirestoreEmulator,
  disableNetwork,
  enableNetwork,
  getFirestore,
  onSnapshot,
  terminate,
  Timestamp,
  type DocumentData,
  type Firestore,
} from 'firebase/firestore';
import * as lite from 'firebase/firestore/lite';

/** How often it is looked whether a watch has missed something. */
const SECOND_LOOK_MS = 1_000;

const WRITE_TRIES = 3;

/** A document as it was seen, `undefined` when it was gone. `at` is in milliseconds, by this machine's clock. */
export type Sighting = {
  readonly path: string;
  readonly data: DocumentData | undefined;
  readonly at: number;
};

/**
 * Sees and changes the documents of an emulator past its rules. The official one does not take turns in what it writes to a stream:
 * where much changes at once it loses a change, or breaks the stream. So this one looks again.
 */
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
  readonly #watched = new Set<string>();
  /** All documents that are there, as they were seen last. */
  readonly #latest = new Map<string, DocumentData>();
  #secondLook: NodeJS.Timeout | undefined;
  #isClosed = false;

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
    await again(() => lite.setDoc(lite.doc(this.#requests, path), data));
  }

  async change(path: string, data: DocumentData): Promise<void> {
    await again(() => lite.updateDoc(lite.doc(this.#requests, path), data));
  }

  async remove(path: string): Promise<void> {
    await again(() => lite.deleteDoc(lite.doc(this.#requests, path)));
  }

  /** From now on, what happens in a collection is seen. Settles with the first look. */
  watch(path: string): Promise<void> {
    this.#watched.add(path);
    this.#planSecondLook();
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
    this.#isClosed = true;
    clearTimeout(this.#secondLook);
    for (const done of [...this.#waiting.values()]) done();
    for (const stop of this.#stops.splice(0)) stop();
    await terminate(this.#db);
    await deleteApp(this.#app);
  }

  /** Where a stream breaks, Firestore's SDK would wait for a minute. */
  #reconnect(): void {
    this.#reconnecting ??= disableNetwork(this.#db)
      .then(() => enableNetwork(this.#db))
      .catch(() => undefined)
      .finally(() => (this.#reconnecting = undefined));
  }

  #planSecondLook(): void {
    clearTimeout(this.#secondLook);
    this.#secondLook = setTimeout(() => {
      void this.#lookAgain()
        // The next look may succeed.
        .catch(() => undefined)
        .then(() => {
          if (!this.#isClosed) this.#planSecondLook();
        });
    }, SECOND_LOOK_MS);
  }

  async #lookAgain(): Promise<void> {
    for (const collectionPath of this.#watched) {
      const isIn = (path: string): boolean => path.slice(0, path.lastIndexOf('/')) === collectionPath;
      const from = this.sightings.length;
      const { docs } = await lite.getDocs(lite.collection(this.#requests, collectionPath));
      // What the watch has told meanwhile is newer.
      if (this.#isClosed || this.sightings.slice(from).some(({ path }) => isIn(path))) continue;
      const found = new Map(docs.map((one) => [one.ref.path, withTimes(one.data())]));
      const known = [...this.#latest.keys()].filter(isIn);
      for (const path of new Set([...known, ...found.keys()])) {
        const data = found.get(path);
        if (!isDeepStrictEqual(data, this.#latest.get(path))) this.#see(path, data);
      }
    }
  }

  #see(path: string, data: DocumentData | undefined): void {
    if (data === undefined) this.#latest.delete(path);
    else this.#latest.set(path, data);
    this.sightings.push({ path, data, at: Date.now() });
    for (const look of [...this.#waiting.keys()]) look();
  }
}

/** The official emulator answers some writes that meet others with an internal error. */
async function again(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await write();
      return;
    } catch (error) {
      const isMissing = error instanceof lite.FirestoreError && error.code === 'not-found';
      if (isMissing || attempt === WRITE_TRIES) throw error;
    }
  }
}

/** Each of the two kinds of database has a class for times. */
function withTimes(data: DocumentData): DocumentData {
  const fields = Object.entries(data).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof lite.Timestamp ? new Timestamp(value.seconds, value.nanoseconds) : value,
  ]);
  return Object.fromEntries(fields) as DocumentData;
}
