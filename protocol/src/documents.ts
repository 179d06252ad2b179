import type { AccessMode, Role, Topology } from './codes.ts';

/**
 * The documents of the protocol, generic over the timestamp type, since `firebase/firestore`, `firebase-admin` and
 * the in-memory transport each have their own.
 */

/** `rooms/{roomId}`: a place where peers meet. Its id is an unguessable capability. */
export type RoomDocument<TTime> = {
  readonly protocolVersion: number;
  readonly access: AccessMode;
  readonly capacity: number;
  readonly topology: Topology;
  /** Whether signals are end-to-end sealed. Version 1 knows unsealed rooms only. */
  readonly sealed: boolean;
  /** uid of the one who runs the room. */
  readonly host: string;
  /** Number of the seat that the host has when it is in the room; 0 where it is missing. */
  readonly hostSeat?: number;
  readonly createdBy: string;
  /** Random. The room id is derived from it and `createdBy`, so nobody else can make this room again. */
  readonly nonce: string;
  readonly createdAt: TTime;
  /** Set once, by the creator: from then on the rules deny everything new. */
  readonly endedAt?: TTime;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/admissions/{uid}`: visible, expiring permission to be in the lobby and to take a seat. */
export type AdmissionDocument<TTime> = {
  readonly name: string;
  readonly role: Role;
  /** uid of who admitted: in open rooms the visitor itself. */
  readonly by: string;
  readonly at: TTime;
  readonly leaseSeconds: number;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/seats/{n}`, n = 0 … capacity-1: membership and visible presence. The roster is the set of seats. */
export type SeatDocument<TTime> = {
  readonly peer: string;
  readonly name: string;
  readonly role: Role;
  readonly joinedAt: TTime;
  /** The peers to whom the joiner wrote mail in the same commit: they wait for it instead of calling themselves. */
  readonly met: readonly string[];
  /** A peer that never offers where the other one can: it is always called. */
  readonly answerOnly?: true;
  readonly lostAt?: TTime;
  /** Number of the seat whose peer marked this one lost. */
  readonly lostBy?: number;
  readonly expiresAt: TTime;
};

/** An offer that waits for whoever comes first: complete, with all its candidates. */
export type StandingOffer = {
  readonly conn: number;
  readonly id: string;
  readonly sdp: string;
  /** Candidate lines joined by newlines (`candidate:…`, RFC 8839 §5.1). */
  readonly candidates: string;
  /** Counts the standing offers of this beacon. */
  readonly rev: number;
};

/** `rooms/{roomId}/beacons/{peerId}`: a peer's lease and standing offer. */
export type BeaconDocument<TTime> = {
  /** Number of the seat that names this peer. Immutable. */
  readonly seat: number;
  readonly renewedAt: TTime;
  readonly leaseSeconds: number;
  readonly offer?: StandingOffer;
  readonly expiresAt: TTime;
};

/** An offer or an answer. An answer carries the id of the offer that it answers. */
export type Description = {
  readonly conn: number;
  readonly id: string;
  readonly sdp: string;
};

/** All candidates gathered so far for one local description. */
export type CandidateBlock = {
  readonly conn: number;
  /** Id of the offer of the exchange that these belong to. */
  readonly id: string;
  readonly ufrag: string;
  /** Candidate lines joined by newlines, for the one bundled transport (m-line 0). */
  readonly lines: string;
  /** Whether these are all (end-of-candidates). */
  readonly complete: boolean;
};

/**
 * Everything one peer currently has to say to another: the whole state of one direction, never a single message. It can
 * be superseded by a higher `rev`, and by nothing else.
 */
export type SignalState = {
  /** Generation of the link's RTCPeerConnection. The highest wins. */
  readonly conn: number;
  /** Revision of this direction, across routes. */
  readonly rev: number;
  readonly offer?: Description;
  readonly answer?: Description;
  readonly candidates?: CandidateBlock;
  /** Raised by a peer that never offers, to ask for a negotiation. */
  readonly want?: number;
  /** Raised by a peer that never offers, to ask for an ICE restart. */
  readonly restart?: number;
};

/** `rooms/{roomId}/mailboxes/{to}/from/{seat}`: what the holder of a seat has to say to peer `to`. */
export type MailDocument<TTime> = SignalState & {
  readonly from: string;
  readonly at: TTime;
  readonly expiresAt: TTime;
};
