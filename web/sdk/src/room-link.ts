import { isRoomId } from '@firesignal/protocol';
import { SignalingError } from './errors.ts';

const ROOM_PATH = /\/r\/([^/?#]+)\/?$/;

/**
 * The link to share: `{base origin}/r/{roomId}`.
 *
 * @param base - any address of the page's site
 * @throws `signaling/invalid-argument` when `base` is no URL or the id no room id
 */
export function roomLink(base: string | URL, roomId: string): string {
  if (!isRoomId(roomId)) throw new SignalingError('signaling/invalid-argument', 'roomId is not a room id.');
  if (!URL.canParse(base)) throw new SignalingError('signaling/invalid-argument', 'base is not a URL.');
  return new URL(`/r/${roomId}`, base).href;
}

/**
 * The room id in a link, or the id itself.
 *
 * @throws `signaling/invalid-link` for anything else
 */
export function parseRoomLink(text: string): string {
  const trimmed = text.trim();
  if (isRoomId(trimmed)) return trimmed;
  if (URL.canParse(trimmed)) {
    const id = ROOM_PATH.exec(new URL(trimmed).pathname)?.[1];
    if (isRoomId(id)) return id;
  }
  throw new SignalingError('signaling/invalid-link');
}
