import type { Clock } from '../../web/sdk/src/lib/clock.ts';
import {
  Instant,
  SERVER_TIME,
  TransportError,
  type DocumentWrite,
  type SignalTransport,
  type TransportErrorKind,
  type WatchObserver,
  type WatchSnapshot,
  type WatchTarget,
  type WriteValue,
} from '../../web/sdk/src/transport/signal-transport.ts';
import { queueTask } from './tasks.ts';

/** What may become of a commit besides success: refused, unreachable, applied without an answer, never answered. */
export type Fault = TransportErrorKind | 'lost' | 'hanging';

type Documents = ReadonlyMap<string, unknown>;
type Watch = {
  readonly target: WatchTarget;
  readonly observer: WatchObserver;
  readonly uid: string;
  shown: string;
};

/**
 * Documents that several transports share, without rules but the one that a test gives. Snapshots follow a commit in a
 * task of their own, before or after its acknowledgement.
 */
export class FakeBackend {
  readonly documents = new Map<string, unknown>();
  /** Everything that was applied, in order. */
  readonly commits: { readonly uid: string; readonly writes: readonly DocumentWrite[] }[] = [];
  /** How often commits were attempted, whatever became of them. */
  attempts = 0;
  /** Decides what becomes of a commit; nothing is success. */
  faultOf: (writes: readonly DocumentWrite[], uid: string) => Fault | undefined = () => undefined;
  /** Decides what may be read or watched. */
  readFaultOf: (target: WatchTarget, uid: string) => TransportErrorKind | undefined = () => undefined;
  /** While set, snapshots do not arrive. */
  isSilent = false;
  readonly #clock: Clock;
  readonly #watches = new Set<Watch>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now();
  }

  get watchCount(): number {
    return this.#watches.size;
  }

  transport(uid: string): FakeTransport {
    return new FakeTransport(this, uid);
  }

  /** Applies writes, whoever makes them. */
  apply(writes: readonly DocumentWrite[], uid = 'backend'): void {
    this.commits.push({ uid, writes });
    for (const write of writes) {
      const before = this.documents.get(write.path);
      if (write.kind === 'delete') this.documents.delete(write.path);
      else if (write.kind === 'set') this.documents.set(write.path, stored(write.data, this.now));
      else
        this.documents.set(write.path, {
          ...(before as object),
          ...(stored(write.data, this.now) as object),
        });
    }
    this.show();
  }

  /** Puts a document there as it is, well-formed or not. */
  put(path: string, document: unknown): void {
    this.documents.set(path, document);
    this.show();
  }

  remove(path: string): void {
    this.documents.delete(path);
    this.show();
  }

  /** Delivers what has changed to those who watch it. */
  show(): void {
    queueTask(() => {
      for (const watch of [...this.#watches]) this.#showTo(watch);
    });
  }

  read(target: WatchTarget): Documents {
    if ('document' in target) {
      const found = this.documents.get(target.document);
      return new Map(found === undefined ? [] : [[idOf(target.document), found]]);
    }
    const prefix = `${target.collection}/`;
    const inside = [...this.documents].filter(
      ([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
    );
    return new Map(inside.map(([path, document]) => [idOf(path), document]));
  }

  watch(target: WatchTarget, observer: WatchObserver, uid: string): () => void {
    const watch: Watch = { target, observer, uid, shown: '' };
    this.#watches.add(watch);
    queueTask(() => this.#showTo(watch));
    return () => void this.#watches.delete(watch);
  }

  #showTo(watch: Watch): void {
    if (this.isSilent || !this.#watches.has(watch)) return;
    const kind = this.readFaultOf(watch.target, watch.uid);
    if (kind !== undefined) {
      this.#watches.delete(watch);
      watch.observer.error(new TransportError(kind, 'refused'));
      return;
    }
    const documents = this.read(watch.target);
    const text = JSON.stringify([...documents]);
    if (text === watch.shown) return;
    watch.shown = text;
    watch.observer.next({ documents, reads: Math.max(1, documents.size) });
  }
}

/** One user's way to a {@link FakeBackend}. */
export class FakeTransport implements SignalTransport {
  readonly #backend: FakeBackend;
  readonly #uid: string;
  readonly #listeners = new Set<(reachable: boolean) => void>();
  readonly #stops = new Set<() => void>();
  /** What was sent as the page went away. */
  readonly unloads: (readonly DocumentWrite[])[] = [];

  constructor(backend: FakeBackend, uid: string) {
    this.#backend = backend;
    this.#uid = uid;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  signIn(): Promise<{ readonly uid: string }> {
    return Promise.resolve({ uid: this.#uid });
  }

  serverNow(): number {
    return this.#backend.now;
  }

  read(target: WatchTarget): Promise<WatchSnapshot> {
    return new Promise((resolve, reject) => {
      queueTask(() => {
        const kind = this.#backend.readFaultOf(target, this.#uid);
        if (kind !== undefined) reject(new TransportError(kind, 'refused'));
        const documents = this.#backend.read(target);
        resolve({ documents, reads: Math.max(1, documents.size) });
      });
    });
  }

  watch(target: WatchTarget, observer: WatchObserver): () => void {
    const stop = this.#backend.watch(target, observer, this.#uid);
    this.#stops.add(stop);
    return () => {
      this.#stops.delete(stop);
      stop();
    };
  }

  commit(writes: readonly DocumentWrite[]): Promise<void> {
    return new Promise((resolve, reject) => {
      queueTask(() => {
        this.#backend.attempts += 1;
        const fault = this.#backend.faultOf(writes, this.#uid) ?? this.#missing(writes);
        if (fault === 'hanging') return;
        if (fault === undefined || fault === 'lost') this.#backend.apply(writes, this.#uid);
        if (fault === undefined) resolve();
        else reject(new TransportError(fault === 'lost' ? 'unavailable' : fault, fault));
      });
    });
  }

  commitAtUnload(writes: readonly DocumentWrite[]): void {
    this.unloads.push(writes);
    this.#backend.apply(writes, this.#uid);
  }

  onReachable(listener: (reachable: boolean) => void): () => void {
    this.#listeners.add(listener);
    listener(true);
    return () => void this.#listeners.delete(listener);
  }

  /** The connection to the backend goes, or comes back. */
  setReachable(reachable: boolean): void {
    for (const listener of this.#listeners) listener(reachable);
  }

  close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#listeners.clear();
    return Promise.resolve();
  }

  /** Only what is there can be updated. */
  #missing(writes: readonly DocumentWrite[]): Fault | undefined {
    const isMissing = writes.some(
      ({ kind, path }) => kind === 'update' && !this.#backend.documents.has(path),
    );
    return isMissing ? 'denied' : undefined;
  }
}

/** A value as it is stored: with the time of the commit where it was asked for. */
export function stored(value: WriteValue, now: number): unknown {
  if (value === SERVER_TIME) return new Instant(now);
  if (Array.isArray(value)) return value.map((item: WriteValue) => stored(item, now));
  if (typeof value !== 'object' || value instanceof Instant) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, stored(inner, now)]));
}

function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
