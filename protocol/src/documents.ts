import type { AccessMode, KnockAnswer, Role, Topology } from './codes.ts';

/**
 * The documents of the protocol, generic over the timestamp type, since `firebase/firestore`, `firebase-admin` and
 * the in-memory transport each have their own.
 */

/** `rooms/{roomId}`: a place where peers meet. Its id is an unguessable capability. */
export type RoomDocument<TTime> = {
  readonly protocolVersion: number;
  readonly access: AccessMode;
  /** In rooms for members: a claim of the user's id token that makes one. */
  readonly memberClaim?: MemberClaim;
  /** There, or not: nobody new gets in but who is admitted by name. */
  readonly locked?: true;
  readonly capacity: number;
  readonly topology: Topology;
  /** Whether names and signals are end-to-end sealed. */
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

/** A claim that an id token must have: with this value, or a list that has it. */
export type MemberClaim = { readonly name: string; readonly value: string };

/** `rooms/{roomId}/admissions/{uid}`: visible, expiring permission to be in the lobby and to take a seat. */
export type AdmissionDocument<TTime> = {
  readonly name: string;
  readonly role: Role;
  /** uid of who admitted: the visitor itself, unless a host or moderator let it in. */
  readonly by: string;
  /** The visits of this user that may take a seat. */
  readonly visits: readonly string[];
  readonly at: TTime;
  /** 0: the permission is there, the visitor is not. */
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
  /** The peer was thrown out: it holds nothing any more, and its seat is free for the taking. */
  readonly kicked?: TTime;
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

/** A standing offer in a sealed room: id, SDP and candidates are in the sealed text. */
export type SealedOffer = {
  readonly conn: number;
  readonly rev: number;
  readonly sealed: string;
};

/** `rooms/{roomId}/beacons/{peerId}`: a peer's lease and standing offer. */
export type BeaconDocument<TTime, TOffer = StandingOffer> = {
  /** Number of the seat that names this peer. Immutable. */
  readonly seat: number;
  readonly renewedAt: TTime;
  readonly leaseSeconds: number;
  /** Writes in a row: one more with each, one less for each {@link LIMITS.BEACON_REFILL_SECONDS} since the last. */
  readonly burst: number;
  readonly offer?: TOffer;
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

type MailFrame<TTime> = {
  readonly from: string;
  /** Writes in a row: one more with each, one less for each {@link LIMITS.MAIL_REFILL_SECONDS} since the last. */
  readonly burst: number;
  readonly at: TTime;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/mailboxes/{to}/from/{seat}`: what the holder of a seat has to say to peer `to`. */
export type MailDocument<TTime> = SignalState & MailFrame<TTime>;

/** The same in a sealed room: descriptions and candidates are in the sealed text. */
export type SealedMailDocument<TTime> = Omit<SignalState, 'offer' | 'answer' | 'candidates'> & {
  readonly sealed: string;
} & MailFrame<TTime>;

/** `rooms/{roomId}/invites/{hash}`, the hash that of what is shown: lets a number of visitors in. Whoever knows the token may read it. */
export type InviteDocument<TTime> = {
  readonly role: Role;
  readonly usesLeft: number;
  readonly by: string;
  readonly at: TTime;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/knocks/{uid}`: a visitor asks to be let in. */
export type KnockDocument<TTime> = {
  readonly name: string;
  readonly at: TTime;
  readonly answer?: KnockAnswer;
  /** uid of who answered. */
  readonly answeredBy?: string;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/bans/{uid}`: this user gets no admission. */
export type BanDocument<TTime> = {
  readonly by: string;
  readonly at: TTime;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/members/{uid}`: in a room for members this user gets in, in this role. */
export type MemberDocument<TTime> = {
  readonly role: Role;
  readonly by: string;
  readonly at: TTime;
  readonly expiresAt: TTime;
};

/** What may be done a number of times within a window, and how often it has been done. */
type Count<TTime> = {
  readonly count: number;
  /** Begin of the window. */
  readonly since: TTime;
  readonly at: TTime;
  readonly expiresAt: TTime;
};

/** `rooms/{roomId}/tries/{uid}`: what a user has shown at the door last, and how often. */
export type TryDocument<TTime> = Count<TTime> & {
  /** Proof of a password (base64url), or SHA-256 of an invite's token (lower-case hexadecimal). */
  readonly proof: string;
};

/** `rooms/{roomId}/secrets/password`: what a proof is compared with. Nobody can read it. */
export type SecretDocument<TTime> = {
  /** SHA-256 of the proof's text, lower-case hexadecimal. */
  readonly verifier: string;
  readonly by: string;
  readonly at: TTime;
  readonly expiresAt: TTime;
};

/** `quotas/{uid}`: the room that a user has made last, and how many of late. */
export type QuotaDocument<TTime> = Count<TTime> & { readonly room: string };
