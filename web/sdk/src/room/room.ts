import type { AccessMode, ErrorCode, Role } from '@firesignal/protocol';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { LeaveReason, LobbyVisitor, RoomEvents, RoomState, RosterEntry } from '../events.ts';
import type { LedgerCounts } from '../ledger.ts';
import { Emitter, type Unsubscribe } from '../lib/emitter.ts';
import { Machine } from '../lib/machine.ts';
import { deferred, unlessAborted, withDeadline } from '../lib/settle.ts';
import { requireTracks } from '../link/connection.ts';
import type { Link } from '../link/link.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { LocalMedia } from '../options.ts';
import { watchPage } from './page-lifecycle.ts';
import { signalingError } from './room-documents.ts';
import { ROOM_TRANSITIONS, type RoomEvent } from './room-machine.ts';
import type { Visit } from './room-visit.ts';
import { Seating } from './seating.ts';

/** What becomes of a call that the end of the visit interrupts. */
const OVER: Readonly<Partial<Record<LeaveReason, ErrorCode>>> = {
  'room-ended': 'signaling/room-ended',
  kicked: 'signaling/kicked',
};

/** One visit to a room: from the lobby, over a seat and the links to all who hold one, to leaving. */
export class Room {
  readonly #visit: Visit;
  readonly #events = new Emitter<RoomEvents>();
  readonly #machine: Machine<RoomState, RoomEvent>;
  readonly #seating: Seating;
  readonly #onLeft: () => void;
  #stops: (() => void)[] = [];
  #leaving: Promise<void> | undefined;
  /** Rejects when the visit ends, whatever it was doing. */
  readonly #over = deferred<never>();
  #reason: LeaveReason | undefined;
  #isReachable = true;

  /** @internal */
  constructor(visit: Visit, onLeft: () => void) {
    this.#visit = visit;
    this.#onLeft = onLeft;
    this.#machine = new Machine('lobby', ROOM_TRANSITIONS, (state, previous) => {
      const reason = this.#reason;
      this.#events.emit('state', { state, previous, ...(reason !== undefined && { reason }) });
    });
    this.#seating = new Seating(visit, {
      onRoster: () => this.#events.emit('roster', { roster: this.roster }),
      onHost: (host, previous) =>
        this.#events.emit('host-changed', { host, previous, isSelf: host === this.uid }),
      onDoor: () => this.#doorChanged(),
      onLink: (link) => this.#events.emit('link', { link }),
      onRole: (role, previous) => this.#events.emit('role-changed', { role, previous }),
      onMuteRequest: (by, what) => this.#events.emit('mute-requested', { by, ...what }),
      onOver: (reason) => this.#shutDown(reason),
      report: (error) => this.#events.emit('problem', { error }),
    });
  }

  get id(): string {
    return this.#visit.roomId;
  }

  /** This visit's id: `uid~epoch`. */
  get peerId(): string {
    return this.#visit.peerId;
  }

  get uid(): string {
    return this.#visit.uid;
  }

  /** The key of a sealed room, for the link to it: `roomLink(base, room.id, { key: room.key })`. */
  get key(): string | undefined {
    return this.#visit.key;
  }

  get name(): string {
    return this.#visit.name;
  }

  get state(): RoomState {
    return this.#machine.state;
  }

  /** Why the visit ended, once it has. */
  get reason(): LeaveReason | undefined {
    return this.#reason;
  }

  /** Number of seats. */
  get capacity(): number {
    return this.#seating.room?.capacity ?? 0;
  }

  /** Whether this user made the room, and so may end it. */
  get isCreator(): boolean {
    return this.#seating.room?.createdBy === this.#visit.uid;
  }

  /** uid of who runs the room: its creator, or who has taken over since. */
  get host(): string {
    return this.#seating.room?.host ?? '';
  }

  /** What this visit may do; whoever runs the room can change it. The host is named by the room, whatever its role. */
  get role(): Role {
    return this.#seating.role;
  }

  /** Whether this user runs the room. */
  get isHost(): boolean {
    return this.host === this.#visit.uid;
  }

  /** How visitors get in; undefined until the room has been opened. */
  get access(): AccessMode | undefined {
    return this.#seating.room?.access;
  }

  /** Whether nobody gets in any more but who is let in by name. */
  get isLocked(): boolean {
    return this.#seating.room?.locked === true;
  }

  /** Who holds a seat, by seat. */
  get roster(): readonly RosterEntry[] {
    return this.#seating.rosterEntries;
  }

  /** The links to the others, by peer id. Empty before `join()`. */
  get links(): ReadonlyMap<string, Link> {
    return this.#seating.mesh.links;
  }

  /** What this client has read, written and deleted in this room so far. */
  get ledger(): LedgerCounts {
    return this.#visit.ledger.counts;
  }

  on<K extends keyof RoomEvents>(event: K, listener: (event: RoomEvents[K]) => void): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * Takes a seat, and starts the links to everybody who holds one. Resolves when the seat is taken; links may be connected
   * before that. After a failure the visit is back in the lobby.
   *
   * @throws `signaling/room-full`, `signaling/room-locked`, `signaling/room-ended`, `signaling/too-many-visits`,
   * `signaling/kicked`, `signaling/banned`, `signaling/permission-denied`, `signaling/unavailable`,
   * `signaling/timeout`, `signaling/aborted`, `signaling/invalid-state` (not in the lobby)
   */
  async join(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    throwIfAborted(signal);
    if (!this.#machine.send('JOIN'))
      throw new SignalingError('signaling/invalid-state', `The visit is in the state ${this.state}.`);
    try {
      await unlessAborted(Promise.race([this.#over.promise, this.#seating.take(signal)]), signal);
    } catch (error) {
      if (this.#machine.send('REFUSED')) this.#seating.backToLobby();
      throw signalingError(error);
    }
    this.#machine.send('SEATED');
  }

  /** Leaves the room, or the lobby. Idempotent; never throws: what cannot be said in time, the leases say. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  /**
   * Makes this user the host of the room. Whoever has a seat may when the host has left or is silent for too long; the creator
   * of the room may at any time. Unless the visit was opened with `claimHost: false`, it does so by itself when it is its turn.
   *
   * @throws `signaling/invalid-state` (without a seat), `signaling/permission-denied` (the host is there),
   * `signaling/unavailable`, `signaling/timeout`
   */
  async claimHost(): Promise<void> {
    await this.#seating.claimHost();
  }

  /**
   * The means of a host or moderator, loaded when they are asked for. What of it this user may do the rules decide.
   *
   * @throws `signaling/invalid-state` (after leaving)
   */
  async moderate(): Promise<Moderation> {
    const { Moderation } = await import('../moderation/moderation.ts');
    if (this.state === 'left') throw new SignalingError('signaling/invalid-state', 'The visit is over.');
    return new Moderation(this.#seating.desk.moderation);
  }

  /**
   * Changes what is sent, on every link at once and without renegotiation. `null` is off; what is absent stays.
   *
   * @throws `signaling/invalid-argument` (a track of the other kind)
   */
  async setMedia(media: LocalMedia): Promise<void> {
    requireTracks(media);
    this.#visit.media.update(media);
    try {
      await this.#seating.refreshMedia();
    } catch (error) {
      throw signalingError(error);
    }
  }

  /**
   * Sends a message to everybody connected. Resolves with their number, when all channels have taken it.
   *
   * @throws `signaling/message-too-large`
   */
  async broadcast(data: string | ArrayBuffer | ArrayBufferView): Promise<number> {
    const connected = [...this.links.values()].filter(({ state }) => state === 'connected');
    const sent = await Promise.allSettled(connected.map((link) => link.send(data)));
    for (const result of sent) {
      const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
      if (reason instanceof SignalingError && reason.code === 'signaling/message-too-large') throw reason;
    }
    return sent.filter(({ status }) => status === 'fulfilled').length;
  }

  /** Watches who has an admission. It costs a read for each visitor and change, so only where it is shown. */
  watchLobby(listener: (visitors: readonly LobbyVisitor[]) => void): Unsubscribe {
    if (this.state === 'left') return () => undefined;
    return this.#seating.desk.watchAdmissions((admissions) => {
      // Left behind by a crash: over by the time that the newest of them shows. No clock of this client is asked.
      const newest = Math.max(...[...admissions.values()].map(({ at }) => at.epochMs));
      const live = [...admissions].filter(
        ([, { at, leaseSeconds }]) => at.epochMs + leaseSeconds * 1_000 > newest,
      );
      listener(live.map(([uid, { name }]) => ({ uid, name, isSelf: uid === this.uid })));
    });
  }

  /**
   * Enters the lobby.
   *
   * @throws `signaling/room-not-found`, `signaling/room-ended`, `signaling/protocol-mismatch`,
   * `signaling/permission-denied`, `signaling/unavailable`, `signaling/timeout`, `signaling/aborted`
   * @internal
   */
  async open(deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      const { clock } = this.#visit;
      const entered = Promise.race([this.#over.promise, this.#seating.enterLobby()]);
      await withDeadline(Promise.race([entered, this.#seating.opening.knocking]), clock, deadlineMs, signal);
      // A person who is to open the door has no deadline.
      await unlessAborted(Promise.race([entered, this.#seating.opening.admitted]), signal);
      await withDeadline(entered, clock, deadlineMs, signal);
      if (this.state !== 'lobby') await this.#over.promise;
    } catch (error) {
      // Nobody waits for the goodbye of a visit that never began.
      void this.leave();
      throw signalingError(error);
    }
    this.#stops.push(
      this.#visit.transport.onReachable((reachable) => this.#reachableChanged(reachable)),
      watchPage({ onHide: () => this.#leaveAtUnload(), onWake: () => this.#seating.hurry() }),
    );
  }

  async #leave(): Promise<void> {
    if (!this.#machine.send('LEAVE')) return;
    this.#over.reject(new SignalingError('signaling/aborted'));
    await this.#seating.leave();
    this.#shutDown('left');
  }

  /** The page goes away: everything has to be said before this returns. */
  #leaveAtUnload(): void {
    if (!this.#visit.leaveOnPageHide || this.state === 'left') return;
    this.#seating.leaveAtUnload();
    this.#shutDown('page-hidden');
  }

  #doorChanged(): void {
    const { access, isLocked, capacity } = this;
    if (access !== undefined) this.#events.emit('door', { access, isLocked, capacity });
  }

  #reachableChanged(reachable: boolean): void {
    if (reachable === this.#isReachable) return;
    this.#isReachable = reachable;
    this.#events.emit('backend', { reachable });
    if (reachable) this.#seating.hurry();
  }

  /** Ends everything, once: the last event is the state `left`. */
  #shutDown(reason: LeaveReason): void {
    if (!this.#machine.can('END')) return;
    this.#over.reject(new SignalingError(OVER[reason] ?? 'signaling/aborted'));
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#seating.close();
    this.#reason = reason;
    this.#machine.send('END');
    this.#events.clear();
    this.#onLeft();
  }
}
