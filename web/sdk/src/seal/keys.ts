import {
  isLinkKey,
  PASSWORD_ITERATIONS,
  PASSWORD_LENGTH_MAX,
  passwordSaltOf,
  SEAL_INFO,
} from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { fromBase64url, toBase64url } from './base64url.ts';

const KEY_BYTES = 32;
const KEY_BITS = 8 * KEY_BYTES;
const utf8 = new TextEncoder();

/** A new key for the link of a room: 256 random bits as base64url. Only the fragment of a link may have it. */
export function newLinkKey(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
}

/**
 * The key that seals a room whose link has a key: AES-256-GCM, which cannot be read out.
 *
 * @throws `signaling/invalid-argument` when it is no key of a link
 */
export async function sealingKeyOfLink(linkKey: string, roomId: string): Promise<CryptoKey> {
  const bytes = isLinkKey(linkKey) ? fromBase64url(linkKey) : undefined;
  if (bytes === undefined) throw new SignalingError('signaling/invalid-argument', 'key is no key of a link.');
  return sealingKey(await sourceOf(bytes), roomId, SEAL_INFO.linkKeySealing);
}

/** What a password gives: something to show at the door, and a key. Neither tells the other, or the password. */
export type PasswordKeys = {
  /** 256 bits as base64url: shown to the rules, which have its SHA-256. */
  readonly proof: string;
  /** Seals a room that is sealed by its password. AES-256-GCM; it cannot be read out. */
  readonly sealingKey: CryptoKey;
};

/** @throws `signaling/invalid-argument` for an empty password, and one of more than 256 characters */
export function requirePassword(password: string): string {
  // Keyboards write the same letters in several ways (UAX 15).
  const text = password.normalize('NFKC');
  if (text !== '' && text.length <= PASSWORD_LENGTH_MAX) return text;
  throw new SignalingError(
    'signaling/invalid-argument',
    `password must have 1 to ${PASSWORD_LENGTH_MAX} characters.`,
  );
}

/**
 * Takes a part of a second: that is what makes guessing slow.
 *
 * @throws `signaling/invalid-argument` as {@link requirePassword}
 */
export async function passwordKeys(password: string, roomId: string): Promise<PasswordKeys> {
  const text = requirePassword(password);
  const { subtle } = crypto;
  const typed = await subtle.importKey('raw', utf8.encode(text), 'PBKDF2', false, ['deriveBits']);
  const stretched = await subtle.deriveBits(
    {
      name: 'PBKDF2',
      hash: 'SHA-256',
      salt: utf8.encode(passwordSaltOf(roomId)),
      iterations: PASSWORD_ITERATIONS,
    },
    typed,
    KEY_BITS,
  );
  const source = await sourceOf(stretched);
  const [proof, key] = await Promise.all([
    subtle.deriveBits(hkdf(roomId, SEAL_INFO.passwordProof), source, KEY_BITS),
    sealingKey(source, roomId, SEAL_INFO.passwordSealing),
  ]);
  return { proof: toBase64url(new Uint8Array(proof)), sealingKey: key };
}

function sourceOf(bytes: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits', 'deriveKey']);
}

function sealingKey(source: CryptoKey, roomId: string, info: string): Promise<CryptoKey> {
  const kind = { name: 'AES-GCM', length: KEY_BITS };
  return crypto.subtle.deriveKey(hkdf(roomId, info), source, kind, false, ['encrypt', 'decrypt']);
}

/** RFC 5869. */
function hkdf(roomId: string, info: string): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt: utf8.encode(roomId), info: utf8.encode(info) };
}
