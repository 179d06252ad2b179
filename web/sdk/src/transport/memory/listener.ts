import { TransportError, type TransportErrorKind, type WatchObserver } from '../signal-transport.ts';
import { difference, type Documents } from './store.ts';

export type ListenerOptions = {
  readonly observer: WatchObserver;
  /** Brings something to the client, in order. */
  readonly send: (task: () => void) => void;
  /** What the target has at present, or why the client may not see it. */
  readonly look: () => Documents | TransportErrorKind;
  /** Whether nothing gets through at present. */
  readonly isSilent: () => boolean;
  /** Whether a snapshot is dropped for one that follows it. */
  readonly collapses: () => boolean;
  /** Whether the next snapshot comes twice. */
  readonly repeats: () => boolean;
  /** Whether the client was told, and is up to date. */
  readonly onShown: () => void;
  /** Nothing more will be sent. */
  readonly onEnd: () => void;
};

/** One watch of one client. What is sent to it arrives in order; it may arrive late, together or twice. */
export class Listener {
  readonly #options: ListenerOptions;
  /** What was sent last; undefined before the first answer. */
  #sent: Documents | undefined;
  /** What has arrived. */
  #shown: Documents | undefined;
  #underWay = 0;
  #hasEnded = false;
  #isStopped = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** What has arrived so far. */
  get shown(): Documents | undefined {
    return this.#shown;
  }

  /** Begins with what another watch of the same client has seen of the same target, which may be old. */
  beginWith(documents: Documents): void {
    this.#send(documents);
  }

  /** The server has something for this listener, or may have. */
  refresh(): void {
    const { isSilent, look } = this.#options;
    if (this.#hasEnded || isSilent()) return;
    const documents = look();
    if (typeof documents === 'string') {
      this.fail(documents);
      return;
    }
    if (this.#sent !== undefined && !difference(this.#sent, documents).isChanged) return;
    this.#send(documents);
  }

  /** The connection is gone, and with it what was under way: the next answer makes up for it. */
  interrupt(): void {
    this.#sent = this.#shown;
  }

  /** The backend ends the watch. */
  fail(kind: TransportErrorKind): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#options.send(() => {
      if (!this.#isStopped) this.#options.observer.error(new TransportError(kind, 'The watch was ended'));
    });
  }

  /** The client does not listen any more. */
  stop(): void {
    this.#isStopped = true;
    if (!this.#hasEnded) this.#end();
  }

  #send(documents: Documents): void {
    this.#sent = documents;
    this.#underWay += 1;
    this.#options.send(() => this.#arrived(documents));
  }

  #end(): void {
    this.#hasEnded = true;
    this.#options.onEnd();
  }

  #arrived(documents: Documents): void {
    const { collapses, isSilent, repeats } = this.#options;
    this.#underWay -= 1;
    if (isSilent()) this.interrupt();
    if (this.#isStopped || isSilent()) return;
    if (this.#underWay > 0 && collapses()) return;
    this.#show(documents);
    if (repeats()) this.#show(documents);
  }

  #show(documents: Documents): void {
    // The first of two may have stopped it.
    if (this.#isStopped) return;
    const isFirst = this.#shown === undefined;
    const { delivered } = difference(this.#shown ?? new Map(), documents);
    this.#shown = documents;
    this.#options.onShown();
    // A first answer is billed one read even if it is empty.
    const reads = isFirst ? Math.max(1, delivered) : delivered;
    this.#options.observer.next({ documents, reads });
  }
}
