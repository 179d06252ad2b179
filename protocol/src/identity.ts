import { LIMITS } from './limits.ts';
import { PATTERNS } from './patterns.ts';

const UID = new RegExp(PATTERNS.UID);
const PEER_ID = new RegExp(PATTERNS.PEER_ID);
const NONCE = new RegExp(PATTERNS.ROOM_NONCE);
const ROOM_ID = new RegExp(PATTERNS.ROOM_ID);
const OFFER_ID = new RegExp(PATTERNS.OFFER_ID);
const PROOF = new RegExp(PATTERNS.PROOF);
const SHA256 = new RegExp(PATTERNS.SHA256);
const SEALED = new RegExp(PATTERNS.SEALED);

export function isUid(value: unknown): value is string {
  return typeof value === 'string' && UID.test(value);
}

export function isRoomId(value: unknown): value is string {
  return typeof value === 'string' && ROOM_ID.test(value);
}

export function isRoomNonce(value: unknown): value is string {
  return typeof value === 'string' && NONCE.test(value);
}

export function isOfferId(value: unknown): value is string {
  return typeof value === 'string' && OFFER_ID.test(value);
}

/** What is shown at the door: see {@link PATTERNS.PROOF}. */
export function isProof(value: unknown): value is string {
  return typeof value === 'string' && PROOF.test(value);
}

/** A SHA-256 in lower-case hexadecimal. */
export function isSha256(value: unknown): value is string {
  return typeof value === 'string' && SHA256.test(value);
}

/** Whether this may be sealed text: base64url, with a nonce and a tag. */
export function isSealedText(value: unknown): value is string {
  return typeof value === 'string' && SEALED.test(value);
}

/** One tab, device or process in one room, for one visit: `uid~epoch`. */
export function peerIdOf(uid: string, epoch: string): string {
  return `${uid}~${epoch}`;
}

export function isPeerId(value: unknown): value is string {
  return typeof value === 'string' && PEER_ID.test(value);
}

/** The owner of a peer id: the part that security rules compare with `request.auth.uid`. */
export function uidOf(peerId: string): string {
  return peerId.split('~')[0] ?? '';
}

/**
 * The room id that `createdBy` and `nonce` commit to: the first 128 bits of SHA-256 over `createdBy~nonce`, in lower-case
 * hexadecimal. The rules compute the same, so a room that is gone can be made again by its creator only.
 */
export async function roomIdOf(createdBy: string, nonce: string): Promise<string> {
  return (await sha256Of(`${createdBy}~${nonce}`)).slice(0, LIMITS.ROOM_ID_LENGTH);
}

/**
 * Whether the roster of a room, names and no addresses, is for everybody who has the link; else it is for the admitted. The first
 * digit of the room's id tells, so that the rules need no document to know. In a room that is made as an open one it is for
 * everybody; it stays what it was when the access mode is changed.
 */
export function isRosterPublic(roomId: string): boolean {
  return roomId < '8';
}

/** A nonce, and the id of the room that `createdBy` makes with it, whose roster is public or not. */
export async function newRoomId(
  createdBy: string,
  isPublic: boolean,
): Promise<{ readonly roomId: string; readonly nonce: string }> {
  for (;;) {
    const nonce = randomRoomNonce();
    const roomId = await roomIdOf(createdBy, nonce);
    if (isRosterPublic(roomId) === isPublic) return { roomId, nonce };
  }
}

/** SHA-256 of a text, as the rules compute it: lower-case hexadecimal. */
export async function sha256Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * What the token of an invite link stands for.
 * @returns `proof`, which a visitor shows, and the invite's id, from which neither the proof nor the token can be told
 */
export async function inviteOf(token: string): Promise<{ readonly proof: string; readonly hash: string }> {
  const proof = await sha256Of(token);
  return { proof, hash: await sha256Of(proof) };
}

/** `length` random characters of base64url, six bits each, from the platform's cryptographic generator. */
export function randomToken(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte & 63]).join('');
}

export function randomEpoch(): string {
  return randomToken(LIMITS.EPOCH_LENGTH);
}

export function randomRoomNonce(): string {
  return randomToken(LIMITS.ROOM_NONCE_LENGTH);
}

export function randomOfferId(): string {
  return randomToken(LIMITS.OFFER_ID_LENGTH_MIN);
}
