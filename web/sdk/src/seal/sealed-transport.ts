import { roomPath } from '@firesignal/protocol';
import type { SignalingError } from '../errors.ts';
import { deferred } from '../lib/settle.ts';
import { TaskQueue } from '../lib/task-queue.ts';
import {
  TransportError,
  type DocumentWrite,
  type SignalTransport,
  type WatchObserver,
  type WatchSnapshot,
  type WatchTarget,
} from '../transport/signal-transport.ts';
import { SnapshotOpener } from './opened-snapshot.ts';
import { sealedCollection, split, type SealedCollection } from './places.ts';
import { SealedNames } from './sealed-names.ts';
import { isToBeSealed, sealedWrite, type Sealing } from './sealed-writes.ts';
import { SnapshotLine } from './snapshot-line.ts';

export type SealedTransportOptions = {
  readonly transport: SignalTransport;
  readonly roomId: string;
  readonly key: Promise<CryptoKey>;
  /** Whether the key tells that the room is sealed. Else the room itself does. */
  readonly isCertain: boolean;
  readonly report: (error: SignalingError) => void;
};

/**
 * The way to the backend of one visit to a sealed room. What goes out is sealed, what comes in is opened: nobody beyond here
 * knows of it. Each order is kept: that of commits, and that of the snapshots of each watch.
 */
export class SealedTransport implements SignalTransport {
  readonly #options: SealedTransportOptions;
  readonly #sealing = new TaskQueue();
  /** Settles when it is known whether to seal at all. */
  readonly #isSealed = deferred<boolean>();
  #sealingWith: Sealing | undefined;
  #isOver = false;

  constructor(options: SealedTransportOptions) {
    this.#options = options;
    if (options.isCertain) this.#isSealed.resolve(true);
  }

  signIn(): Promise<{ readonly uid: string }> {
    return this.#options.transport.signIn();
  }

  serverNow(): number {
    return this.#options.transport.serverNow();
  }

  async read(target: WatchTarget): Promise<WatchSnapshot> {
    const snapshot = await this.#options.transport.read(target);
    if (this.#isRoom(target)) this.#notice(snapshot);
    const place = this.#placeOf(target);
    return place === undefined ? snapshot : this.#opener(place)(snapshot);
  }

  watch(target: WatchTarget, observer: WatchObserver): () => void {
    const { transport } = this.#options;
    const place = this.#placeOf(target);
    if (place === undefined)
      return transport.watch(target, this.#isRoom(target) ? this.#noticing(observer) : observer);
    const line = new SnapshotLine(
      this.#opener(place),
      (snapshot) => observer.next(snapshot),
      (cause) => {
        stop();
        observer.error(new TransportError('other', 'There is no key to open with.', { cause }));
      },
    );
    const unwatch = transport.watch(target, {
      next: (snapshot) => line.push(snapshot),
      error: (error) => {
        line.stop();
        observer.error(error);
      },
    });
    const stop = (): void => {
      line.stop();
      unwatch();
    };
    return stop;
  }

  async commit(writes: readonly DocumentWrite[]): Promise<void> {
    // One after the other: what is said later must not arrive earlier.
    const sealed = await this.#sealing.run(() => Promise.all(writes.map((write) => this.#sealed(write))));
    if (this.#isOver) throw new TransportError('unavailable', 'The page has gone.');
    await this.#options.transport.commit(sealed);
  }

  /** Deletes, which have nothing to seal. What is being sealed meanwhile must not come after them. */
  commitAtUnload(writes: readonly DocumentWrite[]): void {
    this.#isOver = true;
    this.#options.transport.commitAtUnload(writes);
  }

  onReachable(listener: (reachable: boolean) => void): () => void {
    return this.#options.transport.onReachable(listener);
  }

  close(): Promise<void> {
    return this.#options.transport.close();
  }

  #placeOf(target: WatchTarget): SealedCollection | undefined {
    const collection = 'collection' in target ? target.collection : split(target.document)[0];
    return sealedCollection(collection, this.#options.roomId);
  }

  async #ifSealed(): Promise<Sealing | undefined> {
    if (!(await this.#isSealed.promise)) return undefined;
    const { roomId, key: deriving } = this.#options;
    const key = await deriving;
    this.#sealingWith ??= { key, roomId, names: new SealedNames(key, roomId) };
    return this.#sealingWith;
  }

  async #sealed(write: DocumentWrite): Promise<DocumentWrite> {
    const { roomId } = this.#options;
    if (write.kind === 'delete' || !isToBeSealed(write, roomId)) return write;
    const sealing = await this.#ifSealed();
    return sealing === undefined ? write : sealedWrite(sealing, write);
  }

  #opener(place: SealedCollection): (snapshot: WatchSnapshot) => Promise<WatchSnapshot> {
    const { report } = this.#options;
    let opener: SnapshotOpener | undefined;
    return async (snapshot) => {
      const sealing = await this.#ifSealed();
      if (sealing === undefined) return snapshot;
      opener ??= new SnapshotOpener({ sealing, place, report });
      return opener.open(snapshot);
    };
  }

  #isRoom(target: WatchTarget): boolean {
    return 'document' in target && target.document === roomPath(this.#options.roomId);
  }

  #noticing(observer: WatchObserver): WatchObserver {
    return {
      next: (snapshot) => {
        this.#notice(snapshot);
        observer.next(snapshot);
      },
      error: (error) => observer.error(error),
    };
  }

  /** Looks whether the room is sealed. One that is not there is not. */
  #notice({ documents }: WatchSnapshot): void {
    const room = documents.get(this.#options.roomId) as { readonly sealed?: unknown } | undefined;
    this.#isSealed.resolve(room?.sealed === true);
  }
}
