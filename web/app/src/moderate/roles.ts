import type { Role, Room, RosterEntry } from 'firesignal';
import { runsRoom } from '../session/desk.ts';

export const ROLE_WORDS = {
  moderator: 'Moderator',
  speaker: 'Speaker',
  viewer: 'Viewer',
} as const satisfies Record<Role, string>;

/** What stands behind somebody's name. A speaker is what people are. */
export function roleNote({ isHost, role }: Pick<RosterEntry, 'isHost' | 'role'>): string {
  if (isHost) return 'host';
  return role === 'speaker' ? '' : role;
}

/** Whether one's own visit stands above somebody: the host above all, moderators above speakers and viewers. */
export function standsAbove(room: Room, other: RosterEntry): boolean {
  if (other.isSelf || other.isHost || other.peerId.startsWith(`${room.uid}~`)) return false;
  return room.isHost || (runsRoom(room) && other.role !== 'moderator');
}
