import type { LeaveReason, MediaPresence, Room, RosterEntry, SignalingError } from 'firesignal';
import type { PeerView } from './peer-view.ts';

/** An open room as the pages show it. */
export type Visit = {
  readonly room: Room;
  readonly roster: readonly RosterEntry[];
  readonly backendReachable: boolean;
  /** What a host or moderator has asked for, until it is answered. */
  readonly muteRequest: MuteRequest | undefined;
};

/** Somebody who runs the room asks to switch microphone or camera off. */
export type MuteRequest = MediaPresence & { readonly name: string };

/** What goes on in the lobby. */
export type LobbyActivity =
  | { readonly kind: 'waiting' }
  /** The room is opened anew, under another name. */
  | { readonly kind: 'renaming' }
  | { readonly kind: 'joining' }
  /** The last attempt to join failed. Another may succeed. */
  | { readonly kind: 'refused'; readonly error: SignalingError };

/** The room is locked, or somebody has to open the door: one can knock. */
export type DoorState = { readonly page: 'door'; readonly error: SignalingError };

/** Where a visitor stands: each page, with what it shows. */
export type SessionState =
  | { readonly page: 'opening' }
  /** The room has a password. With an error, the last one was not it. */
  | { readonly page: 'password'; readonly error: SignalingError | undefined }
  | DoorState
  | { readonly page: 'knocking' }
  | { readonly page: 'lobby'; readonly visit: Visit; readonly activity: LobbyActivity }
  | { readonly page: 'call'; readonly visit: Visit; readonly peers: readonly PeerView[] }
  | { readonly page: 'left'; readonly reason: LeaveReason }
  | { readonly page: 'failed'; readonly error: SignalingError };
