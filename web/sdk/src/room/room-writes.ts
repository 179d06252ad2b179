import {
  admissionPath,
  beaconPath,
  mailPath,
  PROTOCOL_VERSION,
  quotaPath,
  roomPath,
  seatPath,
  type AccessMode,
  type MemberClaim,
  type Role,
  type SignalState,
  type StandingOffer,
} from '@firesignal/protocol';
import { ADMISSION_LEASE_SECONDS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import {
  SERVER_TIME,
  type DocumentWrite,
  type Instant,
  type WriteFields,
} from '../transport/signal-transport.ts';

/** Of a document that no earlier one precedes; see {@link WritePace}. */
const FIRST_BURST = 1;

export function createRoomWrite(
  roomId: string,
  room: {
    readonly uid: string;
    readonly nonce: string;
    readonly capacity: number;
    /** @defaultValue false */
    readonly sealed?: boolean;
    /** @defaultValue `'open'` */
    readonly access?: AccessMode;
    readonly memberClaim?: MemberClaim | undefined;
    readonly locked?: boolean;
    readonly expiresAt: Instant;
  },
): DocumentWrite {
  const { uid, nonce, capacity, sealed = false, access = 'open', memberClaim, locked, expiresAt } = room;
  const data: WriteFields = {
    protocolVersion: PROTOCOL_VERSION,
    access,
    ...(memberClaim !== undefined && { memberClaim }),
    ...(locked === true && { locked }),
    capacity,
    topology: 'mesh',
    sealed,
    host: uid,
    createdBy: uid,
    nonce,
    createdAt: SERVER_TIME,
    expiresAt,
  };
  return { kind: 'set', path: roomPath(roomId), data };
}

/** Goes in the commit that makes the room. `count` is 1 where a new hour begins, and then nothing is added to. */
export function quotaWrite(
  uid: string,
  quota: {
    readonly roomId: string;
    readonly count: number;
    readonly since?: Instant;
    readonly expiresAt: Instant;
  },
): DocumentWrite {
  const { roomId, count, since, expiresAt } = quota;
  const data: WriteFields = { room: roomId, count, since: since ?? SERVER_TIME, at: SERVER_TIME, expiresAt };
  return { kind: 'set', path: quotaPath(uid), data };
}

export function endRoomWrite(roomId: string): DocumentWrite {
  return { kind: 'update', path: roomPath(roomId), data: { endedAt: SERVER_TIME } };
}

/** Makes a user host, who holds this seat. */
export function hostWrite(roomId: string, uid: string, seat: number): DocumentWrite {
  return { kind: 'update', path: roomPath(roomId), data: { host: uid, hostSeat: seat } };
}

/** What a document below a room belongs to, and until when. A seated peer takes the room's own end: no clock is asked for it. */
export type RoomScope = { readonly roomId: string; readonly expiresAt: Instant };

/** @throws `signaling/invalid-state` before the room is known */
export function scopeOf(roomId: string, room: { readonly expiresAt: Instant } | undefined): RoomScope {
  if (room === undefined) throw new SignalingError('signaling/invalid-state');
  return { roomId, expiresAt: room.expiresAt };
}

/** Who comes to the door, and as what. */
export type Admitted = {
  readonly uid: string;
  readonly name: string;
  readonly role: Role;
  readonly visits: readonly string[];
};

export function admissionWrite({ roomId, expiresAt }: RoomScope, admitted: Admitted): DocumentWrite {
  const { uid, name, role, visits } = admitted;
  const data: WriteFields = {
    name,
    role,
    by: uid,
    visits,
    at: SERVER_TIME,
    leaseSeconds: ADMISSION_LEASE_SECONDS,
    expiresAt,
  };
  return { kind: 'set', path: admissionPath(roomId, uid), data };
}

/**
 * An update, since a renewal must never bring an admission back that has been taken away, nor change what it was given for.
 * With a lease of 0 the permission stays, and the visitor goes.
 */
export function admissionRenewalWrite(
  { roomId, expiresAt }: RoomScope,
  renewal: {
    readonly uid: string;
    /** Stays as it is where it is missing. */
    readonly name?: string;
    readonly visits: readonly string[];
    readonly leaseSeconds: number;
  },
): DocumentWrite {
  const { uid, name, visits, leaseSeconds } = renewal;
  const data: WriteFields = {
    ...(name !== undefined && { name }),
    visits,
    at: SERVER_TIME,
    leaseSeconds,
    expiresAt,
  };
  return { kind: 'update', path: admissionPath(roomId, uid), data };
}

export function seatWrite(
  { roomId, expiresAt }: RoomScope,
  seat: number,
  holder: {
    readonly peerId: string;
    readonly name: string;
    readonly role: Role;
    readonly met: readonly string[];
  },
): DocumentWrite {
  const { peerId, name, role, met } = holder;
  const data: WriteFields = { peer: peerId, name, role, joinedAt: SERVER_TIME, met, expiresAt };
  return { kind: 'set', path: seatPath(roomId, seat), data };
}

export function beaconWrite(
  { roomId, expiresAt }: RoomScope,
  peerId: string,
  beacon: { readonly seat: number; readonly leaseSeconds: number; readonly offer: StandingOffer | undefined },
): DocumentWrite {
  const { seat, leaseSeconds, offer } = beacon;
  const data: WriteFields = {
    seat,
    renewedAt: SERVER_TIME,
    leaseSeconds,
    burst: FIRST_BURST,
    ...(offer !== undefined && { offer }),
    expiresAt,
  };
  return { kind: 'set', path: beaconPath(roomId, peerId), data };
}

/** An update, since a renewal must never bring a beacon back that has been deleted. */
export function renewalWrite(
  roomId: string,
  peerId: string,
  renewal: { readonly leaseSeconds: number; readonly offer: StandingOffer | undefined },
): DocumentWrite {
  const { leaseSeconds, offer } = renewal;
  const data: WriteFields = {
    renewedAt: SERVER_TIME,
    leaseSeconds,
    burst: FIRST_BURST,
    ...(offer !== undefined && { offer }),
  };
  return { kind: 'update', path: beaconPath(roomId, peerId), data };
}

export function mailWrite(
  { roomId, expiresAt }: RoomScope,
  mail: { readonly to: string; readonly from: string; readonly seat: number; readonly state: SignalState },
): DocumentWrite {
  const { to, from, seat, state } = mail;
  const data: WriteFields = { ...state, from, burst: FIRST_BURST, at: SERVER_TIME, expiresAt };
  return { kind: 'set', path: mailPath(roomId, to, seat), data };
}

/** The holder of seat `by` misses the one of `seat`. */
export function lostMarkWrite(roomId: string, seat: number, by: number): DocumentWrite {
  return { kind: 'update', path: seatPath(roomId, seat), data: { lostAt: SERVER_TIME, lostBy: by } };
}

/**
 * The same, but for a document that is not there yet. A backend judges this by one rule, and what may be there or not by
 * two: a join that asks for it is answered sooner.
 */
export function asNew(write: DocumentWrite): DocumentWrite {
  return write.kind === 'set' ? { ...write, kind: 'create' } : write;
}

export function deleteWrite(path: string): DocumentWrite {
  return { kind: 'delete', path };
}
