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
