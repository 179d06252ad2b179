import { BeaconKeeper, standingOfferMaxAgeMs } from './beacon.ts';
import { SignalingError } from '../errors.ts';
import type { LinkState } from '../events.ts';
import { HostKeeper } from './host-keeper.ts';
import type { StandingOfferKeeper } from '../link/standing-offer.ts';
import { LostMarks } from './lost-marks.ts';
import type { Mesh } from './mesh.ts';
import type { Room, RoomDocuments } from './room-documents.ts';
import type { Visit } from './room-visit.ts';
import type { Roster } from './roster.ts';

export type TenureOptions = {
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly standing: StandingOfferKeeper;
  readonly room: () => Room | undefined;
  /** Whether an offer should stand: somebody might still come. */
  readonly wantsOffer: () => boolean;
  /** The lease could not be renewed since the beacon is gone or refused. */
  readonly onRefused: () => void;
  /** A roster entry reads otherwise than before. */
  readonly onRoster: () => void;
  readonly report: (error: SignalingError) => void;
};

/**
 * What a seat asks of its holder: an offer for whoever comes next, made ready before the seat is taken; to keep the lease, to
 * tell of neighbours that are lost, and to be host if need be.
 */
export class Tenure {
  readonly host: HostKeeper;
  readonly #options: TenureOptions;
  readonly #beacon: BeaconKeeper;
  readonly #marks: LostMarks;

  constructor(options: TenureOptions) {
    this.#options = options;
    const { visit, documents, roster, mesh, standing, room, wantsOffer, onRefused, onRoster, report } =
      options;
    const { clock, roomId, peerId, uid, transport, claimHost } = visit;
    const linkState = (peer: string): LinkState | undefined => mesh.links.get(peer)?.state;
    const isFullyLinked = (): boolean => mesh.isFullyLinked;
    const offerMaxAgeMs = standingOfferMaxAgeMs();
    const common = { clock, documents, roomId, peerId, roster, linkState, report };
    this.#beacon = new BeaconKeeper({
      ...common,
      standing,
      offerMaxAgeMs,
      isFullyLinked,
      wantsOffer,
      onRefused,
    });
    this.#marks = new LostMarks({
      ...common,
      serverNow: () => transport.serverNow(),
      onCleared: onRoster,
    });
    this.host = new HostKeeper({ ...common, uid, room, isWilling: claimHost });
  }

  async prepareOffer(): Promise<void> {
    const { visit, standing, report } = this.#options;
    if (!visit.standingOffers) return;
    try {
      await standing.prepare();
    } catch (error) {
      // Joiners go the longer way; the visit itself is not harmed.
      report(SignalingError.from(error));
    }
  }

  /** An offer that has grown old in the lobby is made anew. */
  async freshenOffer(maxAgeMs = standingOfferMaxAgeMs()): Promise<void> {
    const { standing } = this.#options;
    if (standing.ageMs <= maxAgeMs) return;
    standing.discard();
    await this.prepareOffer();
  }

  /** The join has written the first beacon, with the offer of this revision or with none. */
  start(shownRev: number): void {
    this.#beacon.start(shownRev);
    this.#marks.start();
    this.host.start();
  }

  /** Room, roster or links have changed: so may have what is to be written. */
  adjust(): void {
    this.#beacon.adjust();
    this.#marks.check();
    this.host.check();
  }

  /** A neighbour takes us for lost. */
  prove(): void {
    this.#beacon.prove();
  }

  /** The page, the network or the backend is back. */
  hurry(): void {
    this.#beacon.hurry();
    this.#marks.hurry();
  }

  stop(): void {
    this.#beacon.stop();
    this.#marks.stop();
    this.host.stop();
  }
}
