import type { Moderation, Room, RosterEntry, Unsubscribe, Visitor } from 'firesignal';
import { SignalingError } from 'firesignal';
import { displayName } from '../lib/display-name.ts';
import { Store } from '../lib/store.ts';

export type DeskState = {
  /** Who knocks and waits for an answer, the longest first. */
  readonly visitors: readonly Visitor[];
  /** Who may not come in. The name is empty for whom nobody has banned from here. */
  readonly banned: readonly Banned[];
  /** Why what was asked for last has not been done. */
  readonly error: SignalingError | undefined;
};

export type Banned = { readonly uid: string; readonly name: string };

const EMPTY: DeskState = { visitors: [], banned: [], error: undefined };

/** What a host or moderator sees and does. For everybody else it stays empty. */
export class Desk extends Store<DeskState> {
  readonly #announce: (text: string) => void;
  #room: Room | undefined;
  #stop: Unsubscribe = () => undefined;
  /** Bans name nobody, so that they can be read without a key: the names of those who were banned from here. */
  readonly #names = new Map<string, string>();

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

  /** Keeps somebody out for as long as the room is there. */
  async ban(person: RosterEntry): Promise<void> {
    const uid = uidOf(person);
    this.#names.set(uid, person.name);
    await this.act((desk) => desk.ban(uid));
    await this.readBans();
  }

  async unban(uid: string): Promise<void> {
    await this.act((desk) => desk.unban(uid));
    await this.readBans();
  }

  /** Looks up who is banned. Costs a read for each. */
  async readBans(): Promise<void> {
    const uids = await this.act((desk) => desk.listBans());
    if (uids === undefined || this.#room === undefined) return;
    this.write({
      ...this.read(),
      banned: uids.map((uid) => ({ uid, name: this.#names.get(uid) ?? '' })),
    });
  }

  /** Whoever waits at the door of a room that is open to everybody comes in with that. */
  async unlock(): Promise<void> {
    const isOpen = this.#room?.access === 'open';
    await this.act(async (desk) => {
      await desk.unlock();
      if (isOpen) await Promise.all(this.read().visitors.map(({ uid }) => desk.admit(uid)));
    });
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

/** A peer id begins with the user's. */
export function uidOf({ peerId }: Pick<RosterEntry, 'peerId'>): string {
  return peerId.slice(0, peerId.lastIndexOf('~'));
}

/** Whether this visit is the host's or a moderator's. */
export function runsRoom(room: Room): boolean {
  return room.isHost || room.role === 'moderator';
}
