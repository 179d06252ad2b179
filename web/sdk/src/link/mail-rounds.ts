import { LIMITS, type SignalState } from '@firesignal/protocol';
import { MAIL_ROUND_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import { Timers, type Clock } from '../lib/clock.ts';
import { deferred, type Deferred } from '../lib/settle.ts';

export type MailRoundsOptions = {
  readonly clock: Clock;
  /** Whether somebody else is to be written to in a moment. */
  readonly isMoreToCome: () => boolean;
  /** Writes to all of these peers or to none, in one commit. */
  readonly commit: (mail: ReadonlyMap<string, SignalState>) => Promise<void>;
};

type Piece = { readonly to: string; readonly outcome: Deferred<undefined> };
type Waiting = Piece & { readonly take: () => SignalState | undefined };
type Sent = Piece & { readonly state: SignalState };

/**
 * Brings mail to several peers in one commit: what it all needs, rules then read once. Mail waits only while other mail is about
 * to come, or on its way, and not for long.
 */
export class MailRounds {
  readonly #options: MailRoundsOptions;
  readonly #timers: Timers;
  #waiting: Waiting[] = [];
  /** Commits that have not been answered. */
  #underWay = 0;

  constructor(options: MailRoundsOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /**
   * @param take gives what is to be said by the time of the commit, or nothing if that has been settled
   * @throws what the commit throws
   */
  deliver(to: string, take: () => SignalState | undefined): Promise<unknown> {
    const outcome = deferred<undefined>();
    this.#waiting.push({ to, take, outcome });
    if (!this.#timers.has('round')) this.#timers.set('round', MAIL_ROUND_MS, () => void this.#send());
    // Not before all that is said in one go has been said.
    void Promise.resolve().then(() => this.#look());
    return outcome.promise;
  }

  /** What waits is not sent, and nobody hears of it. */
  clear(): void {
    this.#timers.clearAll();
    this.#waiting = [];
  }

  #look(): void {
    const isFull = this.#waiting.length >= LIMITS.ANSWERS_PER_COMMIT_MAX;
    const isToWait = this.#underWay > 0 || this.#options.isMoreToCome();
    if (this.#waiting.length > 0 && (isFull || !isToWait)) void this.#send();
  }

  async #send(): Promise<void> {
    this.#timers.clear('round');
    const sent = this.#waiting.splice(0, LIMITS.ANSWERS_PER_COMMIT_MAX).flatMap(({ to, take, outcome }) => {
      const state = take();
      if (state === undefined) outcome.resolve(undefined);
      return state === undefined ? [] : [{ to, state, outcome }];
    });
    const writing = this.#write(sent);
    if (this.#waiting.length > 0) void this.#send();
    try {
      await writing;
    } catch (cause) {
      const error = SignalingError.from(cause);
      // One that has left spoils it for all: then each goes by itself.
      const isSpoilt = sent.length > 1 && error.code === 'signaling/permission-denied';
      for (const one of sent)
        if (isSpoilt) this.#write([one]).catch(one.outcome.reject);
        else one.outcome.reject(error);
    }
  }

  async #write(sent: readonly Sent[]): Promise<void> {
    this.#underWay += 1;
    try {
      if (sent.length > 0) await this.#options.commit(new Map(sent.map(({ to, state }) => [to, state])));
    } finally {
      this.#underWay -= 1;
      this.#look();
    }
    for (const { outcome } of sent) outcome.resolve(undefined);
  }
}
