import type { AccessMode, Role } from '@firesignal/protocol';
import type { SignalingError } from './errors.ts';
import type { Link } from './link/link.ts';

/** Where a visit to a room stands. `left` is final: to come back, open the room again. */
export type RoomState = 'lobby' | 'joining' | 'joined' | 'leaving' | 'left';

/** Why a visit ended. */
export type LeaveReason =
  /** `leave()` was called. */
  | 'left'
  /** The page was hidden for good or put into the back/forward cache. */
  | 'page-hidden'
  /** The room was ended by its creator. */
  | 'room-ended'
  /** Another visit took the seat. */
  | 'seat-lost'
  /** A host or moderator has thrown this user out. */
  | 'kicked';

/** Somebody who holds a seat. */
export type RosterEntry = {
  readonly peerId: string;
  readonly name: string;
  readonly role: Role;
  readonly seat: number;
  readonly joinedAt: Date;
  /** Whether a neighbour has marked the seat lost, and this client has no link to its holder either. */
  readonly lost: boolean;
  /** Whether its user runs the room. */
  readonly isHost: boolean;
  readonly isSelf: boolean;
};

/** Somebody with an admission: in the lobby, or seated. */
export type LobbyVisitor = { readonly uid: string; readonly name: string; readonly isSelf: boolean };

export type RoomEvents = {
  /** The visit changed its state. `reason` comes with `left`. */
  state: { readonly state: RoomState; readonly previous: RoomState; readonly reason?: LeaveReason };
  /** Somebody took or left a seat, or was marked lost. */
  roster: { readonly roster: readonly RosterEntry[] };
  /** Somebody else runs the room now: `host` is a uid. */
  'host-changed': { readonly host: string; readonly previous: string; readonly isSelf: boolean };
  /** The room has been locked or unlocked, or lets visitors in another way, or has another number of seats. */
  door: { readonly access: AccessMode; readonly isLocked: boolean; readonly capacity: number };
  /** A host or moderator has given this visit another role, or the admission has another one than was asked for. */
  'role-changed': { readonly role: Role; readonly previous: Role };
  /** A link to a peer has been made. Its own events tell how it goes on. */
  link: { readonly link: Link };
  /** A host or moderator, the peer `by`, asks to switch microphone or camera off: it is for the user to do it. */
  'mute-requested': { readonly by: string } & MediaPresence;
  /** The backend cannot be reached, or can be again. Open links are not affected. */
  backend: { readonly reachable: boolean };
  /** Something went wrong that the visit survives, such as a malformed document from a peer. */
  problem: { readonly error: SignalingError };
};

/**
 * `waiting`: the first description is still to come · `connecting`: descriptions are exchanged, ICE and DTLS run ·
 * `connected`: the data channel is open · `interrupted`: the connection broke and is being repaired · `failed`: repair was
 * given up · `closed`: the peer or this side has left.
 */
export type LinkState = 'waiting' | 'connecting' | 'connected' | 'interrupted' | 'failed' | 'closed';

/** The way a signal travelled. */
export type Route = 'beacon' | 'mailbox' | 'channel';

/** One description or candidate update, as it passed. Holds no addresses. */
export type SignalTrace = {
  /** Milliseconds since the epoch, by the local clock. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly route: Route;
  readonly parts: readonly ('offer' | 'answer' | 'candidates')[];
  readonly conn: number;
  readonly rev: number;
};

/** What the peer sends at present. An empty sender still looks like a track, so the peer says it. */
export type MediaPresence = { readonly audio: boolean; readonly video: boolean };

export type LinkEvents = {
  /** The link changed its state. `error` tells why it failed or closed. */
  state: { readonly state: LinkState; readonly previous: LinkState; readonly error?: SignalingError };
  /** The peer sent a message. */
  message: { readonly data: string | ArrayBuffer };
  /** The peer switched its camera or microphone on or off. */
  media: MediaPresence;
  /** `remoteStream` has got a track, or is another stream, since a new RTCPeerConnection took over. */
  stream: { readonly stream: MediaStream };
  /** A signal was sent or received. */
  signal: SignalTrace;
  /** The repair ladder took a step. */
  repair: { readonly rung: 0 | 2; readonly attempt: number; readonly conn: number };
};
