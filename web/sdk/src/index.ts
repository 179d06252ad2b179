/**
 * Firesignal: serverless WebRTC signaling on Firebase. This is the whole public API.
 *
 * @packageDocumentation
 */
export { ERROR_CODES, LIMITS, PROTOCOL_VERSION } from '@firesignal/protocol';
export type { AccessMode, ErrorCode, MemberClaim, Placement, Role } from '@firesignal/protocol';
export { SignalingClient } from './client.ts';
export { SignalingError } from './errors.ts';
export type {
  LeaveReason,
  LinkEvents,
  LinkState,
  LobbyVisitor,
  MediaPresence,
  RoomEvents,
  RoomState,
  RosterEntry,
  Route,
  SignalTrace,
} from './events.ts';
export type { LedgerCounts } from './ledger.ts';
export type { Unsubscribe } from './lib/emitter.ts';
export type { Link } from './link/link.ts';
export { captureMedia } from './media-capture.ts';
export type { CaptureOptions } from './media-capture.ts';
export type { Invite, InviteOptions } from './moderation/invites.ts';
export type { Visitor } from './moderation/guests.ts';
export type { Door, Moderation } from './moderation/moderation.ts';
export type {
  ClientOptions,
  CreateRoomOptions,
  LocalMedia,
  OpenRoomOptions,
  PeerConnectionFactory,
} from './options.ts';
export type { Room } from './room/room.ts';
export { parseRoomLink, roomLink } from './room-link.ts';
export type { LinkSecrets, RoomLink } from './room-link.ts';
export { safetyCode } from './safety-code.ts';
export { firestoreTransport } from './transport/firestore.ts';
export type { FirestoreTransportOptions } from './transport/firestore.ts';
export type { AppCheckOptions } from './transport/firestore/app-check.ts';
export {
  Instant,
  NO_FIELD,
  SERVER_TIME,
  TransportError,
  type DocumentWrite,
  type SignalTransport,
  type TransportErrorKind,
  type WatchObserver,
  type WatchSnapshot,
  type WatchTarget,
  type WriteFields,
  type WriteValue,
} from './transport/signal-transport.ts';
