export type { ChannelFrame } from './channel.ts';
export {
  ACCESS_MODES,
  ENTRY_ROLES,
  ERROR_CODES,
  HOST_ROLES,
  KNOCK_ANSWERS,
  ROLES,
  TOPOLOGIES,
} from './codes.ts';
export type { AccessMode, ErrorCode, KnockAnswer, Role, Topology } from './codes.ts';
export type {
  AdmissionDocument,
  BanDocument,
  BeaconDocument,
  CandidateBlock,
  Description,
  InviteDocument,
  KnockDocument,
  MailDocument,
  MemberClaim,
  MemberDocument,
  QuotaDocument,
  RoomDocument,
  SealedMailDocument,
  SealedOffer,
  SeatDocument,
  SecretDocument,
  SignalState,
  StandingOffer,
  TryDocument,
} from './documents.ts';
export {
  inviteOf,
  isOfferId,
  isPeerId,
  isProof,
  isRoomId,
  isRoomNonce,
  isRosterPublic,
  isSealedText,
  isSha256,
  isUid,
  newRoomId,
  peerIdOf,
  randomEpoch,
  randomOfferId,
  randomRoomNonce,
  randomToken,
  roomIdOf,
  sha256Of,
  uidOf,
} from './identity.ts';
export { LIMITS } from './limits.ts';
export {
  admissionPath,
  admissionsPath,
  banPath,
  bansPath,
  beaconPath,
  beaconsPath,
  invitePath,
  invitesPath,
  knockPath,
  knocksPath,
  mailPath,
  mailboxPath,
  memberPath,
  membersPath,
  presencePath,
  quotaPath,
  roomPath,
  seatPath,
  seatsPath,
  secretPath,
  tryPath,
  visitIdOf,
  visitPath,
} from './paths.ts';
export { PATTERNS } from './patterns.ts';
export { checkPlacement, placesAt, storedPath } from './placement.ts';
export type { CheckedPlacement, Placement, Places } from './placement.ts';
export type { PresenceDocument, VisitDocument, VisitEnd } from './records.ts';
export {
  checkBan,
  checkInvite,
  checkKnock,
  checkMember,
  checkQuota,
  checkSecret,
  checkTry,
} from './validate/access.ts';
export {
  additionalDataOf,
  isLinkKey,
  PASSWORD_ITERATIONS,
  PASSWORD_LENGTH_MAX,
  passwordSaltOf,
  SEAL_INFO,
  SEAL_NONCE_BYTES,
  SEAL_TAG_BYTES,
} from './seal.ts';
export type { SealContext } from './seal.ts';
export { withContents } from './seal-contents.ts';
export type { MailContents, OfferContents } from './seal-contents.ts';
export { checkChannelFrame } from './validate/channel.ts';
export { checkCandidateLine, splitCandidates } from './validate/candidate.ts';
export type { Checked, IsTime } from './validate/check.ts';
export {
  checkAdmission,
  checkBeacon,
  checkRoom,
  checkSealedBeacon,
  checkSeat,
  seatNumber,
} from './validate/room.ts';
export { checkSdp, ufragOf } from './validate/sdp.ts';
export { checkMail, checkSealedMail, checkSignalState } from './validate/signal.ts';
export { PROTOCOL_VERSION } from './version.ts';
