import {
  admissionPath,
  beaconPath,
  checkAdmission,
  checkRoom,
  isUid,
  LIMITS,
  PROTOCOL_VERSION,
  seatPath,
  uidOf,
} from '@firesignal/protocol';
import { isInstant } from '../signal-transport.ts';
import {
  changesOnly,
  endsInTime,
  isAdmissionLive,
  isEndedByCaller,
  isLeaseOn,
  isNow,
  isOpen,
  roomOf,
  seatAfter,
  valid,
  type Admission,
  type Beacon,
  type Room,
  type Rule,
  type Rules,
  type Seat,
  type Write,
} from './rule-words.ts';
import type { MemoryRules, ReadRequest, WriteRequest } from './rules.ts';
import { seatRules } from './seat-rules.ts';
import { beaconRules, mailRules } from './signal-rules.ts';

/**
 * What `firestore.rules` comes to. Shapes are those of the validators, which agree with the rules but for the grammar of
 * SDPs and candidates. Two things are left out: that the id of a room commits to its creator, and the limits on what a rule
 * may evaluate.
 */
export const roomRules: MemoryRules = {
  mayWrite: (request) => {
    try {
      return isAllowed(request);
    } catch {
      // A rule that stumbles over a document refuses, as in Firestore.
      return false;
    }
  },
  mayRead: (request) => {
    const { uid, target } = request;
    if (!isUid(uid)) return false;
    if ('document' in target)
      return /^rooms\/[^/]+$/.test(target.document) || mayReadBelow(request, target.document);
    return mayReadBelow(request, `${target.collection}/*`);
  },
};

function isAllowed(request: WriteRequest): boolean {
  const { path } = request.write;
  const [rooms, roomId = '', name = 'rooms', ...rest] = path.split('/');
  const rules = rooms === 'rooms' && rest.length === LENGTHS[name] ? RULES[name] : undefined;
  if (!isUid(request.uid) || rules === undefined) return false;
  const [old, next] = [request.before.get(path), request.after.get(path)];
  const write = { ...request, roomId, path, id: rest.at(-1) ?? roomId, old, next };
  if (request.write.kind === 'delete') return old === undefined || rules.remove(write);
  return old === undefined ? rules.create(write) : rules.update(write);
}

function mayReadBelow({ uid, now, documents }: ReadRequest, path: string): boolean {
  const [rooms, roomId = '', name = '', ...rest] = path.split('/');
  if (rooms !== 'rooms' || rest.length !== LENGTHS[name]) return false;
  if (name === 'mailboxes') return uidOf(rest[0] ?? '') === uid;
  return name !== 'beacons' || isAdmissionLive(documents.get(admissionPath(roomId, uid)), now);
}

/** How many segments there are below the name of a collection. */
const LENGTHS: Readonly<Record<string, number>> = {
  rooms: 0,
  admissions: 1,
  seats: 1,
  beacons: 1,
  mailboxes: 3,
};

const admit: Rule = (write) => {
  const { uid, id, now } = write;
  const room = roomOf(write);
  const next = valid<Admission>(checkAdmission(write.next, isInstant));
  if (next === undefined || room === undefined) return false;
  return (
    id === uid &&
    next.by === uid &&
    isNow(next.at, now) &&
    isOpen(room, now) &&
    endsInTime(next.expiresAt, now)
  );
};

const RULES: Readonly<Record<string, Rules>> = {
  rooms: {
    create: (write) => isNewRoom(write) && (write.next as Room).endedAt === undefined,
    update: (write) =>
      takesHost(write) ||
      ((write.old as Room).createdBy === write.uid && (isMadeAgain(write) || isEnded(write))),
    remove: ({ old, uid }) => (old as Room).createdBy === uid && (old as Room).endedAt !== undefined,
  },
  admissions: {
    create: admit,
    update: admit,
    remove: (write) => write.id === write.uid || isEndedByCaller(write),
  },
  seats: seatRules,
  beacons: beaconRules,
  mailboxes: mailRules,
};

function isNewRoom({ next, uid, now }: Write): boolean {
  const room = valid<Room>(checkRoom(next, isInstant));
  if (room?.protocolVersion !== PROTOCOL_VERSION || room.sealed) return false;
  return (
    room.host === uid &&
    room.createdBy === uid &&
    isNow(room.createdAt, now) &&
    endsInTime(room.expiresAt, now, LIMITS.ROOM_LIFETIME_MAX_SECONDS)
  );
}

const isMadeAgain = (write: Write): boolean =>
  changesOnly(write, ['createdAt', 'expiresAt']) &&
  isNewRoom(write) &&
  (write.next as Room).endedAt === undefined;

function isEnded(write: Write): boolean {
  const { endedAt } = write.next as Room;
  return changesOnly(write, ['endedAt']) && isInstant(endedAt) && isNow(endedAt, write.now);
}

function takesHost(write: Write): boolean {
  const { uid, now } = write;
  const old = write.old as Room;
  const next = valid<Room>(checkRoom(write.next, isInstant));
  if (!changesOnly(write, ['host', 'hostSeat']) || next?.host !== uid || !isOpen(old, now)) return false;
  if (next.hostSeat === undefined) return false;
  if (old.createdBy === uid) return true;
  const seat = seatAfter(write, next.hostSeat);
  // There is one role.
  return seat !== undefined && uidOf(seat.peer) === uid && (old.host === uid || !isHostThere(write));
}

function isHostThere({ before, now, old, roomId }: Write): boolean {
  const { host, hostSeat = 0 } = old as Room;
  const seat = before.get(seatPath(roomId, hostSeat)) as Seat | undefined;
  if (seat === undefined || uidOf(seat.peer) !== host) return false;
  const beacon = before.get(beaconPath(roomId, seat.peer)) as Beacon | undefined;
  return beacon !== undefined && isLeaseOn(beacon.renewedAt, beacon.leaseSeconds, now);
}
