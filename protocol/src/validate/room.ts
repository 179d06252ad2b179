import { ACCESS_MODES, ROLES, TOPOLOGIES } from '../codes.ts';
import type {
  AdmissionDocument,
  BeaconDocument,
  RoomDocument,
  SeatDocument,
  StandingOffer,
} from '../documents.ts';
import { isOfferId, isPeerId, isRoomNonce, isUid } from '../identity.ts';
import { LIMITS } from '../limits.ts';
import { PATTERNS } from '../patterns.ts';
import { candidateLines } from './candidate.ts';
import {
  checking,
  fail,
  fieldsOf,
  flagOf,
  integerIn,
  matching,
  oneOf,
  optional,
  stringUpTo,
  timeOf,
  type Checked,
  type IsTime,
} from './check.ts';
import { sdp } from './sdp.ts';
import { conn } from './signal.ts';

const SEAT = new RegExp(PATTERNS.SEAT);

/** Checks `rooms/{roomId}`. Any protocol version passes: comparing versions is the reader's business. */
export function checkRoom<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<RoomDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(
      value,
      'room',
      [
        ...['protocolVersion', 'access', 'capacity', 'topology', 'sealed', 'host', 'createdBy', 'nonce'],
        ...['createdAt', 'expiresAt'],
      ],
      ['hostSeat', 'endedAt'],
    );
    const capacity = integerIn(fields['capacity'], 'room.capacity', LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX);
    return {
      protocolVersion: integerIn(fields['protocolVersion'], 'room.protocolVersion', 1, 1_000),
      access: oneOf(fields['access'], 'room.access', ACCESS_MODES),
      capacity,
      topology: oneOf(fields['topology'], 'room.topology', TOPOLOGIES),
      sealed: flagOf(fields['sealed'], 'room.sealed'),
      host: matching(fields['host'], 'room.host', isUid),
      ...optional(fields, 'hostSeat', (n) => integerIn(n, 'room.hostSeat', 0, capacity - 1)),
      createdBy: matching(fields['createdBy'], 'room.createdBy', isUid),
      nonce: matching(fields['nonce'], 'room.nonce', isRoomNonce),
      createdAt: timeOf(fields['createdAt'], 'room.createdAt', isTime),
      ...optional(fields, 'endedAt', (at) => timeOf(at, 'room.endedAt', isTime)),
      expiresAt: timeOf(fields['expiresAt'], 'room.expiresAt', isTime),
    };
  });
}

/** Checks `rooms/{roomId}/admissions/{uid}`. */
export function checkAdmission<TTime>(
  value: unknown,
  isTime: IsTime<TTime>,
): Checked<AdmissionDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'admission', ['name', 'role', 'by', 'at', 'leaseSeconds', 'expiresAt']);
    return {
      name: stringUpTo(fields['name'], 'admission.name', LIMITS.NAME_LENGTH_MAX),
      role: oneOf(fields['role'], 'admission.role', ROLES),
      by: matching(fields['by'], 'admission.by', isUid),
      at: timeOf(fields['at'], 'admission.at', isTime),
      leaseSeconds: integerIn(
        fields['leaseSeconds'],
        'admission.leaseSeconds',
        1,
        LIMITS.ADMISSION_LEASE_MAX_SECONDS,
      ),
      expiresAt: timeOf(fields['expiresAt'], 'admission.expiresAt', isTime),
    };
  });
}

/** The number of a seat from its document id: canonical decimal, below the largest capacity. */
export function seatNumber(id: string): number | undefined {
  if (!SEAT.test(id)) return undefined;
  const seat = Number(id);
  return seat < LIMITS.CAPACITY_MAX ? seat : undefined;
}

function seat(value: unknown, where: string): number {
  return integerIn(value, where, 0, LIMITS.CAPACITY_MAX - 1);
}

/** Checks `rooms/{roomId}/seats/{n}`. */
export function checkSeat<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<SeatDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(
      value,
      'seat',
      ['peer', 'name', 'role', 'joinedAt', 'met', 'expiresAt'],
      ['answerOnly', 'lostAt', 'lostBy'],
    );
    if (Object.hasOwn(fields, 'lostAt') !== Object.hasOwn(fields, 'lostBy'))
      fail('seat.lostAt and seat.lostBy go together');
    return {
      peer: matching(fields['peer'], 'seat.peer', isPeerId),
      name: stringUpTo(fields['name'], 'seat.name', LIMITS.NAME_LENGTH_MAX),
      role: oneOf(fields['role'], 'seat.role', ROLES),
      joinedAt: timeOf(fields['joinedAt'], 'seat.joinedAt', isTime),
      met: metPeers(fields['met']),
      ...optional(fields, 'answerOnly', answerOnly),
      ...optional(fields, 'lostAt', (at) => timeOf(at, 'seat.lostAt', isTime)),
      ...optional(fields, 'lostBy', (by) => seat(by, 'seat.lostBy')),
      expiresAt: timeOf(fields['expiresAt'], 'seat.expiresAt', isTime),
    };
  });
}

function metPeers(value: unknown): readonly string[] {
  if (!Array.isArray(value)) fail('seat.met must be a list');
  if (value.length > LIMITS.CAPACITY_MAX) fail('seat.met has too many peers');
  return value.map((peer) => matching(peer, 'seat.met', isPeerId));
}

/** There, or not: a meaning has one form. */
function answerOnly(value: unknown): true {
  return flagOf(value, 'seat.answerOnly') || fail('seat.answerOnly is true where it is there');
}

/** Checks `rooms/{roomId}/beacons/{peerId}`. */
export function checkBeacon<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<BeaconDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'beacon', ['seat', 'renewedAt', 'leaseSeconds', 'expiresAt'], ['offer']);
    return {
      seat: seat(fields['seat'], 'beacon.seat'),
      renewedAt: timeOf(fields['renewedAt'], 'beacon.renewedAt', isTime),
      leaseSeconds: integerIn(
        fields['leaseSeconds'],
        'beacon.leaseSeconds',
        1,
        LIMITS.BEACON_LEASE_MAX_SECONDS,
      ),
      ...optional(fields, 'offer', standingOffer),
      expiresAt: timeOf(fields['expiresAt'], 'beacon.expiresAt', isTime),
    };
  });
}

function standingOffer(value: unknown): StandingOffer {
  const fields = fieldsOf(value, 'offer', ['conn', 'id', 'sdp', 'candidates', 'rev']);
  return {
    conn: conn(fields['conn'], 'offer.conn'),
    id: matching(fields['id'], 'offer.id', isOfferId),
    sdp: sdp(fields['sdp'], 'offer.sdp'),
    candidates: candidateLines(fields['candidates'], 'offer.candidates'),
    rev: integerIn(fields['rev'], 'offer.rev', 1, LIMITS.REV_MAX),
  };
}
