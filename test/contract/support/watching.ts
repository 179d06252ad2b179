import type {
  SignalTransport,
  TransportError,
  WatchSnapshot,
  WatchTarget,
} from '../../../web/sdk/src/transport/signal-transport.ts';

/** A watch that remembers everything it was told, and can be waited for. */
export class Watching {
  readonly snapshots: WatchSnapshot[] = [];
  readonly errors: TransportError[] = [];
  readonly #stop: () => void;
  #onNews: () => void = () => undefined;

  constructor(transport: SignalTransport, target: WatchTarget, onNext: () => void = () => undefined) {
    this.#stop = transport.watch(target, {
      next: (snapshot) => {
        this.snapshots.push(snapshot);
        onNext();
        this.#onNews();
      },
      error: (error) => {
        this.errors.push(error);
        this.#onNews();
      },
    });
  }

  stop(): void {
    this.#stop();
  }

  /** The latest state by id; undefined before the first answer. */
  get state(): Readonly<Record<string, unknown>> | undefined {
    const last = this.snapshots.at(-1);
    return last === undefined ? undefined : Object.fromEntries(last.documents);
  }

  /** Documents billed so far. */
  get reads(): number {
    return this.snapshots.reduce((sum, { reads }) => sum + reads, 0);
  }

  /** Waits until something holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#onNews = resolve));
  }

  answered(): Promise<void> {
    return this.until(() => this.snapshots.length > 0 || this.errors.length > 0);
  }
}
