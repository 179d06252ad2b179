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
import { isToBeSealed, sealedWrite } from './sealed-writes.ts';
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

  async read(target: WatchTarget, signal?: AbortSignal): Promise<WatchSnapshot> {
    const snapshot = await this.#options.transport.read(target, signal);
    const place = this.#placeOf(target);
    return place === undefined ? snapshot : this.#opener(place)(snapshot);
  }

  watch(target: WatchTarget, observer: WatchObserver): () => void {
    const { transport, roomId } = this.#options;
    const place = this.#placeOf(target);
    if (place === undefined) {
      const isRoom = 'document' in target && target.document === roomPath(roomId);
      return transport.watch(target, isRoom ? this.#noticing(observer) : observer);
    }
    const line = new SnapshotLine(this.#opener(place), (snapshot) => observer.next(snapshot));
    const stop = transport.watch(target, {
      next: (snapshot) => line.push(snapshot),
      error: (error) => {
        line.stop();
        observer.error(error);
      },
    });
    return () => {
      line.stop();
      stop();
    };
  }

  async commit(writes: readonly DocumentWrite[], signal?: AbortSignal): Promise<void> {
    // One after the other: what is said later must not arrive earlier.
    const sealed = await this.#sealing.run(() => Promise.all(writes.map((write) => this.#sealed(write))));
    if (this.#isOver) throw new TransportError('unavailable', 'The page has gone.');
    await this.#options.transport.commit(sealed, signal);
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

  async #keyIfSealed(): Promise<CryptoKey | undefined> {
    return (await this.#isSealed.promise) ? this.#options.key : undefined;
  }

  async #sealed(write: DocumentWrite): Promise<DocumentWrite> {
    const { roomId } = this.#options;
    if (write.kind === 'delete' || !isToBeSealed(write, roomId)) return write;
    const key = await this.#keyIfSealed();
    return key === undefined ? write : sealedWrite(key, roomId, write);
  }

  #opener(place: SealedCollection): (snapshot: WatchSnapshot) => Promise<WatchSnapshot> {
    const { roomId, report } = this.#options;
    let opener: SnapshotOpener | undefined;
    return async (snapshot) => {
      const key = await this.#keyIfSealed();
      if (key === undefined) return snapshot;
      opener ??= new SnapshotOpener({ key, roomId, place, report });
      return opener.open(snapshot);
    };
  }

  /** Looks whether the room is sealed. A room that is not there is not. */
  #noticing(observer: WatchObserver): WatchObserver {
    return {
      next: (snapshot) => {
        const room = snapshot.documents.get(this.#options.roomId) as { sealed?: unknown } | undefined;
        this.#isSealed.resolve(room?.sealed === true);
        observer.next(snapshot);
      },
      error: (error) => observer.error(error),
    };
  }
}
