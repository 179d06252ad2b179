import type { SignalingError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import { deferred } from '../lib/settle.ts';
import type { Mail, Room, RoomDocuments, Seat, Watching } from './room-documents.ts';
import { isDenied } from './room-verdict.ts';
import { WatchKeeper } from './watch-keeper.ts';

export type RoomWatchOptions = {
  readonly clock: Clock;
  readonly documents: RoomDocuments;
  readonly peerId: string;
  readonly onRoom: (room: Room | undefined) => void;
  readonly onSeats: (seats: ReadonlyMap<number, Seat>) => void;
  readonly onMail: (mail: ReadonlyMap<number, Mail>) => void;
  /** The roster may not be read, or not any more. */
  readonly onSeatsDenied: () => void;
  readonly report: (error: SignalingError) => void;
};

/** First snapshots, each settled with the first answer: a state, or why there is none. */
export type FirstLook = {
  readonly room: Promise<void>;
  readonly seats: Promise<void>;
  readonly mail: Promise<void>;
};

/** What a visit listens to from beginning to end: the room, its seats and the own mailbox. */
export class RoomWatch {
  readonly #options: RoomWatchOptions;
  readonly #watches: WatchKeeper;

  constructor(options: RoomWatchOptions) {
    this.#options = options;
    this.#watches = new WatchKeeper(options.clock, options.report);
  }

  /** @param withSeats whether the roster is for everybody; else it is watched when there is an admission */
  start(withSeats: boolean): FirstLook {
    const { documents, peerId, onRoom, onMail } = this.#options;
    // Backends look at watches in the order of their coming: the one that connects people comes first.
    const mail = this.#keep<number, Mail>(
      'mail',
      (observer) => documents.watchMail(peerId, observer),
      onMail,
    );
    const seats = withSeats ? this.watchSeats() : Promise.resolve();
    const room = this.#keep<string, Room>(
      'room',
      (observer) => documents.watchRoom(observer),
      (rooms) => onRoom([...rooms.values()][0]),
    );
    return { room, seats, mail };
  }

  watchSeats(): Promise<void> {
    const { documents, onSeats, onSeatsDenied } = this.#options;
    const watch = (observer: Watching<number, Seat>): (() => void) =>
      documents.watchSeats({
        next: observer.next,
        error: (error) => {
          observer.error(error);
          if (isDenied(error)) onSeatsDenied();
        },
      });
    return this.#keep('seats', watch, onSeats);
  }

  stop(): void {
    this.#watches.stopAll();
  }

  #keep<K, T>(
    name: string,
    watch: (observer: Watching<K, T>) => () => void,
    onNext: (documents: ReadonlyMap<K, T>) => void,
  ): Promise<void> {
    const first = deferred<undefined>();
    this.#watches.keep(name, (onError) =>
      watch({
        next: (documents) => {
          onNext(documents);
          first.resolve(undefined);
        },
        error: (error) => {
          first.reject(error);
          onError(error);
        },
      }),
    );
    return first.promise;
  }
}
