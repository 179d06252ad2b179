import type { Role, SignalState } from '@firesignal/protocol';
import type { SignalingError } from '../errors.ts';
import type { LeaveReason, MediaPresence } from '../events.ts';
import type { Link } from '../link/link.ts';
import { StandingOfferKeeper } from '../link/standing-offer.ts';
import { Departure } from './departure.ts';
import { Entry } from './entry.ts';
import { Lobby } from './lobby.ts';
import { Mesh } from './mesh.ts';
import { Opening } from './opening.ts';
import { OwnSeat } from './own-seat.ts';
import { RoomDesk } from './room-desk.ts';
import { RoomDocuments, type Room, type Seat } from './room-documents.ts';
import type { Visit } from './room-visit.ts';
import { RoomWatch } from './room-watch.ts';
import { Roster } from './roster.ts';
import { sealedWay } from './sealing.ts';
import { SeatCheck } from './seat-check.ts';
import { Tenure } from './tenure.ts';

export type SeatingEvents = {
  readonly onRoster: () => void;
  /** How visitors get in has changed, or how many. */
  readonly onDoor: () => void;
  readonly onHost: (host: string, previous: string) => void;
  readonly onLink: (link: Link) => void;
  /** Somebody who stands above this visit asks it to. */
  readonly onMuteRequest: (peerId: string, what: MediaPresence) => void;
  readonly onRole: (role: Role, previous: Role) => void;
  /** The visit cannot go on. */
  readonly onOver: (reason: LeaveReason) => void;
  readonly report: (error: SignalingError) => void;
};

/** Where a visit stands: `over` also while it is leaving, `between` while a seat is being taken or given back. */
export type Phase = 'lobby' | 'between' | 'seated' | 'over';

/** What the parts ask of the whole, and tell it. */
export type Whole = {
  readonly room: () => Room | undefined;
  readonly phase: () => Phase;
  /** Whether the join is through. */
  readonly isSeated: () => boolean;
  /** Whether somebody might still come. */
  readonly hasFreeSeat: () => boolean;
  readonly onRoom: (room: Room | undefined) => void;
  readonly onSeats: (seats: ReadonlyMap<number, Seat>) => void;
  readonly onRole: (role: Role, previous: Role) => void;
  readonly deliver: (mail: ReadonlyMap<string, SignalState>) => Promise<void>;
  readonly reasonOf: (error: unknown) => SignalingError;
};

/** The parts of a visit, put together. */
export class SeatingParts {
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly seat: OwnSeat;
  readonly standing: StandingOfferKeeper;
  readonly mesh: Mesh;
  readonly tenure: Tenure;
  readonly entry: Entry;
  readonly lobby: Lobby;
  readonly departure: Departure;
  readonly watch: RoomWatch;
  readonly check: SeatCheck;
  readonly opening: Opening;
  readonly desk: RoomDesk;

  constructor(visit: Visit, events: SeatingEvents, whole: Whole) {
    const { clock, connect, ledger, media, peerId, roomId } = visit;
    const { report, onOver } = events;
    const { room, phase } = whole;
    const documents = new RoomDocuments({
      transport: sealedWay(visit, report),
      clock,
      roomId,
      ledger,
      report,
    });
    const roster = new Roster(peerId);
    const seat = new OwnSeat(clock, roster, peerId);
    const standing = new StandingOfferKeeper({ clock, connect });
    const mesh = new Mesh({
      ...{ clock, selfId: peerId, media, roster, standing, connect, report },
      deliver: whole.deliver,
      onLink: events.onLink,
      onMuteRequest: (from, what) => {
        if (this.desk.isAbove(from)) events.onMuteRequest(from, what);
      },
      onChange: () => this.tenure.adjust(),
    });
    const common = { visit, documents, roster, mesh, room, report };
    this.tenure = new Tenure({
      ...common,
      standing,
      wantsOffer: () => visit.standingOffers && whole.hasFreeSeat(),
      onRefused: () => void this.check.renewalRefused(),
      onRoster: events.onRoster,
    });
    const { onRole } = whole;
    const entry = new Entry({ ...common, onRole, onKnock: () => this.opening.knocks() });
    const lobby = new Lobby({ ...common, entry, onLost: () => onOver('kicked') });
    const departure = new Departure({ ...common, seat, entry, isSeated: whole.isSeated });
    const watch = new RoomWatch({
      ...{ clock, documents, peerId, report },
      onRoom: whole.onRoom,
      onSeats: whole.onSeats,
      onMail: (mail) => mesh.mailChanged(mail),
      onSeatsDenied: () => void this.check.rosterDenied(),
    });
    this.check = new SeatCheck({ ...common, entry, lobby, departure, phase, onOver });
    this.opening = new Opening({
      ...{ visit, watch, entry, room },
      prepareOffer: () => this.tenure.prepareOffer(),
      isOver: () => phase() === 'over',
      reasonOf: whole.reasonOf,
    });
    this.desk = new RoomDesk(common);
    this.documents = documents;
    this.roster = roster;
    this.seat = seat;
    this.standing = standing;
    this.mesh = mesh;
    this.entry = entry;
    this.lobby = lobby;
    this.departure = departure;
    this.watch = watch;
  }
}
