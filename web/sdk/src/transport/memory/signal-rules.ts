import {
  beaconPath,
  checkBeacon,
  checkMail,
  checkSealedBeacon,
  checkSealedMail,
  LIMITS,
  seatNumber,
  type Checked,
} from '@firesignal/protocol';
import { isInstant, type Instant } from '../signal-transport.ts';
import {
  anyOf,
  beaconAfter,
  endsWithin,
  hasLeftAfter,
  isBeaconOn,
  isHeldBy,
  isNow,
  isOpen,
  isPeerOfCaller,
  isRoomEndedByCaller,
  isVisit,
  keepsPace,
  roomBefore,
  seatAfter,
  valid,
  type Beacon,
  type Rules,
  type Write,
} from './rule-words.ts';

/** Mail, sealed or not. */
type Mail = {
  readonly conn: number;
  readonly rev: number;
  readonly from: string;
  readonly burst: number;
  readonly at: Instant;
  readonly expiresAt: Instant;
};

export const beaconRules: Rules = {
  create: (write) => isHeldBy(write.id, seatAfter(write, newBeacon(write).seat)) && isVisit(write.id, write),
  update: (write) => renewsBeacon(write, newBeacon(write), write.old as Beacon),
  remove: (write) => {
    const { seat } = write.old as Beacon;
    return (
      hasLeftAfter(write, write.id, seat) &&
      anyOf(
        () => isPeerOfCaller(write.id, write),
        () => isPeerOfCaller(seatAfter(write, seat).peer, write),
        () => seatAfter(write, seat).kicked !== undefined,
        () => isRoomEndedByCaller(write),
      )
    );
  },
};

export const mailRules: Rules = {
  create: (write) => reaches(write, newMail(write)),
  update: (write) => {
    const mail = newMail(write);
    return isNoOlder(mail, write.old as Mail, write.now) && reaches(write, mail);
  },
  remove: (write) =>
    anyOf(
      () => isPeerOfCaller(mailboxOf(write), write),
      () => takesMailBack(write),
      () => isRoomEndedByCaller(write),
    ),
};

function newBeacon(write: Write): Beacon {
  const { id, now, next } = write;
  const room = roomBefore(write);
  const beacon = valid<Beacon>((room.sealed ? checkSealedBeacon : checkBeacon)(next, isInstant));
  const isRight =
    isPeerOfCaller(id, write) &&
    isNow(beacon.renewedAt, now) &&
    endsWithin(beacon.expiresAt, now) &&
    isOpen(room, now);
  if (!isRight) throw new Error('No such beacon');
  return beacon;
}

function renewsBeacon(write: Write, next: Beacon, old: Beacon): boolean {
  const { now, id } = write;
  return (
    next.seat === old.seat &&
    (next.offer === undefined || old.offer === undefined || next.offer.rev >= old.offer.rev) &&
    keepsPace(next.burst, { burst: old.burst, at: old.renewedAt }, LIMITS.BEACON_REFILL_SECONDS, now) &&
    // A visit that its user has dropped in the meantime, as it seemed over, does not come back.
    (isBeaconOn(old, now) || isVisit(id, write))
  );
}

const mailboxOf = ({ path }: Write): string => path.split('/')[3] ?? '';

function newMail(write: Write): Mail {
  const { now, next } = write;
  const checked: Checked<Mail> = roomBefore(write).sealed
    ? checkSealedMail(next, isInstant)
    : checkMail(next, isInstant);
  const mail = valid(checked);
  if (!isPeerOfCaller(mail.from, write) || !isNow(mail.at, now) || !endsWithin(mail.expiresAt, now))
    throw new Error('No such mail');
  return mail;
}

/** The sender's beacon after the commit, as it may be made by it. One is never there without its seat. */
function reaches(write: Write, { from }: Mail): boolean {
  const to = mailboxOf(write);
  const beacon = beaconAfter(write, from);
  return (
    from !== to &&
    isOpen(roomBefore(write), write.now) &&
    beacon.seat === seatNumber(write.id) &&
    isBeaconOn(beacon, write.now) &&
    write.before.has(beaconPath(write.roomId, to))
  );
}

const isNoOlder = (next: Mail, old: Mail, now: number): boolean =>
  next.from !== old.from ||
  (next.rev >= old.rev &&
    next.conn >= old.conn &&
    keepsPace(next.burst, old, LIMITS.MAIL_REFILL_SECONDS, now));

/** Only on leaving: to write it anew would begin a new row. */
function takesMailBack(write: Write): boolean {
  const { from } = write.old as Mail;
  return isPeerOfCaller(from, write) && hasLeftAfter(write, from, write.id);
}
