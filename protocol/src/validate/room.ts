import { ACCESS_MODES, ROLES, TOPOLOGIES } from '../codes.ts';
import type {
  AdmissionDocument,
  BeaconDocument,
  MemberClaim,
  RoomDocument,
  SealedOffer,
  SeatDocument,
  StandingOffer,
} from '../documents.ts';
import { isOfferId, isPeerId, isRoomNonce, isSealedText, isUid } from '../identity.ts';
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
import { conn, sealedSignal } from './signal.ts';

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
      ['memberClaim', 'locked', 'hostSeat', 'endedAt'],
    );
    return {
      protocolVersion: integerIn(fields['protocolVersion'], 'room.protocolVersion', 1, 1_000),
      access: oneOf(fields['access'], 'room.access', ACCESS_MODES),
      ...optional(fields, 'memberClaim', memberClaim),
      ...optional(fields, 'locked', (locked) => trueOrAbsent(locked, 'room.locked')),
      capacity: integerIn(fields['capacity'], 'room.capacity', LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX),
      topology: oneOf(fields['topology'], 'room.topology', TOPOLOGIES),
      sealed: flagOf(fields['sealed'], 'room.sealed'),
      host: matching(fields['host'], 'room.host', isUid),
      ...optional(fields, 'hostSeat', (n) => seat(n, 'room.hostSeat')),
      createdBy: matching(fields['createdBy'], 'room.createdBy', isUid),
      nonce: matching(fields['nonce'], 'room.nonce', isRoomNonce),
      createdAt: timeOf(fields['createdAt'], 'room.createdAt', isTime),
      ...optional(fields, 'endedAt', (at) => timeOf(at, 'room.endedAt', isTime)),
      expiresAt: timeOf(fields['expiresAt'], 'room.expiresAt', isTime),
    };
  });
}

function memberClaim(value: unknown): MemberClaim {
  const fields = fieldsOf(value, 'room.memberClaim', ['name', 'value']);
  return {
    name: stringUpTo(fields['name'], 'room.memberClaim.name', LIMITS.CLAIM_NAME_LENGTH_MAX, 1),
    value: stringUpTo(fields['value'], 'room.memberClaim.value', LIMITS.CLAIM_VALUE_LENGTH_MAX, 1),
  };
}

/** A name as it is shown, or in a sealed room, the text that it is sealed in. */
export function nameOf(value: unknown, where: string, isSealed: boolean): string {
  return isSealed
    ? matching(stringUpTo(value, where, LIMITS.SEALED_NAME_LENGTH_MAX), where, isSealedText)
    : stringUpTo(value, where, LIMITS.NAME_LENGTH_MAX);
}

/**
 * Checks `rooms/{roomId}/admissions/{uid}`.
 * @param isSealed whether it is in a sealed room
 */
export function checkAdmission<TTime>(
  value: unknown,
  isTime: IsTime<TTime>,
  isSealed = false,
): Checked<AdmissionDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'admission', [
      ...['name', 'role', 'by', 'visits', 'at', 'leaseSeconds', 'expiresAt'],
    ]);
    return {
      name: nameOf(fields['name'], 'admission.name', isSealed),
      role: oneOf(fields['role'], 'admission.role', ROLES),
      by: matching(fields['by'], 'admission.by', isUid),
      visits: peersOf(fields['visits'], 'admission.visits', LIMITS.VISITS_PER_USER_MAX),
      at: timeOf(fields['at'], 'admission.at', isTime),
      leaseSeconds: integerIn(
        fields['leaseSeconds'],
        'admission.leaseSeconds',
        0,
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

/**
 * Checks `rooms/{roomId}/seats/{n}`.
 * @param isSealed whether it is in a sealed room
 */
export function checkSeat<TTime>(
  value: unknown,
  isTime: IsTime<TTime>,
  isSealed = false,
): Checked<SeatDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(
      value,
      'seat',
      ['peer', 'name', 'role', 'joinedAt', 'met', 'expiresAt'],
      ['answerOnly', 'lostAt', 'lostBy', 'kicked'],
    );
    if (Object.hasOwn(fields, 'lostAt') !== Object.hasOwn(fields, 'lostBy'))
      fail('seat.lostAt and seat.lostBy go together');
    return {
      peer: matching(fields['peer'], 'seat.peer', isPeerId),
      name: nameOf(fields['name'], 'seat.name', isSealed),
      role: oneOf(fields['role'], 'seat.role', ROLES),
      joinedAt: timeOf(fields['joinedAt'], 'seat.joinedAt', isTime),
      met: peersOf(fields['met'], 'seat.met', LIMITS.CAPACITY_MAX),
      ...optional(fields, 'answerOnly', (only) => trueOrAbsent(only, 'seat.answerOnly')),
      ...optional(fields, 'lostAt', (at) => timeOf(at, 'seat.lostAt', isTime)),
      ...optional(fields, 'lostBy', (by) => seat(by, 'seat.lostBy')),
      ...optional(fields, 'kicked', (at) => timeOf(at, 'seat.kicked', isTime)),
      expiresAt: timeOf(fields['expiresAt'], 'seat.expiresAt', isTime),
    };
  });
}

function peersOf(value: unknown, where: string, max: number): readonly string[] {
  if (!Array.isArray(value)) fail(`${where} must be a list`);
  if (value.length > max) fail(`${where} has too many peers`);
  return value.map((peer) => matching(peer, where, isPeerId));
}

/** There, or not: a meaning has one form. */
function trueOrAbsent(value: unknown, where: string): true {
  return flagOf(value, where) || fail(`${where} is true where it is there`);
}

/** Checks `rooms/{roomId}/beacons/{peerId}`. */
export function checkBeacon<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<BeaconDocument<TTime>> {
  return checking(() => beacon(value, isTime, standingOffer));
}

/** Checks `rooms/{roomId}/beacons/{peerId}` of a sealed room. */
export function checkSealedBeacon<TTime>(
  value: unknown,
  isTime: IsTime<TTime>,
): Checked<BeaconDocument<TTime, SealedOffer>> {
  return checking(() => beacon(value, isTime, sealedOffer));
}

function beacon<TTime, TOffer>(
  value: unknown,
  isTime: IsTime<TTime>,
  offer: (value: unknown) => TOffer,
): BeaconDocument<TTime, TOffer> {
  const fields = fieldsOf(
    value,
    'beacon',
    ['seat', 'renewedAt', 'leaseSeconds', 'burst', 'expiresAt'],
    ['offer'],
  );
  return {
    seat: seat(fields['seat'], 'beacon.seat'),
    renewedAt: timeOf(fields['renewedAt'], 'beacon.renewedAt', isTime),
    leaseSeconds: integerIn(
      fields['leaseSeconds'],
      'beacon.leaseSeconds',
      1,
      LIMITS.BEACON_LEASE_MAX_SECONDS,
    ),
    burst: integerIn(fields['burst'], 'beacon.burst', 1, LIMITS.BEACON_BURST_MAX),
    ...optional(fields, 'offer', offer),
    expiresAt: timeOf(fields['expiresAt'], 'beacon.expiresAt', isTime),
  };
}

function sealedOffer(value: unknown): SealedOffer {
  const fields = fieldsOf(value, 'offer', ['conn', 'rev', 'sealed']);
  return {
    conn: conn(fields['conn'], 'offer.conn'),
    rev: integerIn(fields['rev'], 'offer.rev', 1, LIMITS.REV_MAX),
    sealed: sealedSignal(fields['sealed'], 'offer.sealed'),
  };
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
