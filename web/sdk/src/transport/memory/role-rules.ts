import { admissionPath, ENTRY_ROLES, ROLES, type Role } from '@firesignal/protocol';
import { at, type Admission, type Asking, type Room } from './rule-words.ts';

/* Who runs a room, and whom that may touch. */

export const isRunBy = (room: Room, asking: Asking): boolean =>
  room.host === asking.uid || isModerator(asking);

function isModerator({ before, roomId, uid, now }: Asking): boolean {
  const { role, expiresAt } = at(before, admissionPath(roomId, uid)) as Admission;
  return role === 'moderator' && expiresAt.epochMs > now;
}

export const isEntryRole = (role: string): boolean => (ENTRY_ROLES as readonly string[]).includes(role);

/** A role that the caller may give and take: one below its own. */
export function mayGive(role: Role, room: Room, asking: Asking): boolean {
  return ROLES.includes(role) && (room.host === asking.uid || (isEntryRole(role) && isModerator(asking)));
}

/** Nobody acts on the host, and nobody but the host on moderators and the creator. */
export function mayActOn(uid: string, role: Role, room: Room, asking: Asking): boolean {
  return (
    uid !== room.host && mayGive(role, room, asking) && (room.host === asking.uid || uid !== room.createdBy)
  );
}
