import { isLinkKey, isRoomId } from '@firesignal/protocol';
import { SignalingError } from './errors.ts';

const ROOM_PATH = /\/r\/([^/?#]+)\/?$/;
const INVITE = /^[\w-]{16,128}$/;

/**
 * What a link says beside which room it is. Both are in its fragment, which browsers send to no server. Take them out of the
 * address bar before anything else runs: pages of sign-in providers and analytics are told the whole address.
 */
export type LinkSecrets = {
  /** The key of a sealed room: 43 characters of base64url. */
  readonly key?: string | undefined;
  /** The token of an invite: 16 to 128 characters of base64url. */
  readonly invite?: string | undefined;
};

export type RoomLink = LinkSecrets & { readonly roomId: string };

/**
 * The link to share: `{base origin}/r/{roomId}`, and `#k={key}&i={invite}` where there are such.
 *
 * @param base - any address of the page's site
 * @throws `signaling/invalid-argument` when `base` is no URL, the id no room id, or a secret none
 */
export function roomLink(base: string | URL, roomId: string, secrets: LinkSecrets = {}): string {
  const { key, invite } = secrets;
  if (!isRoomId(roomId)) throw new SignalingError('signaling/invalid-argument', 'roomId is not a room id.');
  if (!URL.canParse(base)) throw new SignalingError('signaling/invalid-argument', 'base is not a URL.');
  if (!areSecrets(secrets)) throw new SignalingError('signaling/invalid-argument', 'key or invite is none.');
  const link = new URL(`/r/${roomId}`, base);
  link.hash = [
    ...(key === undefined ? [] : [`k=${key}`]),
    ...(invite === undefined ? [] : [`i=${invite}`]),
  ].join('&');
  return link.href;
}

/**
 * The parts of a link. The id of a room is taken for one, too.
 *
 * @throws `signaling/invalid-link` for anything else, and for a link whose key or invite has been cut off
 */
export function parseRoomLink(text: string): RoomLink {
  const trimmed = text.trim();
  if (isRoomId(trimmed)) return { roomId: trimmed };
  if (URL.canParse(trimmed)) {
    const { pathname, hash } = new URL(trimmed);
    const roomId = ROOM_PATH.exec(pathname)?.[1];
    const fragment = new URLSearchParams(hash.slice(1));
    const key = fragment.get('k') ?? undefined;
    const invite = fragment.get('i') ?? undefined;
    if (isRoomId(roomId) && areSecrets({ key, invite }))
      return { roomId, ...(key !== undefined && { key }), ...(invite !== undefined && { invite }) };
  }
  throw new SignalingError('signaling/invalid-link');
}

function areSecrets({ key, invite }: LinkSecrets): boolean {
  return (key === undefined || isLinkKey(key)) && (invite === undefined || INVITE.test(invite));
}
