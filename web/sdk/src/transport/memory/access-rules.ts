import {
  admissionPath,
  banPath,
  checkBan,
  checkInvite,
  checkKnock,
  checkMember,
  checkQuota,
  checkSecret,
  checkTry,
  isSha256,
  isUid,
  LIMITS,
  memberPath,
  tryPath,
  type BanDocument,
  type InviteDocument,
  type KnockDocument,
  type MemberDocument,
  type QuotaDocument,
  type SecretDocument,
  type TryDocument,
} from '@firesignal/protocol';
import { isInstant, type Instant } from '../signal-transport.ts';
import { isRunBy, mayActOn, mayGive } from './role-rules.ts';
import {
  anyOf,
  at,
  changesOnly,
  countsOn,
  endsWithin,
  isNow,
  isOpen,
  isPast,
  isRoomEndedByCaller,
  roomAfter,
  roomBefore,
  startsCount,
  valid,
  type Admission,
  type Rule,
  type Rules,
  type Write,
} from './rule-words.ts';
import { sha256Hex } from './sha256.ts';

type Invite = InviteDocument<Instant>;
type Knock = KnockDocument<Instant>;
type Member = MemberDocument<Instant>;
type Try = TryDocument<Instant>;
type Quota = QuotaDocument<Instant>;

const never: Rule = () => false;

/** Whether what the caller gives is its own, of now, and for a time. */
const isGrantByCaller = ({ by, at: begin, expiresAt }: BanDocument<Instant>, { uid, now }: Write): boolean =>
  by === uid && isNow(begin, now) && endsWithin(expiresAt, now);

/** Who runs the room takes it away, and who has ended it. */
const clearedBy = (may: Rule): Rule => {
  return (write) =>
    anyOf(
      () => may(write),
      () => isRoomEndedByCaller(write),
    );
};

const isRunByCaller: Rule = (write) => isRunBy(roomBefore(write), write);

export const inviteRules: Rules = {
  create: (write) => {
    const invite = valid<Invite>(checkInvite(write.next, isInstant));
    const room = roomAfter(write);
    return (
      isSha256(write.id) &&
      invite.usesLeft >= 1 &&
      isGrantByCaller(invite, write) &&
      isOpen(room, write.now) &&
      mayGive(invite.role, room, write)
    );
  },
  update: givesUse,
  remove: clearedBy((write) => mayGive((write.old as Invite).role, roomBefore(write), write)),
};

function givesUse(write: Write): boolean {
  const { now, uid, roomId, before, after, id } = write;
  const [old, next] = [write.old as Invite, write.next as Invite];
  const shown = at(after, tryPath(roomId, uid)) as Try;
  const admission = admissionPath(roomId, uid);
  return (
    changesOnly(write, ['usesLeft']) &&
    next.usesLeft === old.usesLeft - 1 &&
    next.usesLeft >= 0 &&
    old.expiresAt.epochMs > now &&
    isNow(shown.at, now) &&
    sha256Hex(shown.proof) === id &&
    !before.has(admission) &&
    after.has(admission)
  );
}

export const knockRules: Rules = {
  create: knocks,
  update: (write) =>
    anyOf(
      () => knocks(write) && mayKnockAgain(write),
      () => answersKnock(write),
    ),
  remove: clearedBy((write) => (write.id === write.uid && mayKnockAgain(write)) || isRunByCaller(write)),
};

function knocks(write: Write): boolean {
  const { id, uid, now, before, roomId } = write;
  const room = roomBefore(write);
  const knock = valid<Knock>(checkKnock(write.next, isInstant, room.sealed));
  return (
    id === uid &&
    knock.answer === undefined &&
    isNow(knock.at, now) &&
    endsWithin(knock.expiresAt, now, LIMITS.KNOCK_LIFETIME_MAX_SECONDS) &&
    isOpen(room, now) &&
    (room.access === 'knock' || room.locked !== undefined) &&
    !before.has(banPath(roomId, uid))
  );
}

function mayKnockAgain({ old, now }: Write): boolean {
  const { at: knockedAt, answer } = old as Knock;
  return isPast(knockedAt, LIMITS.KNOCK_COOLDOWN_SECONDS, now) || answer === 'admitted';
}

function answersKnock(write: Write): boolean {
  const { uid, now, after, roomId, id } = write;
  const room = roomBefore(write);
  const { answer, answeredBy } = valid<Knock>(checkKnock(write.next, isInstant, room.sealed));
  return (
    changesOnly(write, ['answer', 'answeredBy']) &&
    answer !== undefined &&
    answeredBy === uid &&
    isOpen(room, now) &&
    isRunBy(room, write) &&
    (answer === 'declined' || after.has(admissionPath(roomId, id)))
  );
}

export const banRules: Rules = { create: bans, update: bans, remove: clearedBy(isRunByCaller) };

function bans(write: Write): boolean {
  const { id, now, before, after, roomId } = write;
  const room = roomBefore(write);
  const path = admissionPath(roomId, id);
  const { role } = (before.get(path) ?? { role: 'viewer' }) as Pick<Admission, 'role'>;
  // A moderator that is listed as one comes back as one.
  const { role: listed } = (before.get(memberPath(roomId, id)) ?? { role: 'viewer' }) as Pick<Member, 'role'>;
  return (
    isUid(id) &&
    isGrantByCaller(valid(checkBan(write.next, isInstant)), write) &&
    isOpen(room, now) &&
    !after.has(path) &&
    mayActOn(id, role, room, write) &&
    mayActOn(id, listed, room, write)
  );
}

export const memberRules: Rules = {
  create: lists,
  update: (write) => lists(write) && mayGive((write.old as Member).role, roomBefore(write), write),
  remove: clearedBy((write) => mayGive((write.old as Member).role, roomBefore(write), write)),
};

function lists(write: Write): boolean {
  const member = valid<Member>(checkMember(write.next, isInstant));
  const room = roomAfter(write);
  return (
    isUid(write.id) &&
    isGrantByCaller(member, write) &&
    isOpen(room, write.now) &&
    mayGive(member.role, room, write)
  );
}

export const tryRules: Rules = {
  create: (write) => startsCount(newTry(write), write.now),
  update: (write) =>
    countsOn(newTry(write), write.old as Try, LIMITS.TRIES_COUNT_MAX, LIMITS.TRIES_WINDOW_SECONDS, write.now),
  remove: clearedBy(never),
};

function newTry(write: Write): Try {
  const shown = valid<Try>(checkTry(write.next, isInstant));
  if (!isCountOfCaller(shown, write) || !isOpen(roomBefore(write), write.now)) throw new Error('No such try');
  return shown;
}

const isCountOfCaller = (
  { at: countedAt, expiresAt }: Pick<Try, 'at' | 'expiresAt'>,
  { id, uid, now }: Write,
): boolean => id === uid && isNow(countedAt, now) && endsWithin(expiresAt, now);

export const secretRules: Rules = {
  create: setsSecret,
  update: setsSecret,
  remove: clearedBy((write) => roomBefore(write).host === write.uid),
};

function setsSecret(write: Write): boolean {
  const secret = valid<SecretDocument<Instant>>(checkSecret(write.next, isInstant));
  const room = roomAfter(write);
  return (
    write.id === 'password' &&
    isGrantByCaller(secret, write) &&
    isOpen(room, write.now) &&
    room.host === write.uid
  );
}

export const quotaRules: Rules = {
  create: (write) => startsCount(newQuota(write), write.now),
  update: (write) =>
    countsOn(
      newQuota(write),
      write.old as Quota,
      LIMITS.ROOMS_COUNT_MAX,
      LIMITS.ROOMS_WINDOW_SECONDS,
      write.now,
    ),
  remove: never,
};

function newQuota(write: Write): Quota {
  const quota = valid<Quota>(checkQuota(write.next, isInstant));
  if (!isCountOfCaller(quota, write)) throw new Error('No such quota');
  return quota;
}
