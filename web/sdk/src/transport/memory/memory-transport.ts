import type { Clock } from '../../lib/clock.ts';
import {
  TransportError,
  type DocumentWrite,
  type SignalTransport,
  type TransportErrorKind,
  type WatchObserver,
  type WatchSnapshot,
  type WatchTarget,
} from '../signal-transport.ts';
import type { CommitFault, Conditions } from './conditions.ts';
import { Line } from './line.ts';
import { Listener } from './listener.ts';
import type { Claims } from './rules.ts';
import type { Documents } from './store.ts';

/** Firestore's client tells of a lost backend only when it lasts. */
const UNSYNCED_GRACE_MS = 2_000;
/** A commit that is carried out twice is so within moments. */
const SECOND_TIME_MS = 10;

/** What a client needs of the backend. */
export type MemoryServer = {
  readonly clock: Clock;
  readonly conditions: Conditions;
  /** Applies all writes or none. Returns why not. */
  readonly commit: (client: MemoryClient, writes: readonly DocumentWrite[]) => TransportErrorKind | undefined;
  /** What the user finds at a target, or why nothing. */
  readonly look: (uid: string, target: WatchTarget) => Documents | TransportErrorKind;
  readonly listeners: Set<Listener>;
};

export type MemoryClient = {
  readonly uid: string;
  /** By which conditions know this client. */
  readonly name: string;
  /** How far off its idea of the server's time is. */
  readonly skewMs: number;
  /** What its id token says besides who it is. @defaultValue nothing */
  readonly claims?: Claims;
};

/** One client's way to a backend in memory. */
export class MemoryTransport implements SignalTransport {
  readonly uid: string;
  readonly name: string;
  readonly #client: MemoryClient;
  readonly #server: MemoryServer;
  readonly #line: Line;
  readonly #listeners = new Map<Listener, WatchTarget>();
  readonly #reachableListeners = new Set<(reachable: boolean) => void>();
  #isOnline = true;
  #isReachable = true;
  #cancelDoubt: () => void = () => undefined;

  /** @internal Clients are made by {@link MemoryBackend.connect}. */
  constructor(server: MemoryServer, client: MemoryClient) {
    const { uid, name } = client;
    this.#server = server;
    this.uid = uid;
    this.name = name;
    this.#client = client;
    this.#line = new Line(server.clock, () => server.conditions.delayMs(name));
    server.conditions.connected(name, this);
  }

  /** Watches that are alive. */
  get watchCount(): number {
    return this.#listeners.size;
  }

  /** How many listen to whether the backend can be reached. */
  get listenerCount(): number {
    return this.#reachableListeners.size;
  }

  signIn(): Promise<{ readonly uid: string }> {
    return Promise.resolve({ uid: this.uid });
  }

  serverNow(): number {
    return this.#server.clock.now() + this.#client.skewMs;
  }

  read(target: WatchTarget): Promise<WatchSnapshot> {
    return new Promise((resolve, reject) => {
      this.#request(reject, (answer) => {
        const documents = this.#look(target);
        answer(() => {
          if (typeof documents === 'string') reject(new TransportError(documents, 'The read failed'));
          else resolve({ documents, reads: Math.max(1, documents.size) });
        });
      });
    });
  }

  watch(target: WatchTarget, observer: WatchObserver): () => void {
    const { conditions, listeners } = this.#server;
    const listener: Listener = new Listener({
      observer,
      send: this.#line.stream(),
      look: () => this.#look(target),
      isSilent: () => !this.#isOnline || conditions.isSilent(this.name),
      collapses: () => conditions.collapses(this.name),
      repeats: () => conditions.repeats(this.name),
      onShown: () => this.#setReachable(true),
      onEnd: () => {
        this.#listeners.delete(listener);
        listeners.delete(listener);
      },
    });
    // As Firestore's client does: who watches what is watched already is told what that watch has seen.
    const known = [...this.#listeners].find(([, other]) => isSame(other, target))?.[0].shown;
    if (known !== undefined) listener.beginWith(known);
    this.#listeners.set(listener, target);
    this.#line.up(() => {
      if (!this.#listeners.has(listener)) return;
      listeners.add(listener);
      listener.refresh();
    });
    return () => listener.stop();
  }

  commit(writes: readonly DocumentWrite[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#request(reject, (answer) => {
        const fault = this.#server.conditions.commitFault(this.name, writes);
        const outcome = (kind: TransportErrorKind | undefined): void =>
          answer(() => {
            if (kind !== undefined) reject(new TransportError(kind, 'The commit failed'));
            else this.#committed(resolve);
          });
        this.#carryOut(writes, fault, outcome);
      });
    });
  }

  commitAtUnload(writes: readonly DocumentWrite[]): void {
    const deletes = writes.filter(({ kind }) => kind === 'delete');
    if (this.#isOnline) this.#line.up(() => void this.#server.commit(this.#client, deletes));
  }

  onReachable(listener: (reachable: boolean) => void): () => void {
    // A set of wrappers, so that one function may listen twice.
    const own = (reachable: boolean): void => listener(reachable);
    this.#reachableListeners.add(own);
    own(this.#isReachable);
    return () => void this.#reachableListeners.delete(own);
  }

  close(): Promise<void> {
    for (const listener of this.#listeners.keys()) listener.stop();
    this.#reachableListeners.clear();
    this.#cancelDoubt();
    return Promise.resolve();
  }

  /** Takes the network away from this client, or gives it back. */
  setOnline(online: boolean): void {
    if (online === this.#isOnline) return;
    this.#isOnline = online;
    this.#cancelDoubt();
    if (online) this.refresh();
    else {
      for (const listener of this.#listeners.keys()) listener.interrupt();
      // Who watches nothing does not notice.
      if (this.#listeners.size > 0)
        this.#cancelDoubt = this.#server.clock.after(UNSYNCED_GRACE_MS, () => this.#setReachable(false));
    }
  }

  /** Sends what the watches have missed. */
  refresh(): void {
    for (const listener of this.#listeners.keys())
      if (this.#server.listeners.has(listener)) listener.refresh();
    this.#line.down(() => {
      if (this.#isOnline) this.#setReachable(true);
    });
  }

  /** Ends the watches of this client, as the backend does now and then. */
  endWatches(kind: TransportErrorKind): void {
    for (const listener of [...this.#listeners.keys()]) listener.fail(kind);
  }

  /** The machine is gone: nothing comes from this client any more, and nothing reaches it. What was sent arrives. */
  vanish(): void {
    this.#line.cut();
    void this.close();
  }

  #look(target: WatchTarget): Documents | TransportErrorKind {
    return this.#server.conditions.readFault(this.name, target) ?? this.#server.look(this.uid, target);
  }

  /** A commit has arrived. */
  #carryOut(
    writes: readonly DocumentWrite[],
    fault: CommitFault | undefined,
    outcome: (kind: TransportErrorKind | undefined) => void,
  ): void {
    const { clock } = this.#server;
    const apply = (): TransportErrorKind | undefined => this.#server.commit(this.#client, writes);
    if (fault === 'hanging') return;
    if (typeof fault === 'object') clock.after(fault.lateMs, () => outcome(apply()));
    else if (fault === undefined) outcome(apply());
    else if (fault === 'twice') {
      outcome(apply());
      clock.after(SECOND_TIME_MS, apply);
    } else if (fault === 'unacknowledged') {
      apply();
      outcome('unavailable');
    } else outcome(fault);
  }

  /** A request and its answer: neither gets through while the client is offline. */
  #request(
    reject: (error: TransportError) => void,
    serve: (answer: (task: () => void) => void) => void,
  ): void {
    const lost = (): void => reject(new TransportError('unavailable', 'The backend cannot be reached'));
    if (this.#isOnline)
      this.#line.up(() => serve((task) => this.#line.down(() => (this.#isOnline ? task() : lost()))));
    else this.#line.down(lost);
  }

  #committed(resolve: () => void): void {
    this.#setReachable(true);
    resolve();
  }

  #setReachable(reachable: boolean): void {
    if (reachable) this.#cancelDoubt();
    if (reachable === this.#isReachable) return;
    this.#isReachable = reachable;
    for (const listener of [...this.#reachableListeners]) listener(reachable);
  }
}

function isSame(one: WatchTarget, other: WatchTarget): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
