import { LIMITS, PROTOCOL_VERSION, newRoomId, peerIdOf, randomEpoch } from '@firesignal/protocol';
import type {
  AccessMode,
  AdmissionDocument,
  BeaconDocument,
  CandidateBlock,
  Description,
  MailDocument,
  QuotaDocument,
  RoomDocument,
  SealedMailDocument,
  SealedOffer,
  SeatDocument,
  StandingOffer,
} from '@firesignal/protocol';
import { Timestamp, serverTimestamp, type FieldValue } from 'firebase/firestore';

/** A time as a client writes it: the server's, or one of its own making. */
export type Time = FieldValue | Timestamp;

/** A time `seconds` from now, by the clock of this machine, which is the emulator's too. */
export const inSeconds = (seconds: number): Timestamp => Timestamp.fromMillis(Date.now() + seconds * 1000);
export const secondsAgo = (seconds: number): Timestamp => inSeconds(-seconds);
/** The server's time of the commit. */
export const now = (): FieldValue => serverTimestamp();

const HOUR_SECONDS = 3600;
export const anHourAhead = (): Timestamp => inSeconds(HOUR_SECONDS);

/** The name that a user goes by in these tests. */
export const nameOf = (uid: string): string => uid.slice(0, LIMITS.NAME_LENGTH_MAX);

/** Valid documents, as the client writes them. A test takes one and changes one thing. */

export function roomBy(
  creator: string,
  nonce: string,
  changes: Partial<RoomDocument<Time>> = {},
): RoomDocument<Time> {
  return {
    protocolVersion: PROTOCOL_VERSION,
    access: 'open',
    capacity: 4,
    topology: 'mesh',
    sealed: false,
    host: creator,
    createdBy: creator,
    nonce,
    createdAt: now(),
    expiresAt: anHourAhead(),
    ...changes,
  };
}

export function admissionOf(
  uid: string,
  changes: Partial<AdmissionDocument<Time>> = {},
): AdmissionDocument<Time> {
  return {
    name: nameOf(uid),
    role: 'speaker',
    by: uid,
    visits: [],
    at: now(),
    leaseSeconds: 300,
    expiresAt: anHourAhead(),
    ...changes,
  };
}

export function seatOf(
  uid: string,
  peer: string,
  changes: Partial<SeatDocument<Time>> = {},
): SeatDocument<Time> {
  return {
    peer,
    name: nameOf(uid),
    role: 'speaker',
    joinedAt: now(),
    met: [],
    expiresAt: anHourAhead(),
    ...changes,
  };
}

export function beaconAt(seat: number, changes: Partial<BeaconDocument<Time>> = {}): BeaconDocument<Time> {
  return { seat, renewedAt: now(), leaseSeconds: 120, burst: 1, expiresAt: anHourAhead(), ...changes };
}

export function standingOffer(changes: Partial<StandingOffer> = {}): StandingOffer {
  return {
    conn: LIMITS.STANDING_CONN,
    id: 'offer-0001',
    sdp: 'v=0\r\n',
    candidates: 'candidate:1 1 udp 1 192.0.2.1 9 typ host',
    rev: 1,
    ...changes,
  };
}

export function mailFrom(peer: string, changes: Partial<MailDocument<Time>> = {}): MailDocument<Time> {
  return { from: peer, conn: 1, rev: 1, burst: 1, at: now(), expiresAt: anHourAhead(), ...changes };
}

export function description(changes: Partial<Description> = {}): Description {
  return { conn: 1, id: 'offer-0001', sdp: 'v=0\r\n', ...changes };
}

export function candidateBlock(changes: Partial<CandidateBlock> = {}): CandidateBlock {
  return {
    conn: 1,
    id: 'offer-0001',
    ufrag: 'abcd',
    lines: 'candidate:1 1 udp 1 192.0.2.1 9 typ host',
    complete: true,
    ...changes,
  };
}

/** What stands for a sealed text: the rules know its alphabet and its length. */
export const sealedText = (length = 60): string => 'x'.repeat(length);

export function sealedOffer(changes: Partial<SealedOffer> = {}): SealedOffer {
  return { conn: LIMITS.STANDING_CONN, rev: 1, sealed: sealedText(), ...changes };
}

export function sealedMailFrom(
  peer: string,
  changes: Partial<SealedMailDocument<Time>> = {},
): SealedMailDocument<Time> {
  return { ...mailFrom(peer), sealed: sealedText(), ...changes };
}

/** The quota of somebody who makes this room, the first one in an hour. */
export function quotaOf(room: string, changes: Partial<QuotaDocument<Time>> = {}): QuotaDocument<Time> {
  return { room, count: 1, since: now(), at: now(), expiresAt: anHourAhead(), ...changes };
}

export const newPeer = (uid: string): string => peerIdOf(uid, randomEpoch());

/** A fresh nonce, and the id of the room that its creator can make with it. */
export function newRoom(creator: string, access: AccessMode = 'open'): ReturnType<typeof newRoomId> {
  return newRoomId(creator, access === 'open');
}

/** `document` without one of its fields. */
export function without(document: object, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== field));
}
