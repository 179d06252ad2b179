import {
  FREED_SEAT_PAUSE_MS,
  IDLE_LEASE_SECONDS,
  IDLE_RENEWAL_MS,
  LINKED_LEASE_SECONDS,
  LINKED_RENEWAL_MS,
  MAIL_RETRY_MAX_MS,
  REARM_BURST,
  REARM_INTERVAL_MS,
  REARM_PATIENCE_MS,
  STANDING_OFFER_MAX_AGE_CHROMIUM_MS,
  STANDING_OFFER_MAX_AGE_MS,
} from '../defaults.ts';
import type { SignalingError } from '../errors.ts';
import { Timers, type Clock } from '../lib/clock.ts';
import type { RoomDocuments } from './room-documents.ts';
import { renewalWrite } from './room-writes.ts';
import type { StandingOfferKeeper } from '../link/standing-offer.ts';

export type BeaconOptions = {
  readonly clock: Clock;
  readonly documents: RoomDocuments;
  readonly roomId: string;
  readonly peerId: string;
  readonly standing: StandingOfferKeeper;
  /** How old a standing offer may grow before nobody vouches for its NAT bindings. */
  readonly offerMaxAgeMs: number;
  readonly isFullyLinked: () => boolean;
  /** Whether an offer should stand: somebody might still come. */
  readonly wantsOffer: () => boolean;
  /** The lease could not be renewed since the beacon is gone or refused. */
  readonly onRefused: () => void;
  readonly report: (error: SignalingError) => void;
};

/** Keeps the own lease and standing offer up to date, with as few writes as that takes. */
export class BeaconKeeper {
  readonly #options: BeaconOptions;
  readonly #timers: Timers;
  #renewedAt = 0;
  /** Of the lease that runs: a short one is renewed soon, whatever the links do. */
  #leaseSeconds = IDLE_LEASE_SECONDS;
  /** When everything that was put up so far, one in each interval, has been made up for. */
  #paidAt = 0;
  /** No offer is put up before this. */
  #pausedUntil = 0;
  /** Since when the beacon has had no offer that anybody can take. */
  #missingSince: number | undefined;
  #wanted = true;
  /** Revision of the standing offer that the beacon shows; 0 for none. */
  #shownRev = 0;
  #isBusy = false;
  #isArming = false;
  /** A proof of life was asked for while something was being written. */
  #isProofDue = false;
  #isRunning = false;

  constructor(options: BeaconOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** The join has written the first beacon, with the offer of this revision or with none. */
  start(shownRev: number): void {
    this.#isRunning = true;
    this.#renewedAt = this.#options.clock.now();
    this.#leaseSeconds = IDLE_LEASE_SECONDS;
    this.#shownRev = shownRev;
    this.adjust();
    const { standing, offerMaxAgeMs } = this.#options;
    if (shownRev > 0 && standing.offer?.rev === shownRev && standing.ageMs > offerMaxAgeMs) void this.renew();
  }

  /** Links or roster have changed: how often to renew, and whether to hold an offer, may have too. */
  adjust(): void {
    if (!this.#isRunning) return;
    const { clock, standing, wantsOffer, isFullyLinked } = this.#options;
    const isLong = isFullyLinked() && this.#leaseSeconds === LINKED_LEASE_SECONDS;
    const period = isLong ? LINKED_RENEWAL_MS : IDLE_RENEWAL_MS;
    this.#timers.set('renew', Math.max(0, this.#renewedAt + period - clock.now()), () => void this.renew());
    // In a full room nobody can come; but an answer may be on its way until every link is up.
    const wants = wantsOffer();
    // A seat has become free.
    if (wants && !this.#wanted) this.#pausedUntil = clock.now() + FREED_SEAT_PAUSE_MS;
    this.#wanted = wants;
    if (!wants && isFullyLinked()) standing.discard();
    const isShown = standing.offer?.rev === this.#shownRev;
    if (!wants || isShown) {
      this.#missingSince = undefined;
      this.#timers.clear('arm');
      return;
    }
    this.#missingSince ??= clock.now();
    // What is under way puts it up, or looks here again.
    if (this.#isArming || this.#isBusy) return;
    this.#timers.set(
      'arm',
      Math.max(0, this.#armingAt(this.#missingSince) - clock.now()),
      () => void this.#arm(),
    );
  }

  /** When an offer that is missing may be put up again. */
  #armingAt(missingSince: number): number {
    const patienceMs = this.#options.isFullyLinked() ? 0 : REARM_PATIENCE_MS;
    const creditAt = this.#paidAt - (REARM_BURST - 1) * REARM_INTERVAL_MS;
    return Math.max(missingSince + patienceMs, this.#pausedUntil, creditAt);
  }

  /** Renews the lease now; an offer that has grown old is replaced in the same write. */
  async renew(offerMaxAgeMs = this.#options.offerMaxAgeMs): Promise<void> {
    const { standing } = this.#options;
    if (!this.#isRunning || this.#isBusy) return;
    if (standing.offer !== undefined && standing.ageMs > offerMaxAgeMs) {
      standing.discard();
      await this.#prepare();
    }
    await this.#write();
  }

  /** Somebody takes us for dead: only a renewal that is sent after that proves that we are not. */
  prove(): void {
    this.#isProofDue = this.#isBusy;
    if (!this.#isBusy) void this.renew();
  }

  /** The page or the network is back: the lease may be about to end, and the offer's addresses may be old ones. */
  hurry(): void {
    const isDue = this.#options.clock.now() - this.#renewedAt > IDLE_RENEWAL_MS;
    if (isDue || this.#options.standing.ageMs > STANDING_OFFER_MAX_AGE_MS)
      void this.renew(STANDING_OFFER_MAX_AGE_MS);
  }

  stop(): void {
    this.#isRunning = false;
    this.#timers.clearAll();
  }

  #isStopped(): boolean {
    return !this.#isRunning;
  }

  async #arm(): Promise<void> {
    if (await this.#prepare()) await this.#write();
    else this.adjust();
  }

  async #prepare(): Promise<boolean> {
    const { standing, report, clock } = this.#options;
    this.#paidAt = Math.max(this.#paidAt, clock.now()) + REARM_INTERVAL_MS;
    this.#isArming = true;
    try {
      await standing.prepare();
      return true;
    } catch (error) {
      // The browser has no more connections to give: joiners go the longer way until it has.
      report(error as SignalingError);
      this.#pausedUntil = clock.now() + REARM_INTERVAL_MS;
      return false;
    } finally {
      this.#isArming = false;
    }
  }

  async #write(): Promise<void> {
    const { documents, roomId, peerId, standing, clock, isFullyLinked, onRefused } = this.#options;
    if (!this.#isRunning || this.#isBusy) return;
    this.#isBusy = true;
    const { offer } = standing;
    const fresh = offer !== undefined && offer.rev !== this.#shownRev ? offer : undefined;
    const leaseSeconds = isFullyLinked() ? LINKED_LEASE_SECONDS : IDLE_LEASE_SECONDS;
    try {
      await documents.commit([renewalWrite(roomId, peerId, { leaseSeconds, offer: fresh })]);
      this.#renewedAt = clock.now();
      this.#leaseSeconds = leaseSeconds;
      if (fresh !== undefined) this.#shownRev = fresh.rev;
      this.#isBusy = false;
      this.adjust();
      if (this.#isProofDue) this.prove();
    } catch (error) {
      this.#isBusy = false;
      // The next attempt is one.
      this.#isProofDue = false;
      // stop() may have been called in the meantime.
      if (this.#isStopped()) return;
      const isRefused = (error as SignalingError).code === 'signaling/permission-denied';
      this.#timers.set('renew', isRefused ? IDLE_RENEWAL_MS : MAIL_RETRY_MAX_MS, () => void this.renew());
      if (isRefused) onRefused();
    }
  }
}

/** Chromium refreshes the NAT bindings of a waiting connection, except on phones, where networks are costly. */
export function standingOfferMaxAgeMs(): number {
  const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;
  const keepsBindings = agent.includes('Chrome/') && !/Mobile|Android/.test(agent);
  return keepsBindings ? STANDING_OFFER_MAX_AGE_CHROMIUM_MS : STANDING_OFFER_MAX_AGE_MS;
}
