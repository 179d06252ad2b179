import type { AccessMode, MemberClaim, Role } from '@firesignal/protocol';
import type { Clock } from './lib/clock.ts';
import type { SignalTransport } from './transport/signal-transport.ts';

/** Makes the RTCPeerConnections of all links. The default is the platform's constructor. */
export type PeerConnectionFactory = (configuration: RTCConfiguration) => RTCPeerConnection;

/** What a peer sends: at most one audio and one video track at a time, each may come and go without renegotiation. */
export type LocalMedia = {
  readonly audio?: MediaStreamTrack | null;
  readonly video?: MediaStreamTrack | null;
};

export type ClientOptions = {
  /** The way to the backend, for instance `firestoreTransport({ app })`. */
  readonly transport: SignalTransport;
  /** STUN and TURN servers, relay-only policy and the like, for every link. `bundlePolicy` is always `max-bundle`. */
  readonly rtcConfiguration?: RTCConfiguration;
  /** Short for `rtcConfiguration: { iceServers }`. */
  readonly iceServers?: RTCIceServer[];
  /** @defaultValue `(configuration) => new RTCPeerConnection(configuration)` */
  readonly createPeerConnection?: PeerConnectionFactory;
  /** @internal The time that simulations put in the place of the system's. */
  readonly clock?: Clock;
};

export type CreateRoomOptions = {
  /** Number of seats, 2 to 16. @defaultValue 6 */
  readonly capacity?: number;
  /** Time until the room ends by itself, in seconds: a minute to a week. @defaultValue 86 400 (a day) */
  readonly lifetimeSeconds?: number;
  /**
   * Whether names and signals are sealed from client to client: by a key for the link, which `client.keyOf(roomId)` gives, or
   * by the password with which the room is opened. @defaultValue false
   */
  readonly sealed?: boolean | 'password';
  /**
   * How visitors get in: whoever has the link, with an invite, with a password, when somebody opens, or as members. The creator
   * always gets in. In rooms that begin as open ones everybody with the link can read who is there. @defaultValue `'open'`
   */
  readonly access?: AccessMode;
  /** With `access: 'password'`: 1 to 256 characters. The database has nothing that it could be read from, only guessed. */
  readonly password?: string;
  /** With `access: 'members'`: up to 100 users to begin with, and what they may do. */
  readonly members?: readonly { readonly uid: string; readonly role: Role }[];
  /** With `access: 'members'`: users whose id token has this claim, with this value or in a list that has it, get in, too. */
  readonly memberClaim?: MemberClaim;
  /** Whether nobody gets in but who is let in by name. @defaultValue false */
  readonly locked?: boolean;
  readonly signal?: AbortSignal;
};

export type OpenRoomOptions = {
  /** The key of a sealed room, where the link does not have it. */
  readonly key?: string;
  /** For a room with a password, or that is sealed by one: 1 to 256 characters. A key seals instead, if there is one. */
  readonly password?: string;
  /** The token of an invite, where the link does not have it. */
  readonly invite?: string;
  /**
   * Whether to knock and wait until somebody opens.
   *
   * @defaultValue true in rooms where visitors knock, false where a room is only locked
   */
  readonly knock?: boolean;
  /** The knock has been heard: from now on it takes as long as it takes. `signal` ends the waiting. */
  readonly onKnock?: () => void;
  /** What to get in as, where the door does not say it. A viewer sends no audio and video. @defaultValue `'speaker'` */
  readonly role?: 'speaker' | 'viewer';
  /** Name shown to the others, at most 64 characters. @defaultValue `''` */
  readonly name?: string;
  /** The tracks to send from the start. Later ones are set by `room.setMedia()`. */
  readonly media?: LocalMedia;
  /**
   * Whether to keep an offer ready for whoever joins next, which saves the joiner a hop. It holds one waiting
   * RTCPeerConnection, and with relay-only policies a TURN allocation. @defaultValue true
   */
  readonly standingOffers?: boolean;
  /** Whether to become the host when the host has left and it is our turn. @defaultValue true */
  readonly claimHost?: boolean;
  /** Whether to leave by a keepalive request when the page goes away. @defaultValue true, where there is a page */
  readonly leaveOnPageHide?: boolean;
  readonly signal?: AbortSignal;
};
