import { HOST_ROLES, LIMITS, uidOf } from '@firesignal/protocol';
import { HOST_AFTER_MS, HOST_STAGGER_MS, SERVER_CLOCK_MARGIN_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import type { LinkState } from '../events.ts';
import { Timers, type Clock } from '../lib/clock.ts';
import type { Room, RoomDocuments } from './room-documents.ts';
import { hostWrite } from './room-writes.ts';
import { hostSeatOf, type Roster } from './roster.ts';

export type HostKeeperOptions = {
  readonly clock: Clock;
  readonly documents: RoomDocuments;
  readonly roomId: string;
  readonly uid: string;
  readonly peerId: string;
  readonly roster: Roster;
  readonly room: () => Room | undefined;
  /** State of the link to a peer, where there is one. */
  readonly linkState: (peerId: string) => LinkState | undefined;
  /** Whether to become host without being asked to. */
  readonly isWilling: boolean;
};

/** Why this peer would make itself host, and when. The same cause is acted upon once. */
type Cause = { readonly key: string; readonly afterMs: number };

/** Sees to it that the room has a host who is there: when the host has gone, the one in the lowest seat takes over. */
export class HostKeeper {
  readonly #options: HostKeeperOptions;
  readonly #timers: Timers;
  #cause = '';
  #isRunning = false;

  constructor(options: HostKeeperOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  start(): void {
    this.#isRunning = this.#options.isWilling;
    this.check();
  }

  /** Room, roster or links have changed. */
  check(): void {
    if (!this.#isRunning) return;
    const cause = this.#vacancy();
    const key = cause?.key ?? '';
    if (key === this.#cause) return;
    this.#cause = key;
    this.#timers.clearAll();
    if (cause !== undefined) this.#wait(cause.afterMs);
  }

  stop(): void {
    this.#isRunning = false;
    this.#timers.clearAll();
  }

  /** @throws `signaling/invalid-state` (without a seat), `signaling/permission-denied` (the host is there), … */
  async claim(): Promise<void> {
    const { documents, roomId, uid, peerId, roster, room } = this.#options;
    const seat = roster.seatOf(peerId);
    const now = room();
    if (seat === undefined) throw new SignalingError('signaling/invalid-state');
    if (now?.host === uid && hostSeatOf(now) === seat) return;
    await documents.commit([hostWrite(roomId, uid, seat)]);
  }

  #wait(ms: number): void {
    const { roster, peerId } = this.#options;
    const own = roster.seatOf(peerId) ?? 0;
    const rank = [...roster.seats].filter(([seat, { lostAt }]) => seat < own && lostAt === undefined).length;
    const turn = (rank + Math.random() / 2) * HOST_STAGGER_MS;
    this.#timers.set('claim', ms + turn, () => {
      this.claim().catch((error: unknown) => {
        // Refused: somebody was faster, or the host is there. The room or the roster will tell.
        const isRefused = SignalingError.from(error).code === 'signaling/permission-denied';
        if (!isRefused && this.#isRunning && this.#cause !== '') this.#wait(HOST_AFTER_MS);
      });
    });
  }

  #vacancy(): Cause | undefined {
    const { uid, peerId, roster, room: currentRoom, linkState } = this.#options;
    const room = currentRoom();
    const own = roster.seats.get(roster.seatOf(peerId) ?? -1);
    // A viewer runs no room.
    if (room === undefined || own === undefined || !HOST_ROLES.some((role) => role === own.role))
      return undefined;
    const { host } = room;
    const holder = roster.seats.get(hostSeatOf(room));
    if (holder === undefined || uidOf(holder.peer) !== host) {
      // Of several seats that the host has, its own client names another one.
      if (host === uid) return { key: `${host} sits elsewhere`, afterMs: 0 };
      const isElsewhere = [...roster.seats.values()].some(({ peer }) => uidOf(peer) === host);
      return isElsewhere ? undefined : { key: `${host} has left`, afterMs: HOST_AFTER_MS };
    }
    const { peer, lostAt } = holder;
    if (host === uid || lostAt === undefined || linkState(peer) === 'connected') return undefined;
    // A mark is not enough; but the lease of one who has been silent since is over by then.
    const leaseMs = LIMITS.BEACON_LEASE_MAX_SECONDS * 1_000 + SERVER_CLOCK_MARGIN_MS;
    return { key: `${peer} is silent since ${lostAt.epochMs}`, afterMs: leaseMs };
  }
}
