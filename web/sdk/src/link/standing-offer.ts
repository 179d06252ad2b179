import { LIMITS, randomOfferId, type StandingOffer } from '@firesignal/protocol';
import type { Connection } from './connection.ts';
import { STANDING_GATHER_CAP_MS } from '../defaults.ts';
import { withDeadline, DeadlineError } from '../lib/settle.ts';
import type { Clock } from '../lib/clock.ts';
import { LocalCandidates } from './local-candidates.ts';
import { withoutCandidates } from './local-description.ts';

type Waiting = { readonly connection: Connection; readonly offer: StandingOffer; readonly madeAt: number };

export type StandingOfferOptions = {
  readonly clock: Clock;
  readonly connect: () => Connection;
};

/** One waiting connection with a complete offer: made before anybody needs it, for whoever answers first. */
export class StandingOfferKeeper {
  readonly #options: StandingOfferOptions;
  #waiting: Waiting | undefined;
  /** The connection in preparation: what is switched off meanwhile must not be sent by it. */
  #gathering: Connection | undefined;
  #preparing: Promise<void> | undefined;
  #rev = 0;
  readonly #closing = new AbortController();

  constructor(options: StandingOfferOptions) {
    this.#options = options;
  }

  /** The offer that waits, if one does. */
  get offer(): StandingOffer | undefined {
    return this.#waiting?.offer;
  }

  /** How long it has been waiting, in milliseconds. */
  get ageMs(): number {
    return this.#waiting === undefined ? 0 : this.#options.clock.now() - this.#waiting.madeAt;
  }

  /**
   * Makes an offer ready, unless one is. Calls at the same time share one.
   *
   * @throws `signaling/too-many-connections`, `signaling/webrtc-unsupported`
   */
  prepare(): Promise<void> {
    if (this.#waiting !== undefined || this.#isClosed) return Promise.resolve();
    this.#preparing ??= this.#make().finally(() => (this.#preparing = undefined));
    return this.#preparing;
  }

  /** The waiting connection, if `offerId` names its offer. It is the caller's from now on. */
  take(offerId: string): Waiting | undefined {
    const waiting = this.#waiting;
    if (waiting?.offer.id !== offerId) return undefined;
    this.#waiting = undefined;
    return waiting;
  }

  /** Gives the present offer up, if there is one. */
  discard(): void {
    this.#waiting?.connection.close();
    this.#waiting = undefined;
  }

  async refreshMedia(): Promise<void> {
    await Promise.all([this.#waiting?.connection.refreshMedia(), this.#gathering?.refreshMedia()]);
  }

  close(): void {
    this.#closing.abort();
    this.discard();
  }

  /** Read through a function: it may become true during any await. */
  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #make(): Promise<void> {
    const connection = this.#options.connect();
    this.#gathering = connection;
    try {
      const { candidates, sdp } = await this.#gather(connection);
      if (this.#isClosed) {
        connection.close();
        return;
      }
      this.#rev += 1;
      const offer = { conn: LIMITS.STANDING_CONN, id: randomOfferId(), sdp, candidates, rev: this.#rev };
      this.#waiting = { connection, offer, madeAt: this.#options.clock.now() };
    } catch (error) {
      connection.close();
      if (!this.#isClosed) throw error;
    } finally {
      this.#gathering = undefined;
    }
  }

  async #gather(connection: Connection): Promise<{ candidates: string; sdp: string }> {
    const { pc } = connection;
    connection.offerMedia();
    let finish: () => void = () => undefined;
    const gathered = new Promise<void>((resolve) => (finish = resolve));
    const local = new LocalCandidates(pc, () => {
      if (local.complete) finish();
    });
    try {
      await pc.setLocalDescription();
      local.describes('');
      if (!local.complete)
        await withDeadline(gathered, this.#options.clock, STANDING_GATHER_CAP_MS, this.#closing.signal);
    } catch (error) {
      // A silent STUN server must not hold the offer up: it goes with the candidates that are there.
      if (!(error instanceof DeadlineError)) throw error;
    } finally {
      local.close();
    }
    return { candidates: local.lines, sdp: withoutCandidates(pc.localDescription?.sdp ?? '') };
  }
}
