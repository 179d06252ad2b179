import { BeaconKeeper } from './beacon.ts';
import {
  LEAVE_DEADLINE_MS,
  STANDING_OFFER_MAX_AGE_CHROMIUM_MS,
  STANDING_OFFER_MAX_AGE_MS,
} from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import type { LeaveReason } from '../events.ts';
import { farewell, sayFarewell, type Belongings } from './farewell.ts';
import { takeSeat, type Joined } from './join.ts';
import { deferred, withDeadline } from '../lib/settle.ts';
import type { Link } from '../link/link.ts';
import { Lobby } from './lobby.ts';
import { Mesh } from './mesh.ts';
import { RoomDocuments, signalingError, type Admission, type Room, type Seat } from './room-documents.ts';
import type { Visit } from './room-visit.ts';
import { RoomWatch } from './room-watch.ts';
import { mailWrite, type RoomScope } from './room-writes.ts';
import { Roster } from './roster.ts';
import { StandingOfferKeeper } from '../link/standing-offer.ts';
import { rememberVisit } from './visit-memory.ts';
import { WatchKeeper } from './watch-keeper.ts';

export type SeatingEvents = {
  readonly onRoster: () => void;
  readonly onLink: (link: Link) => void;
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
  readonly #standing: StandingOfferKeeper;
  readonly #beacon: BeaconKeeper;
  readonly #lobby: Lobby;
  readonly #watch: RoomWatch;
  readonly #extraWatches: WatchKeeper;
  /** Settles when the roster shows this peer. */
  #echo = deferred<undefined>();
  #room: Room | undefined;
  #seat: number | undefined;
  #taking: Promise<unknown> = Promise.resolve();
  #cancelTaking = new AbortController();
  #forget: () => void = () => undefined;
  /** The join is through. */
  #isSeated = false;
  #isLeaving = false;
  #isClosed = false;

  constructor(visit: Visit, events: SeatingEvents) {
    const { clock, connect, ledger, media, peerId, roomId, transport } = visit;
    const { report } = events;
    this.#visit = visit;
    this.#events = events;
    const documents = new RoomDocuments({ transport, clock, roomId, ledger, report });
    this.#documents = documents;
    this.roster = new Roster(peerId);
    this.#standing = new StandingOfferKeeper({ clock, connect });
    this.mesh = new Mesh({
      clock,
      selfId: peerId,
      media,
      roster: this.roster,
      standing: this.#standing,
      connect,
      deliver: (to, state) => this.#deliver(to, state),
      onLink: events.onLink,
      onChange: () => this.#beacon.adjust(),
      report,
    });
    this.#beacon = new BeaconKeeper({
      clock,
      documents,
      roomId,
      peerId,
      standing: this.#standing,
      offerMaxAgeMs: keepsBindings() ? STANDING_OFFER_MAX_AGE_CHROMIUM_MS : STANDING_OFFER_MAX_AGE_MS,
      isFullyLinked: () => this.mesh.isFullyLinked,
      wantsOffer: () => visit.standingOffers && this.#hasFreeSeat(),
      onRefused: () => void this.#checkSeat(),
      report,
    });
    this.#lobby = new Lobby({ visit, documents, mesh: this.mesh, report });
    this.#watch = new RoomWatch({
      clock,
      documents,
      peerId,
      onRoom: (room) => this.#roomChanged(room),
      onSeats: (seats) => this.#seatsChanged(seats),
      onMail: (mail) => this.mesh.mailChanged(mail),
      report,
    });
    this.#extraWatches = new WatchKeeper(clock, report);
  }

  get room(): Room | undefined {
    return this.#room;
  }

  /** Everything that `join()` will need, as far as it can overlap. */
  async enterLobby(): Promise<void> {
    const first = this.#watch.start();
    const room = first.room.then(() => this.#checkOpen());
    const admitted = this.#lobby.admit().catch(async (error: unknown) => {
      // What is refused waits for the room, which tells best why.
      if (SignalingError.from(error).code === 'signaling/permission-denied') await room;
      throw this.#reasonOf(error);
    });
    const prepared = this.#prepareOffer();
    await Promise.all([room, admitted, first.seats, first.mail]);
    await Promise.all([this.#lobby.enter(), prepared]);
  }

  /** A join came to nothing: everything is prepared anew. */
  backToLobby(): void {
    if (this.#isClosed) return;
    this.mesh.refused();
    void this.#prepareOffer();
    void this.#lobby.enter();
  }

  /** Takes a seat. Aborted, it gives the seat back if it gets one after all. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    // The remains of an earlier, aborted join are cleared away first.
    await this.#taking;
    this.#lobby.leave();
    const cancel = new AbortController();
    this.#cancelTaking = cancel;
    signal?.addEventListener('abort', () => cancel.abort(), { once: true, signal: cancel.signal });
    if (signal?.aborted === true || this.#isLeaving) cancel.abort();
    const taking = this.#take(cancel.signal);
    this.#taking = taking.then(
      async ({ seat, carried }) => {
        this.#seat = seat;
        if (cancel.signal.aborted) this.mesh.wrote(carried.keys());
        if (cancel.signal.aborted && !this.#isLeaving) await this.#giveBack();
      },
      () => undefined,
    );
    const joined = await taking;
    if (cancel.signal.aborted || this.#isClosed) throw new SignalingError('signaling/aborted');
    // Ends the listening to the caller's signal.
    cancel.abort();
    this.#seated(joined);
  }

  /** Never throws. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#cancelTaking.abort();
    this.#lobby.leave();
    this.#beacon.stop();
    this.mesh.sayBye();
    // What is under way may still get an admission or a seat, which then are among the belongings.
    const underWay = Promise.all([this.#lobby.settled, this.#taking]);
    await withDeadline(underWay, this.#visit.clock, LEAVE_DEADLINE_MS).catch(() => undefined);
    const belongings = this.#belongings();
    this.#watch.stop();
    await sayFarewell(this.#documents, belongings);
  }

  leaveAtUnload(): void {
    this.mesh.sayBye();
    try {
      this.#documents.commitAtUnload(farewell(this.#belongings()));
    } catch (error) {
      this.#events.report(signalingError(error));
    }
  }

  async refreshMedia(): Promise<void> {
    await Promise.all([this.mesh.refreshMedia(), this.#standing.refreshMedia()]);
  }

  watchAdmissions(listener: (admissions: ReadonlyMap<string, Admission>) => void): () => void {
    const name = crypto.randomUUID();
    this.#extraWatches.keep(name, (error) => this.#documents.watchAdmissions({ next: listener, error }));
    return () => this.#extraWatches.stop(name);
  }

  /** The page, the network or the backend is back: what waits for a retry is tried now. */
  hurry(): void {
    this.#beacon.hurry();
    this.mesh.hurry();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTaking.abort();
    this.#lobby.leave();
    this.#watch.stop();
    this.#extraWatches.stopAll();
    this.#beacon.stop();
    this.mesh.close();
    this.#standing.close();
    this.#forget();
  }

  #take(signal: AbortSignal | undefined): Promise<Joined> {
    const { clock, transport } = this.#visit;
    this.#echo = deferred();
    return takeSeat({
      documents: this.#documents,
      scope: this.#scope(),
      self: this.#visit,
      capacity: this.#room?.capacity ?? 0,
      mesh: this.mesh,
      standing: this.#standing,
      seats: () => this.roster.seats,
      beacons: () => this.#lobby.beacons,
      serverNow: () => transport.serverNow(),
      echo: (deadlineMs) => withDeadline(this.#echo.promise, clock, deadlineMs).catch(() => undefined),
      signal,
    }).catch((error: unknown) => {
      throw this.#reasonOf(error);
    });
  }

  #seated({ carried, shownRev }: Joined): void {
    this.#isSeated = true;
    this.#forget = rememberVisit(this.#visit.roomId, this.#visit.peerId);
    this.#beacon.start(shownRev);
    this.mesh.seated(carried);
  }

  async #giveBack(): Promise<void> {
    await sayFarewell(this.#documents, { ...this.#belongings(), keepsAdmission: true });
    this.#seat = undefined;
  }

  async #prepareOffer(): Promise<void> {
    if (!this.#visit.standingOffers) return;
    try {
      await this.#standing.prepare();
    } catch (error) {
      // Joiners go the longer way; the visit itself is not harmed.
      this.#events.report(SignalingError.from(error));
    }
  }

  #roomChanged(room: Room | undefined): void {
    const isKnown = this.#room !== undefined;
    this.#room = room ?? this.#room;
    if (isKnown && (room === undefined || room.endedAt !== undefined)) this.#events.onOver('room-ended');
  }

  #seatsChanged(seats: ReadonlyMap<number, Seat>): void {
    const wasLost = this.#isMarkedLost();
    const wasShown = this.roster.seatOf(this.#visit.peerId) !== undefined;
    this.roster.update(seats);
    const seat = this.roster.seatOf(this.#visit.peerId);
    if (seat !== undefined) this.#echo.resolve(undefined);
    // A roster from before the join may still come after its acknowledgement.
    if (this.#isSeated && wasShown && seat === undefined) {
      this.#events.onOver(this.#room?.endedAt === undefined ? 'seat-lost' : 'room-ended');
      return;
    }
    this.#lobby.rosterChanged();
    this.mesh.rosterChanged();
    this.#beacon.adjust();
    // A neighbour takes us for dead: a renewal proves that we are not.
    if (this.#isMarkedLost() && !wasLost) void this.#beacon.renew();
    this.#events.onRoster();
  }

  /** Whether somebody might still come. The roster may be from before the join. */
  #hasFreeSeat(): boolean {
    const own = this.roster.seatOf(this.#visit.peerId) === undefined ? 1 : 0;
    return this.roster.seats.size + own < (this.#room?.capacity ?? 0);
  }

  #isMarkedLost(): boolean {
    return this.#seat !== undefined && this.roster.seats.get(this.#seat)?.lostAt !== undefined;
  }

  /** A renewal was refused: the room is over, the seat is gone, or it was a passing fault. */
  async #checkSeat(): Promise<void> {
    if (this.#isOver()) {
      this.#events.onOver('room-ended');
      return;
    }
    try {
      const seats = await this.#documents.readSeats();
      const isHeld = [...seats.values()].some(({ peer }) => peer === this.#visit.peerId);
      if (!isHeld && !this.#isClosed) this.#events.onOver('seat-lost');
    } catch (error) {
      this.#events.report(SignalingError.from(error));
    }
  }

  async #deliver(to: string, state: Parameters<typeof mailWrite>[1]['state']): Promise<void> {
    const seat = this.#seat;
    if (seat === undefined) throw new SignalingError('signaling/invalid-state');
    await this.#documents.commit([mailWrite(this.#scope(), { to, from: this.#visit.peerId, seat, state })]);
  }

  #checkOpen(): void {
    if (this.#room === undefined) throw new SignalingError('signaling/room-not-found');
    if (this.#room.endedAt !== undefined) throw new SignalingError('signaling/room-ended');
  }

  /** A refusal in the words of what is known about the room. */
  #reasonOf(error: unknown): SignalingError {
    const failure = SignalingError.from(error);
    if (failure.code !== 'signaling/permission-denied' || !this.#isOver()) return failure;
    return new SignalingError('signaling/room-ended', undefined, { cause: failure });
  }

  /** As far as this client can tell: asked only where the rules have refused already. */
  #isOver(): boolean {
    if (this.#room === undefined) return false;
    return (
      this.#room.endedAt !== undefined || this.#room.expiresAt.epochMs <= this.#visit.transport.serverNow()
    );
  }

  #scope(): RoomScope {
    if (this.#room === undefined) throw new SignalingError('signaling/invalid-state');
    return { roomId: this.#visit.roomId, expiresAt: this.#room.expiresAt };
  }

  #belongings(): Belongings {
    const { roomId, uid, peerId } = this.#visit;
    const seat = this.#seat ?? this.roster.seatOf(peerId);
    const { mailFrom, writtenTo } = this.mesh;
    return { roomId, uid, peerId, seat, mailFrom, writtenTo, keepsAdmission: !this.#lobby.mayBeAdmitted };
  }
}

/** Chromium refreshes the NAT bindings of a waiting connection, except on phones, where networks are costly. */
function keepsBindings(): boolean {
  const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;
  return agent.includes('Chrome/') && !/Mobile|Android/.test(agent);
}
