import { ADMISSION_RENEWAL_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import { Timers } from '../lib/clock.ts';
import type { Entry } from './entry.ts';
import type { Mesh } from './mesh.ts';
import type { Beacon, RoomDocuments } from './room-documents.ts';
import { isDenied } from './room-verdict.ts';
import type { Visit } from './room-visit.ts';
import type { Roster } from './roster.ts';
import { WatchKeeper } from './watch-keeper.ts';

export type LobbyOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly entry: Entry;
  /** The admission has been taken away, and there is no other one. */
  readonly onLost: () => void;
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
  #recovering: Promise<void> | undefined;

  constructor(options: LobbyOptions) {
    this.#options = options;
    this.#timers = new Timers(options.visit.clock);
    this.#watches = new WatchKeeper(options.visit.clock, options.report);
  }

  get beacons(): ReadonlyMap<string, Beacon> {
    return this.#beacons;
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
    const { documents, roster, mesh } = this.#options;
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
            // Another tab of the same user may have taken the admission along, or somebody has taken it away.
            if (isDenied(error)) void this.recover();
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

  #renew(): void {
    this.#timers.set('renew', ADMISSION_RENEWAL_MS, () => this.#renew());
    const { entry, report } = this.#options;
    entry.renew().catch((error: unknown) => {
      if (isDenied(error)) void this.recover();
      else report(SignalingError.from(error));
    });
  }

  /** The admission is gone or over. Never throws. */
  async recover(): Promise<void> {
    const { entry, report, onLost } = this.#options;
    this.#recovering ??= entry.recover().finally(() => (this.#recovering = undefined));
    try {
      await this.#recovering;
    } catch (error) {
      const { code } = SignalingError.from(error);
      if (this.#isClosed) return;
      if (code === 'signaling/kicked' || code === 'signaling/banned') onLost();
      else report(SignalingError.from(error));
    }
  }
}
