import { isRosterPublic } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { deferred } from '../lib/settle.ts';
import type { Entry } from './entry.ts';
import type { Room } from './room-documents.ts';
import type { Visit } from './room-visit.ts';
import type { RoomWatch } from './room-watch.ts';
import { requireSealAndOpen } from './sealing.ts';

export type OpeningOptions = {
  readonly visit: Visit;
  readonly watch: RoomWatch;
  readonly entry: Entry;
  readonly room: () => Room | undefined;
  /** Makes an offer ready for whoever comes next. */
  readonly prepareOffer: () => Promise<void>;
  readonly isOver: () => boolean;
  readonly reasonOf: (error: unknown) => SignalingError;
};

/** From nowhere into the lobby. */
export class Opening {
  readonly #options: OpeningOptions;
  readonly #knocking = deferred<undefined>();
  #admitted: Promise<unknown> = Promise.resolve();

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  /** Settles when somebody has to open the door, which takes as long as it takes. */
  get knocking(): Promise<unknown> {
    return this.#knocking.promise;
  }

  /** Settles when that is over, or was not needed. */
  get admitted(): Promise<unknown> {
    return this.#admitted;
  }

  knocks(): void {
    this.#knocking.resolve(undefined);
  }

  /** Everything that `join()` will need, as far as it can overlap. Where only the admitted see the roster, it waits for that. */
  async run(): Promise<{ readonly prepared: Promise<void> }> {
    const { visit, watch, entry, room, prepareOffer, isOver, reasonOf } = this.#options;
    const isPublic = isRosterPublic(visit.roomId);
    const first = watch.start(isPublic);
    const roomSeen = first.room.then(() => requireSealAndOpen(room(), visit.seal));
    const admitted = entry.enter(roomSeen).catch((error: unknown) => {
      throw reasonOf(error);
    });
    this.#admitted = admitted.catch(() => undefined);
    const whenAdmitted = async (next: () => Promise<void>): Promise<void> => {
      await admitted;
      if (!isOver()) await next();
    };
    const prepared = isPublic ? prepareOffer() : whenAdmitted(prepareOffer);
    const seats = isPublic ? first.seats : whenAdmitted(() => watch.watchSeats());
    prepared.catch(() => undefined);
    await Promise.all([roomSeen, admitted, seats, first.mail]);
    if (isOver()) throw new SignalingError('signaling/aborted');
    return { prepared };
  }
}
