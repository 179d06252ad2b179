import { beaconPath, checkBeacon, checkMail, uidOf } from '@firesignal/protocol';
import { isInstant } from '../signal-transport.ts';
import {
  endsInTime,
  isEndedByCaller,
  isNow,
  isOpen,
  roomOf,
  seatAfter,
  valid,
  type Beacon,
  type Mail,
  type Rules,
  type Write,
} from './rule-words.ts';

export const beaconRules: Rules = {
  create: (write) => renews(write) && seatAfter(write, (write.next as Beacon).seat)?.peer === write.id,
  update: (write) => renews(write) && goesOn(write.old as Beacon, write.next as Beacon),
  remove: (write) => {
    const holder = seatAfter(write, (write.old as Beacon).seat);
    if (holder?.peer === write.id) return false;
    const isOwn = uidOf(write.id) === write.uid || (holder !== undefined && uidOf(holder.peer) === write.uid);
    return isOwn || isEndedByCaller(write);
  },
};

export const mailRules: Rules = {
  create: (write) => reaches(write),
  update: (write) => reaches(write) && isNoOlder(write.old as Mail, write.next as Mail),
  remove: (write) => {
    const [to = ''] = write.path.split('/').slice(3);
    return [to, (write.old as Mail).from].some((peer) => uidOf(peer) === write.uid) || isEndedByCaller(write);
  },
};

function renews(write: Write): boolean {
  const { id, uid, now } = write;
  const room = roomOf(write);
  const beacon = valid<Beacon>(checkBeacon(write.next, isInstant));
  if (beacon === undefined || room === undefined) return false;
  return (
    uidOf(id) === uid &&
    isNow(beacon.renewedAt, now) &&
    endsInTime(beacon.expiresAt, now) &&
    isOpen(room, now)
  );
}

const goesOn = (old: Beacon, next: Beacon): boolean =>
  next.seat === old.seat &&
  (next.offer === undefined || old.offer === undefined || next.offer.rev >= old.offer.rev);

function reaches(write: Write): boolean {
  const { id, now, roomId, uid } = write;
  const [to = ''] = write.path.split('/').slice(3);
  const room = roomOf(write);
  const mail = valid<Mail>(checkMail(write.next, isInstant));
  if (mail === undefined || room === undefined || uidOf(mail.from) !== uid || mail.from === to) return false;
  return (
    isNow(mail.at, now) &&
    endsInTime(mail.expiresAt, now) &&
    isOpen(room, now) &&
    seatAfter(write, id)?.peer === mail.from &&
    write.before.has(beaconPath(roomId, to))
  );
}

const isNoOlder = (old: Mail, next: Mail): boolean =>
  next.from !== old.from || (next.rev >= old.rev && next.conn >= old.conn);
