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
import {
  beaconAfter,
  changesOnly,
  endsInTime,
  isAdmissionLive,
  isEndedByCaller,
  isLeaseOn,
  isNow,
  isOpen,
  isPast,
  roomOf,
  valid,
  type Admission,
  type Beacon,
  type Rules,
  type Seat,
  type Write,
} from './rule-words.ts';

export const seatRules: Rules = {
  create: (write) => takesSeat(write),
  update: (write) => takesSeatOver(write) || takesSeatAgain(write) || marksLost(write),
  remove: (write) => {
    const { peer } = write.old as Seat;
    const isFreed = uidOf(peer) === write.uid && !write.after.has(beaconPath(write.roomId, peer));
    return isFreed || isEndedByCaller(write);
  },
};

function takesSeat(write: Write): boolean {
  const seat = newSeat(write);
  if (seat === undefined) return false;
  const admission = write.after.get(admissionPath(write.roomId, write.uid));
  if (!isAdmissionLive(admission, write.now)) return false;
  // There is one role.
  return (admission as Admission).name === seat.name;
}

/** A seat as somebody may have it who has a beacon for it. */
function newSeat(write: Write): Seat | undefined {
  const { id, now, uid } = write;
  const room = roomOf(write);
  const seat = valid<Seat>(checkSeat(write.next, isInstant));
  const number = seatNumber(id);
  if (seat === undefined || room === undefined || number === undefined || seat.lostAt !== undefined)
    return undefined;
  const isRight =
    uidOf(seat.peer) === uid &&
    isNow(seat.joinedAt, now) &&
    endsInTime(seat.expiresAt, now) &&
    number < room.capacity &&
    isOpen(room, now) &&
    beaconAfter(write, seat.peer)?.seat === number;
  return isRight ? seat : undefined;
}

function takesSeatOver(write: Write): boolean {
  const old = write.old as Seat;
  if ((write.next as Seat).peer === old.peer || beaconAfter(write, old.peer) !== undefined) return false;
  const beacon = write.before.get(beaconPath(write.roomId, old.peer)) as Beacon | undefined;
  const isForTheTaking =
    uidOf(old.peer) === write.uid || beacon === undefined || isGivenUp(old, beacon, write.now);
  return isForTheTaking && takesSeat(write);
}

function isGivenUp(seat: Seat, beacon: Beacon, now: number): boolean {
  if (!isLeaseOn(beacon.renewedAt, beacon.leaseSeconds, now)) return true;
  if (seat.lostAt === undefined || beacon.renewedAt.epochMs >= seat.lostAt.epochMs) return false;
  return isPast(seat.lostAt, LIMITS.LOST_GRACE_SECONDS, now);
}

function takesSeatAgain(write: Write): boolean {
  const old = write.old as Seat;
  const seat = newSeat(write);
  return seat?.peer === old.peer && seat.name === old.name && seat.answerOnly === old.answerOnly;
}

function marksLost(write: Write): boolean {
  const { now, uid, roomId, id } = write;
  const room = roomOf(write);
  const old = write.old as Seat;
  const { lostAt, lostBy } = write.next as Seat;
  if (!changesOnly(write, ['lostAt', 'lostBy']) || lostBy === undefined || String(lostBy) === id)
    return false;
  if (!isInstant(lostAt) || !isNow(lostAt, now) || room === undefined || !isOpen(room, now)) return false;
  const marker = write.before.get(seatPath(roomId, lostBy)) as Seat | undefined;
  const isCool = old.lostAt === undefined || isPast(old.lostAt, LIMITS.LOST_COOLDOWN_SECONDS, now);
  return isCool && marker !== undefined && uidOf(marker.peer) === uid;
}
