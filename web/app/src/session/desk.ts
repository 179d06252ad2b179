import type { Moderation, Room, Unsubscribe, Visitor } from 'firesignal';
import { SignalingError } from 'firesignal';
import { displayName } from '../lib/display-name.ts';
import { Store } from '../lib/store.ts';

export type DeskState = {
  /** Who knocks and waits for an answer, the longest first. */
  readonly visitors: readonly Visitor[];
  /** Why what was asked for last has not been done. */
  readonly error: SignalingError | undefined;
};

const EMPTY: DeskState = { visitors: [], error: undefined };

/** What a host or moderator sees and does. For everybody else it stays empty. */
export class Desk extends Store<DeskState> {
  readonly #announce: (text: string) => void;
  #room: Room | undefined;
  #stop: Unsubscribe = () => undefined;

  constructor(announce: (text: string) => void) {
    super(EMPTY);
    this.#announce = announce;
  }

  /** Listens at the door for whoever runs the room; `undefined`, or a room that is run by others: no more. */
  follow(room: Room | undefined): void {
    const followed = room !== undefined && runsRoom(room) ? room : undefined;
    if (followed === this.#room) return;
    this.#stop();
    this.#stop = () => undefined;
    this.#room = followed;
    this.write(EMPTY);
    if (followed !== undefined) void this.#listen(followed);
  }

  /** Does something as who runs the room. What goes wrong is shown. */
  async act<T>(action: (desk: Moderation) => Promise<T> | T): Promise<T | undefined> {
    const room = this.#room;
    if (room === undefined) return undefined;
    this.#setError(undefined);
    try {
      return await action(await room.moderate());
    } catch (error) {
      if (room === this.#room) this.#setError(SignalingError.from(error));
      return undefined;
    }
  }

  #setError(error: SignalingError | undefined): void {
    this.write({ ...this.read(), error });
  }

  async #listen(room: Room): Promise<void> {
    await this.act((desk) => {
      if (room === this.#room) this.#stop = desk.watchKnocks((visitors) => this.#changed(visitors));
    });
  }

  #changed(visitors: readonly Visitor[]): void {
    const known = new Set(this.read().visitors.map(({ uid }) => uid));
    this.write({ ...this.read(), visitors });
    for (const { uid, name } of visitors)
      if (!known.has(uid)) this.#announce(`${displayName(name)} knocks and asks to be let in`);
  }
}

/** Whether this visit is the host's or a moderator's. */
export function runsRoom(room: Room): boolean {
  return room.isHost || room.role === 'moderator';
}
