export type { ChannelFrame } from './channel.ts';
export { ACCESS_MODES, ERROR_CODES, ROLES, TOPOLOGIES } from './codes.ts';
export type { AccessMode, ErrorCode, Role, Topology } from './codes.ts';
export type {
  AdmissionDocument,
  BeaconDocument,
  CandidateBlock,
  Description,
  MailDocument,
  RoomDocument,
  SeatDocument,
  SignalState,
  StandingOffer,
} from './documents.ts';
export {
  isOfferId,
  isPeerId,
  isRoomId,
  isRoomNonce,
  isUid,
  peerIdOf,
  randomEpoch,
  randomOfferId,
  randomRoomNonce,
  randomToken,
  roomIdOf,
  uidOf,
} from './identity.ts';
export { LIMITS } from './limits.ts';
export {
  admissionPath,
  admissionsPath,
  beaconPath,
  beaconsPath,
  mailPath,
  mailboxPath,
  presencePath,
  roomPath,
  seatPath,
  seatsPath,
  visitIdOf,
  visitPath,
} from './paths.ts';
export { PATTERNS } from './patterns.ts';
export { checkPlacement, placesAt, storedPath } from './placement.ts';
export type { CheckedPlacement, Placement, Places } from './placement.ts';
export type { PresenceDocument, VisitDocument, VisitEnd } from './records.ts';
export { checkChannelFrame } from './validate/channel.ts';
export { checkCandidateLine, splitCandidates } from './validate/candidate.ts';
export type { Checked, IsTime } from './validate/check.ts';
export { checkAdmission, checkBeacon, checkRoom, checkSeat, seatNumber } from './validate/room.ts';
export { checkSdp, ufragOf } from './validate/sdp.ts';
export { checkMail, checkSignalState } from './validate/signal.ts';
export { PROTOCOL_VERSION } from './version.ts';
