import type { SignalState } from '@firesignal/protocol';
import type { LinkState } from '../events.ts';
import { REMOTE_WISH_INTERVAL_MS } from '../defaults.ts';
import type { Clock } from '../lib/clock.ts';
import { Pace } from '../lib/pace.ts';

/** What a wish is granted by. */
export type WishedFor = {
  readonly state: LinkState;
  readonly conn: number;
  /** Offers a new connection. */
  callAnew(): void;
};

/** The connection that there is. */
export type WishedOf = {
  /** Offers once more. */
  renegotiate(): void;
  /** Offers new ICE credentials. */
  restartIce(): void;
};

/**
 * What a peer that does not offer itself asks for, by raising a counter in its state. Each wish costs an offer, and perhaps a
 * connection: so they are granted one at a time, with a pause in between, and of those that come meanwhile the last.
 */
export class PeerWishes {
  readonly #link: WishedFor;
  readonly #present: () => WishedOf | undefined;
  readonly #pace: Pace;
  #want = 0;
  #restart = 0;

  constructor(clock: Clock, link: WishedFor, present: () => WishedOf | undefined) {
    this.#link = link;
    this.#present = present;
    this.#pace = new Pace(clock, REMOTE_WISH_INTERVAL_MS);
  }

  hear({ conn, want = 0, restart = 0 }: SignalState): void {
    // A new connection has new ICE, too.
    if (want > this.#want) this.#pace.run(() => this.#negotiate(conn));
    else if (restart > this.#restart) this.#pace.run(() => this.#restartIce(conn));
    this.#want = Math.max(this.#want, want);
    this.#restart = Math.max(this.#restart, restart);
  }

  close(): void {
    this.#pace.stop();
  }

  /** `conn` is the connection that the peer means: one above the present one, if it has given that up. */
  #negotiate(conn: number): void {
    const link = this.#link;
    if (link.state === 'connected' && conn === link.conn) this.#present()?.renegotiate();
    // Else an offer is on its way.
    else if (conn > link.conn || link.state === 'interrupted' || link.state === 'failed') link.callAnew();
  }

  #restartIce(conn: number): void {
    const link = this.#link;
    if (conn === link.conn && link.state !== 'failed') this.#present()?.restartIce();
    else this.#negotiate(conn);
  }
}
