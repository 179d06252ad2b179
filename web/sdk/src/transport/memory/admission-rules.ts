import {
  banPath,
  beaconPath,
  checkAdmission,
  invitePath,
  isUid,
  LIMITS,
  memberPath,
  secretPath,
  tryPath,
  type InviteDocument,
  type MemberDocument,
  type Role,
  type SecretDocument,
  type TryDocument,
} from '@firesignal/protocol';
import { isInstant, type Instant } from '../signal-transport.ts';
import { isEntryRole, mayActOn, mayGive } from './role-rules.ts';
import {
  anyOf,
  at,
  changesOnly,
  endsWithin,
  isBeaconOn,
  isNow,
  isOpen,
  isPeerOfCaller,
  isRoomEndedByCaller,
  roomBefore,
  valid,
  type Admission,
  type Beacon,
  type Room,
  type Rules,
  type Write,
} from './rule-words.ts';
import { sha256Hex } from './sha256.ts';

export const admissionRules: Rules = {
  create: (write) => {
    const room = roomBefore(write);
    const admission = validAdmission(write, room);
    const isWelcome = isOpen(room, write.now) && !write.before.has(banPath(write.roomId, write.id));
    return (
      isWelcome &&
      anyOf(
        () => admitsItself(write, admission, room),
        () => isLetIn(write, admission, room),
      )
    );
  },
  update: (write) =>
    anyOf(
      () => renewsAdmission(write),
      () => changesAdmittedRole(write),
      () => letsInAnew(write),
    ),
  remove: (write) =>
    anyOf(
      () => takesAdmissionAway(write),
      () => isRoomEndedByCaller(write),
    ),
};

function validAdmission(write: Write, room: Room): Admission {
  const admission = shaped(write, room);
  if (admission.by !== write.uid) throw new Error('Somebody else has admitted');
  return admission;
}

/** An admission of now. */
function shaped({ next, now }: Write, room: Room): Admission {
  const admission = valid<Admission>(checkAdmission(next, isInstant, room.sealed));
  if (!isNow(admission.at, now) || !endsWithin(admission.expiresAt, now)) throw new Error('Not of now');
  return admission;
}

/** The creator runs the room, whatever the door says. */
function admitsItself(write: Write, { role, visits }: Admission, room: Room): boolean {
  return (
    write.id === write.uid &&
    visits.every((visit) => isPeerOfCaller(visit, write)) &&
    ((room.createdBy === write.uid && role === 'moderator') ||
      (room.locked === undefined && getsInAs(role, room, write)))
  );
}

function getsInAs(role: Role, room: Room, write: Write): boolean {
  const doors: Readonly<Record<Room['access'], () => boolean>> = {
    open: () => isEntryRole(role),
    invite: () => isInvitedAs(role, write),
    password: () => isEntryRole(role) && knowsPassword(write),
    knock: () => false,
    members: () => isMemberAs(role, room, write),
  };
  return doors[room.access]();
}

/** The invite that the caller shows in the same commit gives one of its uses for this. */
function isInvitedAs(role: Role, { uid, now, roomId, before, after }: Write): boolean {
  const shown = at(after, tryPath(roomId, uid)) as TryDocument<Instant>;
  const path = invitePath(roomId, sha256Hex(shown.proof));
  const invite = at(before, path) as InviteDocument<Instant>;
  const { usesLeft } = at(after, path) as InviteDocument<Instant>;
  return isNow(shown.at, now) && invite.role === role && usesLeft === invite.usesLeft - 1;
}

/** What was shown before, in a commit of its own: so a wrong password leaves a trace. */
function knowsPassword({ uid, roomId, before }: Write): boolean {
  const { proof } = at(before, tryPath(roomId, uid)) as TryDocument<Instant>;
  return (
    sha256Hex(proof) === (at(before, secretPath(roomId, 'password')) as SecretDocument<Instant>).verifier
  );
}

function isMemberAs(role: Role, { memberClaim }: Room, { uid, roomId, before, claims }: Write): boolean {
  const member = before.get(memberPath(roomId, uid)) as MemberDocument<Instant> | undefined;
  if (member?.role === role) return true;
  if (!isEntryRole(role) || memberClaim === undefined) return false;
  const claim = claims[memberClaim.name];
  return claim === memberClaim.value || (Array.isArray(claim) && claim.includes(memberClaim.value));
}

function isLetIn(write: Write, { role, visits }: Admission, room: Room): boolean {
  return write.id !== write.uid && isUid(write.id) && visits.length === 0 && mayGive(role, room, write);
}

function renewsAdmission(write: Write): boolean {
  const room = roomBefore(write);
  const old = write.old as Admission;
  const { visits } = shaped(write, room);
  return (
    write.id === write.uid &&
    changesOnly(write, ['name', 'visits', 'at', 'leaseSeconds', 'expiresAt']) &&
    visits.every((visit) => isPeerOfCaller(visit, write)) &&
    old.expiresAt.epochMs > write.now &&
    keepsSeated(
      old.visits.filter((visit) => !visits.includes(visit)),
      write,
    ) &&
    isOpen(room, write.now)
  );
}

/** So a user never has more seats than visits. */
function keepsSeated(dropped: readonly string[], { after, roomId, now }: Write): boolean {
  return !dropped.slice(0, LIMITS.VISITS_PER_USER_MAX).some((peer) => {
    const beacon = after.get(beaconPath(roomId, peer)) as Beacon | undefined;
    return beacon !== undefined && isBeaconOn(beacon, now);
  });
}

/** Who is in a lobby that has been locked since, and knocks. */
function letsInAnew(write: Write): boolean {
  const room = roomBefore(write);
  const { role } = validAdmission(write, room);
  return (
    changesOnly(write, ['role', 'by', 'at', 'leaseSeconds', 'expiresAt']) &&
    write.id !== write.uid &&
    isOpen(room, write.now) &&
    mayChange(write, role, room)
  );
}

function changesAdmittedRole(write: Write): boolean {
  const room = roomBefore(write);
  const { role } = write.next as Admission;
  return changesOnly(write, ['role']) && isOpen(room, write.now) && mayChange(write, role, room);
}

const mayChange = (write: Write, role: Role, room: Room): boolean =>
  mayActOn(write.id, (write.old as Admission).role, room, write) && mayGive(role, room, write);

function takesAdmissionAway(write: Write): boolean {
  const { visits, role } = write.old as Admission;
  return (
    keepsSeated(visits, write) &&
    (write.id === write.uid || mayActOn(write.id, role, roomBefore(write), write))
  );
}
