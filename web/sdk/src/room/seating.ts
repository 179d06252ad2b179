import type { Role, SignalState } from '@firesignal/protocol';
import { STANDING_OFFER_MAX_AGE_MS } from '../defaults.ts';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { RosterEntry } from '../events.ts';
import { takeSeat, type Joined } from './join.ts';
import type { Mesh } from './mesh.ts';
import type { Opening } from './opening.ts';
import type { RoomDesk } from './room-desk.ts';
import { signalingError, type Room, type Seat } from './room-documents.ts';
import { reasonOf } from './room-verdict.ts';
import type { Visit } from './room-visit.ts';
import { mailWrite, scopeOf, type RoomScope } from './room-writes.ts';
import { hostSeatOf, type Roster } from './roster.ts';
import { SeatingParts, type Phase, type SeatingEvents } from './seating-parts.ts';
import { rememberVisit, type VisitMemory } from './visit-memory.ts';

/** The workings of a visit: what is listened to, prepared, written and taken away again. */
export class Seating {
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly opening: Opening;
  readonly desk: RoomDesk;
  readonly #visit: Visit;
  readonly #events: SeatingEvents;
  readonly #parts: SeatingParts;
  #room: Room | undefined;
  #cancelTaking = new AbortController();
  #memory: VisitMemory | undefined;
  /** The join is through. */
  #isSeated = false;
  #isLeaving = false;
  #isClosed = false;

  constructor(visit: Visit, events: SeatingEvents) {
    this.#visit = visit;
    this.#events = events;
    const parts = new SeatingParts(visit, events, {
      room: () => this.#room,
      phase: () => this.#phase,
      isSeated: () => this.#isSeated,
      hasFreeSeat: () => this.#hasFreeSeat(),
      onRoom: (room) => this.#roomChanged(room),
      onSeats: (seats) => this.#seatsChanged(seats),
      onRole: (role, previous) => this.#roleChanged(role, previous),
      deliver: (mail) => this.#deliver(mail),
      reasonOf: (error) => this.#reasonOf(error),
    });
    this.#parts = parts;
    this.roster = parts.roster;
    this.mesh = parts.mesh;
    this.opening = parts.opening;
    this.desk = parts.desk;
  }

  get room(): Room | undefined {
    return this.#room;
  }

  /** @throws what {@link HostKeeper.claim} throws */
  claimHost(): Promise<void> {
    return this.#parts.tenure.host.claim();
  }

  get rosterEntries(): readonly RosterEntry[] {
    const isLinked = (peer: string): boolean => this.mesh.links.get(peer)?.state === 'connected';
    return this.roster.entries({ host: this.#room?.host, isLinked });
  }

  get role(): Role {
    return this.#parts.seat.shown?.role ?? this.#parts.entry.role;
  }

  async enterLobby(): Promise<void> {
    const { prepared } = await this.opening.run();
    await Promise.all([this.#parts.lobby.enter(), prepared]);
  }

  /** A join came to nothing: everything is prepared anew. */
  backToLobby(): void {
    if (this.#isClosed) return;
    this.mesh.refused();
    void this.#parts.tenure.prepareOffer();
    void this.#parts.lobby.enter();
    void this.#parts.seat.settled.then(() => this.#clearGhost());
  }

  /** Takes a seat. Aborted, it gives the seat back if it gets one after all. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    // The remains of an earlier, aborted join are cleared away first.
    while (this.#parts.seat.isBusy) await this.#parts.seat.settled;
    const cancel = new AbortController();
    this.#cancelTaking = cancel;
    signal?.addEventListener('abort', () => cancel.abort(), { once: true, signal: cancel.signal });
    if (signal?.aborted === true || this.#isLeaving) cancel.abort();
    const taking = this.#take(cancel.signal);
    this.#parts.seat.occupy(
      taking.then(async ({ seat, carried }) => {
        this.#parts.seat.number = seat;
        if (cancel.signal.aborted) this.mesh.wrote(carried.keys());
        // Leaving takes it along, unless that is over already.
        if (cancel.signal.aborted && (!this.#isLeaving || this.#isClosed))
          await this.#parts.departure.giveBack();
      }),
    );
    try {
      const joined = await taking;
      if (cancel.signal.aborted || this.#isClosed) throw new SignalingError('signaling/aborted');
      this.#seated(joined);
    } finally {
      // Ends the listening to the caller's signal.
      cancel.abort();
    }
  }

  /** Never throws. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#cancelTaking.abort();
    this.#parts.seat.release();
    this.#parts.lobby.leave();
    this.#parts.tenure.stop();
    this.mesh.sayBye();
    // What is under way may still get an admission or a seat, which then are among the belongings.
    await this.#parts.departure.ready();
    this.#parts.watch.stop();
    const isHeard = await this.#parts.departure.leave();
    if (isHeard && !this.#parts.seat.isBusy) this.#memory?.forget();
  }

  leaveAtUnload(): void {
    this.mesh.sayBye();
    try {
      this.#parts.departure.atUnload();
    } catch (error) {
      this.#events.report(signalingError(error));
    }
  }

  async refreshMedia(): Promise<void> {
    await Promise.all([this.mesh.refreshMedia(), this.#parts.standing.refreshMedia()]);
  }

  /** The page, the network or the backend is back: what waits for a retry is tried now. */
  hurry(): void {
    this.#parts.tenure.hurry();
    this.mesh.hurry();
    this.#clearGhost();
    if (this.#isInLobby) void this.#parts.tenure.freshenOffer(STANDING_OFFER_MAX_AGE_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTaking.abort();
    this.#parts.seat.release();
    this.#parts.lobby.close();
    this.#parts.entry.close();
    this.#parts.watch.stop();
    this.desk.stop();
    this.#parts.tenure.stop();
    this.mesh.close();
    this.#parts.standing.close();
    this.#memory?.letGo();
  }

  async #take(signal: AbortSignal): Promise<Joined> {
    const { transport, roomId, peerId } = this.#visit;
    if (this.#parts.seat.mayBeHeld) await this.#parts.departure.giveBack();
    if (this.#hasFreeSeat()) await this.#parts.tenure.freshenOffer();
    throwIfAborted(signal);
    // Even before it is known that there is a seat: the tab may crash before the acknowledgement.
    this.#memory ??= rememberVisit(roomId, peerId);
    this.#parts.seat.expect();
    return takeSeat({
      documents: this.#parts.documents,
      scope: this.#scope(),
      self: this.#visit,
      capacity: this.#room?.capacity ?? 0,
      place: { hostSeat: hostSeatOf(this.#room ?? {}), isHost: this.#room?.host === this.#visit.uid },
      mesh: this.mesh,
      standing: this.#parts.standing,
      roster: this.roster,
      beacons: () => this.#parts.lobby.beacons,
      serverNow: () => transport.serverNow(),
      entry: this.#parts.entry,
      echo: (deadlineMs) => this.#parts.seat.echo(deadlineMs),
      onSent: () => {
        this.#parts.lobby.leave();
        this.mesh.release();
      },
      signal,
    }).catch((error: unknown) => {
      throw this.#reasonOf(error);
    });
  }

  #seated({ carried, shownRev }: Joined): void {
    this.#isSeated = true;
    this.#parts.tenure.start(shownRev);
    this.mesh.seated(carried);
  }

  /** Gives a seat back that we have without having wanted it any more. */
  #clearGhost(): void {
    if (this.#isInLobby && this.#parts.seat.mayBeHeld)
      this.#parts.seat.occupy(this.#parts.departure.giveBack());
  }

  get #isOver(): boolean {
    return this.#isLeaving || this.#isClosed;
  }

  get #phase(): Phase {
    if (this.#isOver) return 'over';
    if (this.#isSeated) return 'seated';
    return this.#parts.seat.isBusy ? 'between' : 'lobby';
  }

  get #isInLobby(): boolean {
    return this.#phase === 'lobby';
  }

  #roomChanged(room: Room | undefined): void {
    const previous = this.#room;
    this.#room = room ?? previous;
    if (previous === undefined) return;
    if (room === undefined || room.endedAt !== undefined) {
      this.#events.onOver('room-ended');
      return;
    }
    this.#parts.tenure.adjust();
    if (room.host !== previous.host) this.#events.onHost(room.host, previous.host);
    if (doorOf(room) !== doorOf(previous)) this.#events.onDoor();
  }

  #seatsChanged(seats: ReadonlyMap<number, Seat>): void {
    const before = this.#parts.seat.shown;
    this.roster.update(seats);
    const kicked = new Set([...this.roster.tombstones.values()].map(({ peer }) => peer));
    if (kicked.has(this.#visit.peerId)) {
      this.#parts.check.lost('kicked');
      return;
    }
    this.mesh.expel(kicked);
    const isShown = this.roster.seatOf(this.#visit.peerId) !== undefined;
    this.#parts.seat.rosterChanged();
    // A roster from before the join may still come after its acknowledgement.
    if (this.#isSeated && before !== undefined && !isShown) {
      this.#parts.check.lost('seat-lost');
      return;
    }
    if (this.#parts.seat.shown !== undefined) this.#parts.entry.roleShown(this.#parts.seat.shown.role);
    this.#parts.lobby.rosterChanged();
    this.mesh.rosterChanged();
    this.#parts.tenure.adjust();
    // A mark is never taken away, but replaced by the next.
    const lostAt = this.#parts.seat.shown?.lostAt?.epochMs;
    if (lostAt !== undefined && lostAt !== before?.lostAt?.epochMs) this.#parts.tenure.prove();
    this.#clearGhost();
    this.#events.onRoster();
  }

  /** Whether somebody might still come. The roster may be from before the join. */
  #hasFreeSeat(): boolean {
    const own = this.roster.seatOf(this.#visit.peerId) === undefined ? 1 : 0;
    return this.roster.seats.size + own < (this.#room?.capacity ?? 0);
  }

  /** A viewer sends nothing, whatever the application has given it to send. */
  #roleChanged(role: Role, previous: Role): void {
    this.#visit.media.withhold(role === 'viewer');
    this.refreshMedia().catch((error: unknown) => this.#events.report(signalingError(error)));
    this.#events.onRole(role, previous);
  }

  async #deliver(mail: ReadonlyMap<string, SignalState>): Promise<void> {
    const seat = this.#parts.seat.number;
    if (seat === undefined) throw new SignalingError('signaling/invalid-state');
    const own = { from: this.#visit.peerId, seat };
    const writes = [...mail].map(([to, state]) => mailWrite(this.#scope(), { ...own, to, state }));
    await this.#parts.documents.commit(writes);
  }

  #reasonOf(error: unknown): SignalingError {
    return reasonOf(error, this.#room, this.#visit.transport.serverNow());
  }

  #scope(): RoomScope {
    return scopeOf(this.#visit.roomId, this.#room);
  }
}

const doorOf = ({ access, locked, capacity }: Room): string => [access, locked, capacity].join();
