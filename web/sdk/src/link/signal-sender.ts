import type { SignalState } from '@firesignal/protocol';
import type { Clock } from '../lib/clock.ts';
import { deferred } from '../lib/settle.ts';
import type { SignalingError } from '../errors.ts';
import type { LocalState } from './negotiation.ts';
import { Outbox } from './outbox.ts';
import type { SignalLog } from './signal-log.ts';

export type SignalSenderOptions = {
  readonly clock: Clock;
  readonly log: SignalLog;
  /** Sends over the data channel, if that is possible. */
  readonly overChannel: (state: SignalState) => boolean;
  /** Writes what there is to say by then into the peer's mailbox. */
  readonly deliver: (take: () => SignalState | undefined) => Promise<unknown>;
  readonly onRefused: (error: SignalingError) => void;
};

/** This side of a link's talk: each state with the next revision, over the best route, or held until the join goes out. */
export class SignalSender {
  readonly #options: SignalSenderOptions;
  readonly #outbox: Outbox;
  readonly #prepared = deferred<undefined>();
  #rev = 0;
  #isHeld = false;
  #latest: SignalState | undefined;

  constructor(options: SignalSenderOptions) {
    this.#options = options;
    const { clock, deliver, onRefused } = options;
    this.#outbox = new Outbox({ clock, deliver, onRefused });
  }

  /** While held, nothing leaves: the first state goes out with the join commit. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The whole of what there is to say at present. */
  get latest(): SignalState | undefined {
    return this.#latest;
  }

  /** Settles when the first state that is to be said is complete, or will never be. */
  get prepared(): Promise<unknown> {
    return this.#prepared.promise;
  }

  hold(): void {
    this.#isHeld = true;
  }

  /** The held state goes out with the join. */
  release(): void {
    if (this.#latest !== undefined) this.#options.log.add('out', 'mailbox', this.#latest);
  }

  /** The join is through; `sent` is the state that it carried, if it did. */
  confirm(sent: SignalState | undefined): void {
    this.#isHeld = false;
    if (this.#latest !== undefined && this.#latest !== sent) this.#send(this.#latest);
  }

  /** @param byAllRoutes since the channel may be open and dead */
  say(local: LocalState, byAllRoutes: boolean): void {
    this.#rev += 1;
    this.#latest = { ...local, rev: this.#rev };
    if (local.candidates?.complete === true) this.#prepared.resolve(undefined);
    if (!this.#isHeld) this.#send(this.#latest, byAllRoutes);
  }

  /** What was said concerned a connection that is no more. */
  forget(): void {
    this.#latest = undefined;
  }

  /** There is nothing to wait for. */
  despair(): void {
    this.#prepared.resolve(undefined);
  }

  hurry(): void {
    this.#outbox.hurry();
  }

  close(): void {
    this.#outbox.close();
  }

  #send(state: SignalState, byAllRoutes = false): void {
    const { log, overChannel } = this.#options;
    const isDirect = overChannel(state);
    if (isDirect) log.add('out', 'channel', state);
    if (isDirect && !byAllRoutes) return;
    this.#outbox.push(state);
    log.add('out', 'mailbox', state);
  }
}
