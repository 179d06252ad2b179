import {
  beaconPath,
  checkRoom,
  HOST_ROLES,
  isRosterPublic,
  isUid,
  LIMITS,
  PROTOCOL_VERSION,
  quotaPath,
  seatPath,
  uidOf,
  type QuotaDocument,
  type Role,
} from '@firesignal/protocol';
import { isInstant, type Instant } from '../signal-transport.ts';
import {
  banRules,
  inviteRules,
  knockRules,
  memberRules,
  quotaRules,
  secretRules,
  tryRules,
} from './access-rules.ts';
import { admissionRules } from './admission-rules.ts';
import { mayRead } from './read-rules.ts';
import { isRunBy } from './role-rules.ts';
import {
  admissionAfter,
  anyOf,
  at,
  changesOnly,
  endsWithin,
  isBeaconOn,
  isEndedRoomOfCaller,
  isNow,
  isOpen,
  seatAfter,
  valid,
  type Beacon,
  type Room,
  type Rules,
  type Seat,
  type Write,
} from './rule-words.ts';
import type { MemoryRules, WriteRequest } from './rules.ts';
import { seatRules } from './seat-rules.ts';
import { sha256Hex } from './sha256.ts';
import { beaconRules, mailRules } from './signal-rules.ts';

/**
 * What `firestore.rules` comes to. Shapes are those of the validators, which agree with the rules but for the grammar of
 * SDPs and candidates. The limits on what a rule may evaluate are left out.
 */
export const roomRules: MemoryRules = {
  mayWrite: (request) => anyOf(() => isAllowed(request)),
  mayRead: (request) => anyOf(() => mayRead(request)),
};

function isAllowed(request: WriteRequest): boolean {
  const { path } = request.write;
  const [root = '', roomId = '', name = root, ...rest] = path.split('/');
  const rules = root === 'rooms' || (root === 'quotas' && rest.length === 0) ? RULES[name] : undefined;
  if (!isUid(request.uid) || rules?.length !== rest.length) return false;
  const [old, next] = [request.before.get(path), request.after.get(path)];
  const write = { ...request, roomId, path, id: rest.at(-1) ?? roomId, old, next };
  if (request.write.kind === 'delete') return (old === undefined && root === 'rooms') || rules.remove(write);
  return old === undefined ? rules.create(write) : rules.update(write);
}

const doorRules: Rules = {
  create: isNewRoom,
  update: (write) =>
    anyOf(
      () => takesHost(write),
      () => handsOver(write),
      () => changesDoor(write),
      () => endsRoom(write),
      () => isMadeAgain(write),
    ),
  remove: ({ old, uid }) => isEndedRoomOfCaller(old as Room, uid),
};

/** For each collection, with how many segments there are below its name. */
const RULES: Readonly<Record<string, Rules & { readonly length: number }>> = {
  rooms: { ...doorRules, length: 0 },
  admissions: { ...admissionRules, length: 1 },
  seats: { ...seatRules, length: 1 },
  beacons: { ...beaconRules, length: 1 },
  mailboxes: { ...mailRules, length: 3 },
  invites: { ...inviteRules, length: 1 },
  knocks: { ...knockRules, length: 1 },
  bans: { ...banRules, length: 1 },
  members: { ...memberRules, length: 1 },
  tries: { ...tryRules, length: 1 },
  secrets: { ...secretRules, length: 1 },
  quotas: { ...quotaRules, length: 0 },
};

function isNewRoom(write: Write): boolean {
  const { uid, roomId, after } = write;
  const room = freshRoom(write);
  const isItsId =
    sha256Hex(`${room.createdBy}~${room.nonce}`).slice(0, LIMITS.ROOM_ID_LENGTH) === roomId &&
    (room.access === 'open') === isRosterPublic(roomId);
  return isItsId && (at(after, quotaPath(uid)) as QuotaDocument<Instant>).room === roomId;
}

/** A room as its creator makes it. */
function freshRoom({ next, uid, now }: Write): Room {
  const room = valid<Room>(checkRoom(next, isInstant));
  const isFresh =
    room.protocolVersion === PROTOCOL_VERSION &&
    room.hostSeat === undefined &&
    room.endedAt === undefined &&
    room.host === uid &&
    room.createdBy === uid &&
    isNow(room.createdAt, now) &&
    endsWithin(room.expiresAt, now, LIMITS.ROOM_LIFETIME_MAX_SECONDS);
  if (!isFresh) throw new Error('No such room');
  return room;
}

function isMadeAgain(write: Write): boolean {
  return changesOnly(write, ['createdAt', 'expiresAt']) && freshRoom(write).createdBy === write.uid;
}

function endsRoom(write: Write): boolean {
  const old = write.old as Room;
  const { endedAt } = write.next as Room;
  return (
    changesOnly(write, ['endedAt']) &&
    isInstant(endedAt) &&
    isNow(endedAt, write.now) &&
    (old.createdBy === write.uid || isRunBy(old, write))
  );
}

function changesDoor(write: Write): boolean {
  const old = write.old as Room;
  const isDoor = isOpen(old, write.now) && checkRoom(write.next, isInstant).ok;
  return (
    isDoor &&
    ((changesOnly(write, ['capacity', 'locked', 'access', 'memberClaim']) && old.host === write.uid) ||
      (changesOnly(write, ['capacity', 'locked']) && isRunBy(old, write)))
  );
}

/** The creator need not ask. Everybody else has a seat, and finds the host's taken, free, or its lease over. */
function takesHost(write: Write): boolean {
  const { uid } = write;
  const old = write.old as Room;
  const { host, hostSeat } = newHost(write, old);
  if (host !== uid) return false;
  if (old.createdBy === uid) return true;
  return isHostSeatOf(uid, hostSeat, write) && (old.host === uid || !isHostThere(write, old));
}

function handsOver(write: Write): boolean {
  const old = write.old as Room;
  const { host, hostSeat } = newHost(write, old);
  return old.host === write.uid && isHostSeatOf(host, hostSeat, write);
}

function newHost(write: Write, old: Room): Pick<Required<Room>, 'host' | 'hostSeat'> {
  const { host, hostSeat } = valid<Room>(checkRoom(write.next, isInstant));
  if (hostSeat === undefined || !changesOnly(write, ['host', 'hostSeat']) || !isOpen(old, write.now))
    throw new Error('No new host');
  return { host, hostSeat };
}

/** A seat alone gives nothing: it may be left over from who was put out, or show a role that has been taken. */
function isHostSeatOf(uid: string, number: number, write: Write): boolean {
  const { peer, kicked } = seatAfter(write, number);
  if (uidOf(peer) !== uid || kicked !== undefined) return false;
  const { visits, role } = admissionAfter(write, uid);
  return visits.includes(peer) && (HOST_ROLES as readonly Role[]).includes(role);
}

function isHostThere({ before, now, roomId }: Write, { host, hostSeat = 0 }: Room): boolean {
  const seat = before.get(seatPath(roomId, hostSeat)) as Seat | undefined;
  if (seat === undefined || uidOf(seat.peer) !== host) return false;
  const beacon = before.get(beaconPath(roomId, seat.peer)) as Beacon | undefined;
  return beacon !== undefined && isBeaconOn(beacon, now);
}
