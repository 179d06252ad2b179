import { isRosterPublic, uidOf, type Role, type SignalState } from '@firesignal/protocol';
import { STANDING_OFFER_MAX_AGE_MS } from '../defaults.ts';
import { Departure } from './departure.ts';
import { Entry } from './entry.ts';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { LeaveReason, MediaPresence, RosterEntry } from '../events.ts';
import { takeSeat, type Joined } from './join.ts';
import type { Link } from '../link/link.ts';
import { deferred } from '../lib/settle.ts';
import { Lobby } from './lobby.ts';
import { Mesh } from './mesh.ts';
import type { ModerationContext } from '../moderation/moderation-context.ts';
import { OwnSeat } from './own-seat.ts';
import { RoomDocuments, signalingError, type Admission, type Room, type Seat } from './room-documents.ts';
import { isDenied, isOver, reasonOf } from './room-verdict.ts';
import type { Visit } from './room-visit.ts';
import { RoomWatch } from './room-watch.ts';
import { mailWrite, type RoomScope } from './room-writes.ts';
import { hostSeatOf, Roster } from './roster.ts';
import { requireSealAndOpen, sealedWay } from './sealing.ts';
import { StandingOfferKeeper } from '../link/standing-offer.ts';
import { Tenure } from './tenure.ts';
import { rememberVisit, type VisitMemory } from './visit-memory.ts';
import { WatchKeeper } from './watch-keeper.ts';

export type SeatingEvents = {
  readonly onRoster: () => void;
  readonly onHost: (host: string, previous: string) => void;
  readonly onLink: (link: Link) => void;
  /** Somebody who stands above this visit asks it to. */
  readonly onMuteRequest: (peerId: string, what: MediaPresence) => void;
  readonly onRole: (role: Role, previous: Role) => void;
  /** The visit cannot go on. */
  readonly onOver: (reason: LeaveReason) => void;
  readonly report: (error: SignalingError) => void;
};

/** The workings of a visit: what is listened to, prepared, written and taken away again. */
export class Seating {
  readonly roster: Roster;
  readonly mesh: Mesh;
  readonly #visit: Visit;
  readonly #events: SeatingEvents;
  readonly #documents: RoomDocuments;
  readonly #seat: OwnSeat;
  readonly #standing: StandingOfferKeeper;
  readonly #tenure: Tenure;
  readonly #entry: Entry;
  readonly #lobby: Lobby;
  readonly #departure: Departure;
  readonly #watch: RoomWatch;
  readonly #extraWatches: WatchKeeper;
  #room: Room | undefined;
  #cancelTaking = new AbortController();
  #memory: VisitMemory | undefined;
  /** Settles when the visitor waits for the answer to a knock. */
  readonly #knocking = deferred<undefined>();
  /** Settles when there is an admission, or none. */
  #admitted: Promise<unknown> = Promise.resolve();
  /** The join is through. */
  #isSeated = false;
  #isLeaving = false;
  #isClosed = false;

  constructor(visit: Visit, events: SeatingEvents) {
    const { clock, connect, ledger, media, peerId, roomId } = visit;
    const { report } = events;
    this.#visit = visit;
    this.#events = events;
    const documents = new RoomDocuments({
      transport: sealedWay(visit, report),
      clock,
      roomId,
      ledger,
      report,
    });
    this.#documents = documents;
    this.roster = new Roster(peerId);
    this.#seat = new OwnSeat(clock, this.roster, peerId);
    this.#standing = new StandingOfferKeeper({ clock, connect });
    this.mesh = new Mesh({
      clock,
      selfId: peerId,
      media,
      roster: this.roster,
      standing: this.#standing,
      connect,
      deliver: (mail) => this.#deliver(mail),
      onLink: events.onLink,
      onMuteRequest: (peerId, what) => {
        if (this.#isAbove(peerId)) events.onMuteRequest(peerId, what);
      },
      onChange: () => this.#tenure.adjust(),
      report,
    });
    this.#tenure = new Tenure({
      visit,
      documents,
      roster: this.roster,
      mesh: this.mesh,
      standing: this.#standing,
      room: () => this.#room,
      wantsOffer: () => visit.standingOffers && this.#hasFreeSeat(),
      onRefused: () => void this.#checkSeat(),
      onRoster: events.onRoster,
      report,
    });
    this.#entry = new Entry({
      visit,
      documents,
      roster: this.roster,
      room: () => this.#room,
      onRole: (role, previous) => this.#roleChanged(role, previous),
      onKnock: () => this.#knocking.resolve(undefined),
    });
    this.#lobby = new Lobby({
      visit,
      documents,
      roster: this.roster,
      mesh: this.mesh,
      entry: this.#entry,
      onLost: () => events.onOver('kicked'),
      report,
    });
    this.#departure = new Departure({
      visit,
      documents,
      seat: this.#seat,
      roster: this.roster,
      mesh: this.mesh,
      entry: this.#entry,
      isSeated: () => this.#isSeated,
    });
    this.#watch = new RoomWatch({
      clock,
      documents,
      peerId,
      onRoom: (room) => this.#roomChanged(room),
      onSeats: (seats) => this.#seatsChanged(seats),
      onMail: (mail) => this.mesh.mailChanged(mail),
      onSeatsDenied: () => void this.#checkAdmission(),
      report,
    });
    this.#extraWatches = new WatchKeeper(clock, report);
  }

  get room(): Room | undefined {
    return this.#room;
  }

  /** @throws what {@link HostKeeper.claim} throws */
  claimHost(): Promise<void> {
    return this.#tenure.host.claim();
  }

  get rosterEntries(): readonly RosterEntry[] {
    const isLinked = (peer: string): boolean => this.mesh.links.get(peer)?.state === 'connected';
    return this.roster.entries({ host: this.#room?.host, isLinked });
  }

  get role(): Role {
    return this.#seat.shown?.role ?? this.#entry.role;
  }

  /** Settles when the visitor has to wait for somebody to open, which takes as long as it takes. */
  get knocking(): Promise<unknown> {
    return this.#knocking.promise;
  }

  /** Settles when that is over, or was not needed. */
  get admitted(): Promise<unknown> {
    return this.#admitted;
  }

  /** Everything that `join()` will need, as far as it can overlap. Where only the admitted see the roster, they wait for it. */
  async enterLobby(): Promise<void> {
    const isPublic = isRosterPublic(this.#visit.roomId);
    const first = this.#watch.start(isPublic);
    const room = first.room.then(() => requireSealAndOpen(this.#room, this.#visit.seal));
    const admitted = this.#entry.enter(room).catch((error: unknown) => {
      throw this.#reasonOf(error);
    });
    this.#admitted = admitted.catch(() => undefined);
    const prepared = isPublic ? this.#tenure.prepareOffer() : admitted.then(() => this.#prepareIfOpen());
    const seats = isPublic ? first.seats : admitted.then(() => this.#watchSeats());
    prepared.catch(() => undefined);
    await Promise.all([room, admitted, seats, first.mail]);
    if (this.#isOver) throw new SignalingError('signaling/aborted');
    await Promise.all([this.#lobby.enter(), prepared]);
  }

  /** A join came to nothing: everything is prepared anew. */
  backToLobby(): void {
    if (this.#isClosed) return;
    this.mesh.refused();
    void this.#tenure.prepareOffer();
    void this.#lobby.enter();
    void this.#seat.settled.then(() => this.#clearGhost());
  }

  /** Takes a seat. Aborted, it gives the seat back if it gets one after all. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    // The remains of an earlier, aborted join are cleared away first.
    while (this.#seat.isBusy) await this.#seat.settled;
    const cancel = new AbortController();
    this.#cancelTaking = cancel;
    signal?.addEventListener('abort', () => cancel.abort(), { once: true, signal: cancel.signal });
    if (signal?.aborted === true || this.#isLeaving) cancel.abort();
    const taking = this.#take(cancel.signal);
    this.#seat.occupy(
      taking.then(async ({ seat, carried }) => {
        this.#seat.number = seat;
        if (cancel.signal.aborted) this.mesh.wrote(carried.keys());
        // Leaving takes it along, unless that is over already.
        if (cancel.signal.aborted && (!this.#isLeaving || this.#isClosed)) await this.#departure.giveBack();
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
    this.#seat.release();
    this.#lobby.leave();
    this.#tenure.stop();
    this.mesh.sayBye();
    // What is under way may still get an admission or a seat, which then are among the belongings.
    await this.#departure.ready();
    this.#watch.stop();
    const isHeard = await this.#departure.leave();
    if (isHeard && !this.#seat.isBusy) this.#memory?.forget();
  }

  leaveAtUnload(): void {
    this.mesh.sayBye();
    try {
      this.#departure.atUnload();
    } catch (error) {
      this.#events.report(signalingError(error));
    }
  }

  async refreshMedia(): Promise<void> {
    await Promise.all([this.mesh.refreshMedia(), this.#standing.refreshMedia()]);
  }

  /** What whoever runs the room works with. */
  get moderation(): ModerationContext {
    const { roomId, uid, transport } = this.#visit;
    return {
      documents: this.#documents,
      roomId,
      roster: this.roster,
      room: () => this.#room,
      desk: () => ({ ...this.#scope(), by: uid }),
      serverNow: () => transport.serverNow(),
      watchKnocks: (listener) =>
        this.#keepWatching((error) => this.#documents.watchKnocks({ next: listener, error })),
      requestMute: (peerId, what) => this.mesh.links.get(peerId)?.requestMute(what) === true,
    };
  }

  watchAdmissions(listener: (admissions: ReadonlyMap<string, Admission>) => void): () => void {
    return this.#keepWatching((error) => this.#documents.watchAdmissions({ next: listener, error }));
  }

  /** The page, the network or the backend is back: what waits for a retry is tried now. */
  hurry(): void {
    this.#tenure.hurry();
    this.mesh.hurry();
    this.#clearGhost();
    if (this.#isInLobby()) void this.#tenure.freshenOffer(STANDING_OFFER_MAX_AGE_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTaking.abort();
    this.#seat.release();
    this.#lobby.close();
    this.#entry.close();
    this.#watch.stop();
    this.#extraWatches.stopAll();
    this.#tenure.stop();
    this.mesh.close();
    this.#standing.close();
    this.#memory?.letGo();
  }

  #keepWatching(watch: (onError: (error: SignalingError) => void) => () => void): () => void {
    const name = crypto.randomUUID();
    this.#extraWatches.keep(name, watch);
    return () => this.#extraWatches.stop(name);
  }

  async #take(signal: AbortSignal): Promise<Joined> {
    const { transport, roomId, peerId } = this.#visit;
    if (this.#seat.mayBeHeld) await this.#departure.giveBack();
    if (this.#hasFreeSeat()) await this.#tenure.freshenOffer();
    throwIfAborted(signal);
    // Even before it is known that there is a seat: the tab may crash before the acknowledgement.
    this.#memory ??= rememberVisit(roomId, peerId);
    this.#seat.expect();
    return takeSeat({
      documents: this.#documents,
      scope: this.#scope(),
      self: this.#visit,
      capacity: this.#room?.capacity ?? 0,
      place: { hostSeat: hostSeatOf(this.#room ?? {}), isHost: this.#room?.host === this.#visit.uid },
      mesh: this.mesh,
      standing: this.#standing,
      roster: this.roster,
      beacons: () => this.#lobby.beacons,
      serverNow: () => transport.serverNow(),
      entry: this.#entry,
      echo: (deadlineMs) => this.#seat.echo(deadlineMs),
      onSent: () => {
        this.#lobby.leave();
        this.mesh.release();
      },
      signal,
    }).catch((error: unknown) => {
      throw this.#reasonOf(error);
    });
  }

  #seated({ carried, shownRev }: Joined): void {
    this.#isSeated = true;
    this.#tenure.start(shownRev);
    this.mesh.seated(carried);
  }

  /** Gives a seat back that we have without having wanted it any more. */
  #clearGhost(): void {
    if (this.#isInLobby() && this.#seat.mayBeHeld) this.#seat.occupy(this.#departure.giveBack());
  }

  get #isOver(): boolean {
    return this.#isLeaving || this.#isClosed;
  }

  async #prepareIfOpen(): Promise<void> {
    if (!this.#isOver) await this.#tenure.prepareOffer();
  }

  async #watchSeats(): Promise<void> {
    if (!this.#isOver) await this.#watch.watchSeats();
  }

  #isInLobby(): boolean {
    return !this.#isSeated && !this.#seat.isBusy && !this.#isOver;
  }

  #roomChanged(room: Room | undefined): void {
    const previous = this.#room;
    this.#room = room ?? previous;
    if (previous === undefined) return;
    if (room === undefined || room.endedAt !== undefined) {
      this.#events.onOver('room-ended');
      return;
    }
    this.#tenure.adjust();
    if (room.host !== previous.host) this.#events.onHost(room.host, previous.host);
  }

  #seatsChanged(seats: ReadonlyMap<number, Seat>): void {
    const before = this.#seat.shown;
    this.roster.update(seats);
    const kicked = new Set([...this.roster.tombstones.values()].map(({ peer }) => peer));
    if (kicked.has(this.#visit.peerId)) {
      this.#seatLost('kicked');
      return;
    }
    this.mesh.expel(kicked);
    const isShown = this.roster.seatOf(this.#visit.peerId) !== undefined;
    this.#seat.rosterChanged();
    // A roster from before the join may still come after its acknowledgement.
    if (this.#isSeated && before !== undefined && !isShown) {
      this.#seatLost('seat-lost');
      return;
    }
    if (this.#seat.shown !== undefined) this.#entry.roleShown(this.#seat.shown.role);
    this.#lobby.rosterChanged();
    this.mesh.rosterChanged();
    this.#tenure.adjust();
    // A mark is never taken away, but replaced by the next.
    const lostAt = this.#seat.shown?.lostAt?.epochMs;
    if (lostAt !== undefined && lostAt !== before?.lostAt?.epochMs) this.#tenure.prove();
    this.#clearGhost();
    this.#events.onRoster();
  }

  /** What is left without the seat is taken along. */
  #seatLost(reason: 'seat-lost' | 'kicked'): void {
    const takeRest = this.#departure.afterLoss();
    const isEnded = this.#room?.endedAt !== undefined;
    this.#events.onOver(isEnded ? 'room-ended' : reason);
    if (!isEnded) takeRest();
  }

  /** Whether somebody might still come. The roster may be from before the join. */
  #hasFreeSeat(): boolean {
    const own = this.roster.seatOf(this.#visit.peerId) === undefined ? 1 : 0;
    return this.roster.seats.size + own < (this.#room?.capacity ?? 0);
  }

  /** A renewal was refused: the room is over, the seat is gone, or it was a passing fault. */
  async #checkSeat(): Promise<void> {
    if (isOver(this.#room, this.#visit.transport.serverNow())) {
      this.#events.onOver('room-ended');
      return;
    }
    try {
      const seats = await this.#documents.readSeats();
      const isHeld = [...seats.values()].some(({ peer }) => peer === this.#visit.peerId);
      if (!isHeld && !this.#isClosed) this.#seatLost('seat-lost');
    } catch (error) {
      if (isDenied(error)) await this.#checkAdmission();
      else this.#events.report(SignalingError.from(error));
    }
  }

  /** The roster is not for this user any more: somebody has taken the admission away, or it was a passing fault. */
  async #checkAdmission(): Promise<void> {
    if (this.#isInLobby()) await this.#lobby.recover();
    if (!this.#isSeated) return;
    try {
      const isGone = (await this.#entry.read()) === undefined;
      if (isGone && !this.#isOver) this.#seatLost('kicked');
    } catch (error) {
      this.#events.report(SignalingError.from(error));
    }
  }

  /** A viewer sends nothing, whatever the application has given it to send. */
  #roleChanged(role: Role, previous: Role): void {
    this.#visit.media.withhold(role === 'viewer');
    this.refreshMedia().catch((error: unknown) => this.#events.report(signalingError(error)));
    this.#events.onRole(role, previous);
  }

  async #deliver(mail: ReadonlyMap<string, SignalState>): Promise<void> {
    const seat = this.#seat.number;
    if (seat === undefined) throw new SignalingError('signaling/invalid-state');
    const own = { from: this.#visit.peerId, seat };
    const writes = [...mail].map(([to, state]) => mailWrite(this.#scope(), { ...own, to, state }));
    await this.#documents.commit(writes);
  }

  /** The host stands above all, and moderators above speakers and viewers. */
  #isAbove(peerId: string): boolean {
    const host = this.#room?.host;
    const seat = this.roster.seatOf(peerId);
    if (seat === undefined || host === this.#visit.uid) return false;
    const isModerator = this.roster.seats.get(seat)?.role === 'moderator';
    return uidOf(peerId) === host || (isModerator && this.#seat.shown?.role !== 'moderator');
  }

  #reasonOf(error: unknown): SignalingError {
    return reasonOf(error, this.#room, this.#visit.transport.serverNow());
  }

  #scope(): RoomScope {
    if (this.#room === undefined) throw new SignalingError('signaling/invalid-state');
    return { roomId: this.#visit.roomId, expiresAt: this.#room.expiresAt };
  }
}
