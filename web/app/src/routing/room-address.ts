import { roomLink, type Room } from 'firesignal';
import { roomPathname } from './route.ts';
import { takenLinks } from './take-room-link.ts';

/** What opens a room: the whole link that led to it, if that had secrets, or the id. */
export function whatOpens(roomId: string): string {
  return takenLinks.at(roomPathname(roomId)) ?? roomId;
}

/** The link to share: with the key of a sealed room, and without the invite that this visitor came by. */
export function linkTo({ id, key }: Room): string {
  return roomLink(location.origin, id, { key });
}

/** The same with an invite, for whom one wants to let in. */
export function inviteLinkTo({ id, key }: Room, invite: string): string {
  return roomLink(location.origin, id, { key, invite });
}

/** Keeps the key of a room that was just made, for when the page is loaded again. */
export function keepKey(roomId: string, key: string): void {
  takenLinks.keep(roomPathname(roomId), roomLink(location.origin, roomId, { key }));
}
