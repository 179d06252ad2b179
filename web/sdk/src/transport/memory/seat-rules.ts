import {
  admissionPath,
  beaconPath,
  checkSeat,
  LIMITS,
  seatNumber,
  seatPath,
  uidOf,
} from '@firesignal/protocol';
import { isInstant } from '../signal-transport.ts';
import { mayActOn } from './role-rules.ts';
import {
  admissionAfter,
  anyOf,
  at,
  beaconAfter,
  changesOnly,
  endsWithin,
  hasBeaconAfter,
  isBeaconOn,
  isLive,
  isNow,
  isOpen,
  isPast,
  isPeerOfCaller,
  isRoomEndedByCaller,
  isSeatOfCaller,
  roomBefore,
  valid,
  type Admission,
  type Beacon,
  type Room,
  type Rules,
  type Seat,
  type Write,
} from './rule-words.ts';

export const seatRules: Rules = {
  create: (write) => takesSeat(write),
  update: (write) =>
    anyOf(
      () => takesSeatOver(write),
      () => takesSeatAgain(write),
      () => marksSeatLost(write),
      () => throwsOut(write),
      () => changesSeatedRole(write),
    ),
  remove: (write) =>
    anyOf(
      () => freesSeat(write),
      () => isRoomEndedByCaller(write),
    ),
};

function takesSeat(write: Write): boolean {
  const room = roomBefore(write);
  return isAdmittedAs(newSeat(write, room), room, write);
}

/** A seat as somebody may have it who has a beacon for it. */
function newSeat(write: Write, room: Room): Seat {
  const { id, now, next } = write;
  const seat = valid<Seat>(checkSeat(next, isInstant, room.sealed));
  const number = seatNumber(id);
  const isRight =
    seat.lostAt === undefined &&
    seat.kicked === undefined &&
    isPeerOfCaller(seat.peer, write) &&
    isNow(seat.joinedAt, now) &&
    endsWithin(seat.expiresAt, now) &&
    number !== undefined &&
    number < room.capacity &&
    isOpen(room, now) &&
    beaconAfter(write, seat.peer).seat === number;
  if (!isRight) throw new Error('No such seat');
  return seat;
}

function isAdmittedAs(seat: Seat, room: Room, write: Write): boolean {
  const admission = admissionAfter(write, write.uid);
  return (
    admission.name === seat.name &&
    admission.role === seat.role &&
    admission.visits.includes(seat.peer) &&
    isLive(admission, write.now) &&
    passesLock(admission, room, write.uid)
  );
}

/** A lock stops who got in by itself: not who runs the room, and not whom they let in. */
function passesLock({ role, by }: Admission, room: Room, uid: string): boolean {
  return room.locked === undefined || room.host === uid || role === 'moderator' || by !== uid;
}

function takesSeatOver(write: Write): boolean {
  const old = write.old as Seat;
  if ((write.next as Seat).peer === old.peer || hasBeaconAfter(write, old.peer)) return false;
  const beacon = write.before.get(beaconPath(write.roomId, old.peer)) as Beacon | undefined;
  const isForTheTaking =
    uidOf(old.peer) === write.uid || beacon === undefined || isGivenUp(old, beacon, write.now);
  return isForTheTaking && takesSeat(write);
}

function isGivenUp(seat: Seat, beacon: Beacon, now: number): boolean {
  if (!isBeaconOn(beacon, now)) return true;
  if (seat.lostAt === undefined || beacon.renewedAt.epochMs >= seat.lostAt.epochMs) return false;
  return isPast(seat.lostAt, LIMITS.LOST_GRACE_SECONDS, now);
}

function takesSeatAgain(write: Write): boolean {
  const old = write.old as Seat;
  const { peer, name, role, answerOnly } = newSeat(write, roomBefore(write));
  return (
    peer === old.peer &&
    name === old.name &&
    role === old.role &&
    answerOnly === old.answerOnly &&
    old.kicked === undefined &&
    // With its beacon, and so at the pace of that.
    isNow(beaconAfter(write, peer).renewedAt, write.now)
  );
}

function marksSeatLost(write: Write): boolean {
  const { now, roomId, id, before } = write;
  const old = write.old as Seat;
  const { lostAt, lostBy } = write.next as Seat;
  if (!changesOnly(write, ['lostAt', 'lostBy']) || lostBy === undefined || String(lostBy) === id)
    return false;
  return (
    isInstant(lostAt) &&
    isNow(lostAt, now) &&
    (old.lostAt === undefined || isPast(old.lostAt, LIMITS.LOST_COOLDOWN_SECONDS, now)) &&
    isSeatOfCaller(at(before, seatPath(roomId, lostBy)) as Seat, write) &&
    isOpen(roomBefore(write), now)
  );
}

/** With the beacon and the admission goes everything that the peer could still do. */
function throwsOut(write: Write): boolean {
  const { peer } = write.old as Seat;
  const { kicked } = write.next as Seat;
  return (
    changesOnly(write, ['kicked']) &&
    isInstant(kicked) &&
    isNow(kicked, write.now) &&
    mayActOnHolder(write) &&
    !hasBeaconAfter(write, peer) &&
    !write.after.has(admissionPath(write.roomId, uidOf(peer)))
  );
}

function changesSeatedRole(write: Write): boolean {
  const { peer } = write.old as Seat;
  return (
    changesOnly(write, ['role']) &&
    mayActOnHolder(write) &&
    admissionAfter(write, uidOf(peer)).role === (write.next as Seat).role &&
    isOpen(roomBefore(write), write.now)
  );
}

function mayActOnHolder(write: Write): boolean {
  const { peer, role } = write.old as Seat;
  return mayActOn(uidOf(peer), role, roomBefore(write), write);
}

function freesSeat(write: Write): boolean {
  const seat = write.old as Seat;
  return isSeatOfCaller(seat, write) && !hasBeaconAfter(write, seat.peer);
}
