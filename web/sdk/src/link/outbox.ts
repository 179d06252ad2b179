import type { SignalState } from '@firesignal/protocol';
import { MAIL_DENIALS_MAX, MAIL_RETRY_MAX_MS, MAIL_RETRY_MS } from '../defaults.ts';
import type { SignalingError } from '../errors.ts';
import { Timers, type Clock } from '../lib/clock.ts';

export type OutboxOptions = {
  readonly clock: Clock;
  /** Writes one state to the mailbox: the one that is the latest when it is taken. */
  readonly deliver: (take: () => SignalState | undefined) => Promise<unknown>;
  /** The mailbox refused for good. */
  readonly onRefused: (error: SignalingError) => void;
};

/**
 * Brings the latest state of one direction to the peer's mailbox. One write at a time; a newer state replaces one that
 * waits, also for the commit that it is to go in; an outage only delays.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #timers: Timers;
  #waiting: SignalState | undefined;
  #isBusy = false;
  #failures = 0;
  #denials = 0;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  push(state: SignalState): void {
    this.#waiting = state;
    this.#denials = 0;
    this.#deliverNext();
  }

  /** The network is back: no need to sit out the pause. */
  hurry(): void {
    this.#timers.clear('retry');
    this.#deliverNext();
  }

  close(): void {
    this.#closed = true;
    this.#waiting = undefined;
    this.#timers.clearAll();
  }

  #deliverNext(): void {
    if (this.#waiting === undefined || this.#isBusy || this.#closed || this.#timers.has('retry')) return;
    this.#isBusy = true;
    let taken: SignalState | undefined;
    const take = (): SignalState | undefined => {
      taken = this.#waiting;
      this.#waiting = undefined;
      return taken;
    };
    this.#options.deliver(take).then(
      () => {
        this.#isBusy = false;
        this.#failures = 0;
        this.#deliverNext();
      },
      (error: unknown) => {
        this.#isBusy = false;
        this.#failed(taken, error as SignalingError);
      },
    );
  }

  #failed(state: SignalState | undefined, error: SignalingError): void {
    if (this.#closed) return;
    if (error.code !== 'signaling/unavailable' && error.code !== 'signaling/timeout') {
      this.#denials += 1;
      if (this.#denials >= MAIL_DENIALS_MAX) {
        this.#options.onRefused(error);
        return;
      }
    }
    this.#waiting ??= state;
    const delayMs = Math.min(MAIL_RETRY_MAX_MS, MAIL_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#timers.set('retry', delayMs, () => this.#deliverNext());
  }
}
