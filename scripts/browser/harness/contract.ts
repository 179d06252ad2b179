/**
 * What the harness page and the program that drives it agree on. The page runs the real SDK; everything that crosses the
 * bridge is plain data.
 */
import type {
  CreateRoomOptions,
  ErrorCode,
  LeaveReason,
  LedgerCounts,
  LinkState,
  MediaPresence,
  Moderation,
  OpenRoomOptions,
  Role,
  RoomState,
  SignalTrace,
} from 'firesignal';

/** Where the page finds the backend. */
export type Backend = {
  readonly projectId: string;
  /** Address of the Auth emulator: `http://host:port`. */
  readonly auth: string;
  readonly firestore: { readonly host: string; readonly port: number };
};

export type OpenOptions = {
  /** A link or a room id. */
  readonly room: string;
  readonly name?: string;
  /** Which tracks of the fake devices to send from the start; a thumbnail is a camera that keeps a machine less busy. */
  readonly media?: 'camera' | 'thumbnail' | 'none';
  readonly standingOffers?: boolean;
  /** Whether the page shows the videos that it gets. @defaultValue `true` */
  readonly showsVideo?: boolean;
} & Pick<OpenRoomOptions, 'invite' | 'password' | 'knock' | 'role'>;

export type NewRoom = Omit<CreateRoomOptions, 'signal'>;

/** What a page can do as host or moderator, with plain arguments and answers. */
export type ModerationCall = Exclude<keyof Moderation, 'watchKnocks'>;

type EventData =
  | { readonly kind: 'signed-in'; readonly uid: string }
  | { readonly kind: 'room-created'; readonly roomId: string }
  | { readonly kind: 'lobby'; readonly peerId: string }
  | { readonly kind: 'join-called' }
  | { readonly kind: 'joined' }
  | { readonly kind: 'leave-called' }
  | { readonly kind: 'left' }
  | { readonly kind: 'room-state'; readonly state: RoomState; readonly reason?: LeaveReason }
  | { readonly kind: 'roster'; readonly peers: readonly string[]; readonly lost: readonly string[] }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'host'; readonly host: string; readonly isSelf: boolean }
  | { readonly kind: 'door'; readonly isLocked: boolean }
  | ({ readonly kind: 'mute-request'; readonly by: string } & MediaPresence)
  /** This page's own knock has been heard. */
  | { readonly kind: 'knocked' }
  /** Who knocks at the door of this page's room. */
  | { readonly kind: 'knocks'; readonly uids: readonly string[]; readonly names: readonly string[] }
  | { readonly kind: 'link'; readonly peer: string }
  | {
      readonly kind: 'link-state';
      readonly peer: string;
      readonly state: LinkState;
      readonly conn: number;
      readonly error?: ErrorCode;
    }
  /** All candidates for a local description have been gathered, on whichever RTCPeerConnection. */
  | { readonly kind: 'gathered'; readonly description: 'offer' | 'answer' }
  /** ICE and DTLS are done, on whichever RTCPeerConnection. */
  | { readonly kind: 'ice-connected' }
  | { readonly kind: 'signal'; readonly peer: string; readonly trace: SignalTrace }
  | { readonly kind: 'repair'; readonly peer: string; readonly rung: number; readonly conn: number }
  | ({ readonly kind: 'media'; readonly peer: string } & MediaPresence)
  | { readonly kind: 'message'; readonly peer: string; readonly message: MessageDigest }
  | { readonly kind: 'first-frame'; readonly peer: string }
  | { readonly kind: 'remote-track'; readonly peer: string; readonly track: 'audio' | 'video' }
  | { readonly kind: 'backend'; readonly reachable: boolean }
  | { readonly kind: 'problem'; readonly code: ErrorCode };

/**
 * One thing that happened in the page. `at` is in milliseconds since the epoch with fractions, from `performance`, so that
 * the times of two pages on one machine compare. `index` counts from 0.
 */
export type HarnessEvent = EventData & { readonly at: number; readonly index: number };
export type HarnessEventData = EventData;
export type EventKind = HarnessEvent['kind'];
export type EventOf<K extends EventKind> = Extract<HarnessEvent, { readonly kind: K }>;

/** Some fields of an event; nested objects match by their own fields. */
export type EventPattern = { readonly kind: EventKind } & Readonly<Record<string, unknown>>;

/** Enough to prove that a message arrived whole, without sending it over the bridge again. */
export type MessageDigest = {
  readonly type: 'text' | 'binary';
  /** UTF-16 units of a text, bytes of a binary message. */
  readonly length: number;
  readonly checksum: number;
  /** The text itself, where it is short. */
  readonly text?: string;
};

export type LinkReport = {
  readonly peer: string;
  readonly seat: number;
  readonly state: LinkState;
  readonly conn: number;
  readonly remoteMedia: MediaPresence;
  readonly signals: readonly SignalTrace[];
  /** Frames decoded so far, by the page's own statistics: one entry for each incoming video stream. */
  readonly framesDecoded: readonly number[];
  readonly pair?: CandidatePair;
};

export type CandidatePair = { readonly local: string; readonly remote: string; readonly protocol: string };

/** What the SDK asked of its transport, whatever became of it. */
export type BackendRequest =
  | {
      readonly kind: 'commit';
      readonly writes: readonly {
        readonly kind: 'create' | 'set' | 'update' | 'delete';
        readonly path: string;
      }[];
    }
  /** A listener has got another state of a document or a collection. */
  | { readonly kind: 'snapshot'; readonly path: string };

/** What is alive in the page and was made by the SDK. */
export type Resources = {
  /** RTCPeerConnections made through the factory and not closed. */
  readonly connections: number;
  /** RTCPeerConnections made so far. */
  readonly connectionsMade: number;
  /** Firestore listeners. */
  readonly watches: number;
  /** `setTimeout` and `setInterval` still to fire, by the first line of the code that set them. */
  readonly timers: readonly string[];
  /** Event listeners on `window`, `document` and other lasting targets. */
  readonly listeners: readonly string[];
};

/** What the page offers. Every call answers with plain data or fails with a `SignalingError`'s code. */
export type HarnessDriver = {
  /** Makes the client. Signs nobody in yet. */
  connect(backend: Backend): void;
  signIn(): Promise<{ readonly uid: string }>;
  createRoom(options?: NewRoom): Promise<string>;
  /** The key of a sealed room that this page has made or opened. */
  keyOf(roomId: string): string | undefined;
  openRoom(options: OpenOptions): Promise<{ readonly peerId: string }>;
  join(): Promise<void>;
  leave(): Promise<void>;
  endRoom(roomId: string): Promise<void>;
  /** Calls `(await room.moderate())[method](...args)`. */
  moderate(method: ModerationCall, ...args: readonly unknown[]): Promise<unknown>;
  /** Reports by events who knocks, until the visit ends. */
  watchKnocks(): Promise<void>;
  /** Takes the custom claims of the account over into the id token. */
  refreshToken(): Promise<void>;
  close(): Promise<void>;
  /** Aborts the calls that are under way, through their AbortSignal. */
  abort(): void;

  send(peer: string, text: string): Promise<MessageDigest>;
  /** Sends bytes that the page makes up. */
  sendBytes(peer: string, length: number): Promise<MessageDigest>;
  broadcast(text: string): Promise<number>;
  /** Switches the fake camera and microphone on or off, on every link. */
  setCamera(on: boolean): Promise<void>;
  /** Shows the video of a link, where the page does not do so by itself. */
  showVideo(peer: string): void;
  /** Adds a moving canvas as one more video track to the link's RTCPeerConnection: the browser asks for renegotiation. */
  addCanvasTrack(peer: string): void;
  /** Closes the RTCPeerConnection under the link, behind the SDK's back. */
  closeConnection(peer: string): void;

  events(): readonly HarnessEvent[];
  /** The first event from `from` on that matches, as soon as there is one. */
  waitFor(pattern: EventPattern, from: number): Promise<HarnessEvent>;
  /** Waits until so many frames of each of so many incoming videos have been decoded. */
  waitForFrames(peer: string, frames: number, streams: number): Promise<readonly number[]>;
  link(peer: string): Promise<LinkReport>;
  links(): readonly string[];
  /** What the two people on a link would compare. */
  safetyCode(peer: string): Promise<string>;
  ledger(roomId: string): LedgerCounts;
  roomState(): RoomState | 'none';
  roster(): readonly string[];
  /** What this visit may do. */
  role(): Role;
  isHost(): boolean;
  resources(): Resources;
  /** Every commit and every delivery so far. */
  requests(): readonly BackendRequest[];
};

export type DriverAnswer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly name: string;
      readonly message: string;
      readonly code?: ErrorCode;
    };

declare global {
  interface Window {
    /** The driver, once the page has loaded. */
    firesignalHarness?: (method: string, args: readonly unknown[]) => Promise<DriverAnswer>;
  }
}
