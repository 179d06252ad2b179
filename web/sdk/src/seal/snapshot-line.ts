import type { WatchSnapshot } from '../transport/signal-transport.ts';

/**
 * Brings snapshots through something that takes a while, in their order. While one is on its way only the latest of the others
 * waits: each has the whole state. What the others cost is counted with it.
 */
export class SnapshotLine {
  readonly #open: (snapshot: WatchSnapshot) => Promise<WatchSnapshot>;
  readonly #next: (snapshot: WatchSnapshot) => void;
  readonly #failed: (error: unknown) => void;
  #waiting: WatchSnapshot | undefined;
  #isBusy = false;
  #isStopped = false;

  constructor(
    open: (snapshot: WatchSnapshot) => Promise<WatchSnapshot>,
    next: (snapshot: WatchSnapshot) => void,
    failed: (error: unknown) => void,
  ) {
    this.#open = open;
    this.#next = next;
    this.#failed = failed;
  }

  push(snapshot: WatchSnapshot): void {
    const reads = snapshot.reads + (this.#waiting?.reads ?? 0);
    this.#waiting = { ...snapshot, reads };
    if (!this.#isBusy) void this.#run();
  }

  /** Nothing comes out any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = undefined;
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    for (let snapshot = this.#take(); snapshot !== undefined; snapshot = this.#take()) {
      const opened = await this.#open(snapshot).catch((error: unknown) => this.#fail(error));
      if (opened !== undefined && !this.#hasStopped()) this.#next(opened);
    }
    this.#isBusy = false;
  }

  /** Told once, and the last. */
  #fail(error: unknown): undefined {
    if (!this.#isStopped) {
      this.stop();
      this.#failed(error);
    }
    return undefined;
  }

  #take(): WatchSnapshot | undefined {
    const snapshot = this.#waiting;
    this.#waiting = undefined;
    return snapshot;
  }

  /** Read through a function: it may become true during any await. */
  #hasStopped(): boolean {
    return this.#isStopped;
  }
}
