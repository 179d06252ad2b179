import { checkPlacement, storedPath, type CheckedPlacement, type Placement } from '@firesignal/protocol';
import type { FirebaseApp } from 'firebase/app';
import { connectAuthEmulator, getAuth } from 'firebase/auth';
import {
  connectFirestoreEmulator,
  doc,
  getDocFromServer,
  getDocsFromServer,
  getFirestore,
  initializeFirestore,
  memoryLocalCache,
  type Firestore,
} from 'firebase/firestore';
import { SignalingError } from '../errors.ts';
import {
  GivenTokens,
  NO_TOKENS,
  OwnTokens,
  type AppCheckOptions,
  type AppCheckTokens,
} from './firestore/app-check.ts';
import { toTransportError } from './firestore/errors.ts';
import { needsLongPolling } from './firestore/long-polling.ts';
import { commitOverRest, type Credentials, type RestTarget } from './firestore/rest-commit.ts';
import { Session } from './firestore/sign-in.ts';
import { documentsOf, queryOf, watchFirestore } from './firestore/watch.ts';
import {
  TransportError,
  type DocumentWrite,
  type SignalTransport,
  type WatchObserver,
  type WatchSnapshot,
  type WatchTarget,
} from './signal-transport.ts';

export type FirestoreTransportOptions = {
  /**
   * The Firebase app. Signaling wants Firestore's memory cache: an app that keeps a persistent one should initialise a second,
   * named app for signaling.
   */
  readonly app: FirebaseApp;
  /** @defaultValue `'(default)'` */
  readonly databaseId?: string;
  /**
   * Where the documents lie, for a project that has documents of its own. Rules, indexes and functions have to know the same.
   * @defaultValue at the top of the database, without a prefix
   */
  readonly placement?: Placement;
  /** Sets Firebase App Check up for the app, before it signs in. */
  readonly appCheck?: AppCheckOptions;
  /**
   * For an app that has set App Check up itself: gives a token, `async () => (await getToken(appCheck)).token`. It
   * goes with every commit; listeners get theirs from the Firebase app.
   */
  readonly appCheckToken?: () => Promise<string>;
  /** Addresses of the emulators, in development and tests. */
  readonly emulators?: {
    /** For instance `http://127.0.0.1:9099`. */
    readonly auth?: string;
    readonly firestore?: { readonly host: string; readonly port: number };
  };
};

const DEFAULT_DATABASE_ID = '(default)';
/** The Firestore SDK looks up what has left a query, which takes a round trip. */
const UNSYNCED_GRACE_MS = 2_000;
const PRODUCTION_ORIGIN = 'https://firestore.googleapis.com';

/**
 * Signaling through Cloud Firestore and Firebase Authentication.
 *
 * @throws `signaling/invalid-argument` when the placement is not one
 */
export function firestoreTransport(options: FirestoreTransportOptions): SignalTransport {
  return new FirestoreTransport(options);
}

class FirestoreTransport implements SignalTransport {
  readonly #database: Firestore;
  readonly #placement: CheckedPlacement;
  readonly #session: Session;
  readonly #rest: RestTarget;
  readonly #appCheck: AppCheckTokens;
  readonly #watches = new Set<() => void>();
  readonly #reachableListeners = new Set<(reachable: boolean) => void>();
  #reachable = true;
  #doubt: ReturnType<typeof setTimeout> | undefined;

  constructor({
    app,
    appCheck,
    appCheckToken,
    databaseId = DEFAULT_DATABASE_ID,
    emulators,
    placement = {},
  }: FirestoreTransportOptions) {
    this.#placement = checked(placement);
    this.#database = openDatabase(app, databaseId);
    this.#appCheck = tokensOf(app, appCheck, appCheckToken);
    const auth = getAuth(app);
    if (emulators?.auth !== undefined) connectAuthEmulator(auth, emulators.auth, { disableWarnings: true });
    const host = emulators?.firestore;
    if (host !== undefined) connectFirestoreEmulator(this.#database, host.host, host.port);
    this.#session = new Session(auth);
    this.#rest = {
      origin: host === undefined ? PRODUCTION_ORIGIN : `http://${host.host}:${host.port}`,
      projectId: app.options.projectId ?? '',
      databaseId,
    };
  }

  async signIn(): Promise<{ readonly uid: string }> {
    await this.#appCheck.ready();
    return this.#session.signIn();
  }

  serverNow(): number {
    return this.#session.serverNow();
  }

  async read(target: WatchTarget): Promise<WatchSnapshot> {
    const stored = this.#storedTarget(target);
    try {
      if ('document' in stored) {
        const documents = documentsOf(await getDocFromServer(doc(this.#database, stored.document)));
        return { documents, reads: 1 };
      }
      const documents = documentsOf(await getDocsFromServer(queryOf(this.#database, stored)));
      return { documents, reads: Math.max(1, documents.size) };
    } catch (error) {
      throw toTransportError(error);
    }
  }

  watch(target: WatchTarget, observer: WatchObserver): () => void {
    let wasSynced = false;
    const stop = watchFirestore(this.#database, this.#storedTarget(target), observer, (synced) => {
      if (synced || wasSynced) this.#synced(synced);
      wasSynced ||= synced;
    });
    this.#watches.add(stop);
    return () => {
      this.#watches.delete(stop);
      // Nobody is left to tell.
      if (this.#watches.size === 0) clearTimeout(this.#doubt);
      stop();
    };
  }

  async commit(writes: readonly DocumentWrite[]): Promise<void> {
    await commitOverRest(this.#rest, await this.#credentials(), this.#storedWrites(writes));
    this.#synced(true);
  }

  commitAtUnload(writes: readonly DocumentWrite[]): void {
    const { idToken } = this.#session;
    if (idToken === undefined) throw new TransportError('unauthenticated', 'No ID token is at hand');
    const credentials = { idToken, appCheckToken: this.#appCheck.latest };
    commitOverRest(this.#rest, credentials, this.#storedWrites(writes), { keepalive: true }).catch(
      () => undefined,
    );
  }

  onReachable(listener: (reachable: boolean) => void): () => void {
    // A set of wrappers, so that one function may listen twice.
    const own = (reachable: boolean): void => listener(reachable);
    this.#reachableListeners.add(own);
    own(this.#reachable);
    return () => void this.#reachableListeners.delete(own);
  }

  close(): Promise<void> {
    for (const stop of this.#watches) stop();
    this.#watches.clear();
    this.#reachableListeners.clear();
    clearTimeout(this.#doubt);
    this.#session.close();
    return Promise.resolve();
  }

  #storedTarget(target: WatchTarget): WatchTarget {
    return 'document' in target
      ? { document: storedPath(this.#placement, target.document) }
      : { ...target, collection: storedPath(this.#placement, target.collection) };
  }

  #storedWrites(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
    return writes.map((write) => ({ ...write, path: storedPath(this.#placement, write.path) }));
  }

  async #credentials(): Promise<Credentials> {
    const idToken = await this.#session.freshIdToken();
    return { idToken, appCheckToken: await this.#appCheck.fresh() };
  }

  /** A watch may be out of step for a moment when documents go: only what lasts is a lost backend. */
  #synced(synced: boolean): void {
    clearTimeout(this.#doubt);
    if (synced) this.#setReachable(true);
    else this.#doubt = setTimeout(() => this.#setReachable(false), UNSYNCED_GRACE_MS);
  }

  #setReachable(reachable: boolean): void {
    if (reachable === this.#reachable) return;
    this.#reachable = reachable;
    for (const listener of [...this.#reachableListeners]) listener(reachable);
  }
}

function checked(placement: Placement): CheckedPlacement {
  const result = checkPlacement(placement);
  if (result.ok) return result.value;
  throw new SignalingError('signaling/invalid-argument', `${result.problem}.`);
}

function tokensOf(
  app: FirebaseApp,
  own: AppCheckOptions | undefined,
  give: (() => Promise<string>) | undefined,
): AppCheckTokens {
  if (own !== undefined) return new OwnTokens(app, own);
  return give === undefined ? NO_TOKENS : new GivenTokens(give);
}

function openDatabase(app: FirebaseApp, databaseId: string): Firestore {
  // Node has a navigator since version 21 only.
  const { navigator } = globalThis as { readonly navigator?: Navigator };
  const forced = needsLongPolling(navigator?.userAgent ?? '');
  const settings = {
    localCache: memoryLocalCache(),
    ...(forced && { experimentalForceLongPolling: true }),
  };
  try {
    return initializeFirestore(app, settings, databaseId);
  } catch {
    // The application has opened it with settings of its own, which hold.
    return getFirestore(app, databaseId);
  }
}
