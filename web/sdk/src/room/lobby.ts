import { admissionPath } from '@firesignal/protocol';
import { ADMISSION_LEASE_SECONDS, ADMISSION_RENEWAL_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import { Timers } from '../lib/clock.ts';
import type { Mesh } from './mesh.ts';
import type { Beacon, RoomDocuments } from './room-documents.ts';
import { admittedAs, type Visit } from './room-visit.ts';
import { admissionWrite, deleteWrite } from './room-writes.ts';
import type { Roster } from './roster.ts';
import { Instant } from '../transport/signal-transport.ts';
import { WatchKeeper } from './watch-keeper.ts';

/** Long after the lease: for the collector only. */
const ADMISSION_LIFETIME_MS = ADMISSION_LEASE_SECONDS * 1_000 + 86_400_000;

export type LobbyOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly report: (error: SignalingError) => void;
};

/**
 * Waiting at the door: admitted, and with everything prepared that a join needs. Beacons are listened to here and nowhere
 * else, since they change often and cost a read each time.
 */
export class Lobby {
  readonly #options: LobbyOptions;
  readonly #timers: Timers;
  readonly #watches: WatchKeeper;
  #beacons: ReadonlyMap<string, Beacon> = new Map();
  #isOpen = false;
  #isListening = false;
  #isClosed = false;
  #mayBeAdmitted = false;
  #admitting: Promise<unknown> = Promise.resolve();

  constructor(options: LobbyOptions) {
    this.#options = options;
    this.#timers = new Timers(options.visit.clock);
    this.#watches = new WatchKeeper(options.visit.clock, options.report);
  }

  get beacons(): ReadonlyMap<string, Beacon> {
    return this.#beacons;
  }

  /** Whether there may be an admission, which has to go when the visit does: an acknowledgement can get lost. */
  get mayBeAdmitted(): boolean {
    return this.#mayBeAdmitted;
  }

  /** Settles when no admission is under way. */
  get settled(): Promise<unknown> {
    return this.#admitting;
  }

  /** Gets the admission, by the kind of commit that the join will use: so its connection is warm. */
  admit(): Promise<void> {
    const { visit, documents } = this.#options;
    const expiresAt = new Instant(visit.transport.serverNow() + ADMISSION_LIFETIME_MS);
    const scope = { roomId: visit.roomId, expiresAt };
    const isFirst = !this.#mayBeAdmitted;
    this.#mayBeAdmitted = true;
    const admitting = documents.commit([admissionWrite(scope, admittedAs(visit))]).catch((error: unknown) => {
      const isRefused = SignalingError.from(error).code === 'signaling/permission-denied';
      if (isFirst && isRefused) this.#mayBeAdmitted = false;
      throw error;
    });
    this.#admitting = admitting.catch(() => undefined).then(() => this.#takeBack());
    return admitting;
  }

  /** Begins to listen to beacons, and to prepare answers. Settles with the first look. */
  enter(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isOpen = true;
    this.#timers.set('renew', ADMISSION_RENEWAL_MS, () => this.#renew());
    return this.#listen();
  }

  /** The roster has changed: so may have what there is to prepare. */
  rosterChanged(): void {
    if (!this.#isOpen) return;
    void this.#listen();
    this.#options.mesh.prepare(this.#beacons);
  }

  /** As long as nobody is seated there is no beacon; to look for one would cost a read all the same. */
  #listen(): Promise<void> {
    const { documents, roster, mesh, report } = this.#options;
    if (this.#isListening || roster.seats.size === 0) return Promise.resolve();
    this.#isListening = true;
    return new Promise((resolve) => {
      this.#watches.keep('beacons', (onError) =>
        documents.watchBeacons({
          next: (beacons) => {
            this.#beacons = beacons;
            mesh.prepare(beacons);
            resolve();
          },
          error: (error) => {
            // Another tab of the same user may have taken the admission along.
            if (error.code === 'signaling/permission-denied') this.admit().catch(report);
            onError(error);
            resolve();
          },
        }),
      );
    });
  }

  /** Stops listening; what has been seen and prepared stays for the join. */
  leave(): void {
    this.#isOpen = false;
    this.#isListening = false;
    this.#timers.clearAll();
    this.#watches.stopAll();
  }

  /** The visit is over: nothing starts any more. */
  close(): void {
    this.#isClosed = true;
    this.leave();
  }

  /** An admission that comes after the goodbye. */
  async #takeBack(): Promise<void> {
    if (!this.#isClosed || !this.#mayBeAdmitted) return;
    const { visit, documents } = this.#options;
    await documents.commit([deleteWrite(admissionPath(visit.roomId, visit.uid))]).catch(() => undefined);
  }

  #renew(): void {
    this.admit().catch(this.#options.report);
    this.#timers.set('renew', ADMISSION_RENEWAL_MS, () => this.#renew());
  }
}
