import type { LeaveReason, Room, RosterEntry, SignalingError } from 'firesignal';
import type { PeerView } from './peer-view.ts';

/** An open room as the pages show it. */
export type Visit = {
  readonly room: Room;
  readonly roster: readonly RosterEntry[];
  readonly backendReachable: boolean;
};

/** What goes on in the lobby. */
export type LobbyActivity =
  | { readonly kind: 'waiting' }
  /** The room is opened anew, under another name. */
  | { readonly kind: 'renaming' }
  | { readonly kind: 'joining' }
  /** The last attempt to join failed. Another may succeed. */
  | { readonly kind: 'refused'; readonly error: SignalingError };

/** Where a visitor stands: each page, with what it shows. */
export type SessionState =
  | { readonly page: 'opening' }
  | { readonly page: 'lobby'; readonly visit: Visit; readonly activity: LobbyActivity }
  | { readonly page: 'call'; readonly visit: Visit; readonly peers: readonly PeerView[] }
  | { readonly page: 'left'; readonly reason: LeaveReason }
  | { readonly page: 'failed'; readonly error: SignalingError };
