import { LIMITS } from './limits.ts';

const size = (min: number, max = min): string =>
  min === max ? `{${String(min)}}` : `{${String(min)},${String(max)}}`;

const BASE64URL = '[A-Za-z0-9_-]';
const UID = BASE64URL + size(1, LIMITS.UID_LENGTH_MAX);
const EPOCH = BASE64URL + size(LIMITS.EPOCH_LENGTH);
const PEER_ID = `${UID}~${EPOCH}`;

/**
 * The shapes of ids as regular expressions, each for a whole string. The rules get them by generation, so only the syntax
 * that JavaScript and RE2 share may be used. Nothing but numbers of {@link LIMITS} is ever put into a pattern.
 */
export const PATTERNS = {
  UID: `^${UID}$`,
  PEER_ID: `^${PEER_ID}$`,
  /** Peer ids joined by commas, as the rules see a list: they have no loops. */
  PEER_IDS: `^(${PEER_ID}(,${PEER_ID})*)?$`,
  ROOM_NONCE: `^${BASE64URL}${size(LIMITS.ROOM_NONCE_LENGTH)}$`,
  ROOM_ID: `^[0-9a-f]${size(LIMITS.ROOM_ID_LENGTH)}$`,
  /** What is shown at the door: the proof of a password (43 characters of base64url), or the SHA-256 of an invite's token. */
  PROOF: `^${BASE64URL}${size(43, 64)}$`,
  /** Lower-case hexadecimal. */
  SHA256: '^[0-9a-f]{64}$',
  /** Base64url of at least a nonce and a tag. */
  SEALED: `^${BASE64URL}{38,}$`,
  OFFER_ID: `^${BASE64URL}${size(LIMITS.OFFER_ID_LENGTH_MIN, LIMITS.OFFER_ID_LENGTH_MAX)}$`,
  /** Canonical decimal: one seat has one name. */
  SEAT: '^(0|[1-9][0-9]?)$',
} as const;
