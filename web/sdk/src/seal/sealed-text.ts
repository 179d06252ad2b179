import {
  additionalDataOf,
  LIMITS,
  SEAL_NONCE_BYTES,
  SEAL_TAG_BYTES,
  type SealContext,
} from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { fromBase64url, toBase64url } from './base64url.ts';

const NAME = 'AES-GCM';
/** One byte for the length of a name in UTF-8, its bytes, zeros: so all sealed names are of one length. */
const PADDED_NAME_BYTES = 1 + 3 * LIMITS.NAME_LENGTH_MAX;
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Seals a name: base64url of nonce, ciphertext and tag, of the same length for all names.
 *
 * @param nonce for test vectors only; else each sealing has a fresh one
 */
export function sealName(
  key: CryptoKey,
  context: NameContext,
  name: string,
  nonce = newNonce(),
): Promise<string> {
  return seal(key, context, padded(name), nonce);
}

/** @throws `signaling/seal-broken` */
export async function openName(key: CryptoKey, context: NameContext, sealed: string): Promise<string> {
  return unpadded(await open(key, context, sealed, LIMITS.SEALED_NAME_LENGTH_MAX));
}

/**
 * Seals what a signal contains, as JSON: base64url of nonce, ciphertext and tag.
 *
 * @param nonce for test vectors only; else each sealing has a fresh one
 * @throws `signaling/message-too-large`
 */
export async function sealSignal(
  key: CryptoKey,
  context: SignalContext,
  contents: object,
  nonce = newNonce(),
): Promise<string> {
  const sealed = await seal(key, context, utf8.encode(JSON.stringify(contents)), nonce);
  if (sealed.length > LIMITS.SEALED_SIGNAL_LENGTH_MAX)
    throw new SignalingError('signaling/message-too-large', 'A sealed signal is too long.');
  return sealed;
}

/**
 * The JSON that was sealed. Whoever has the key can have sealed anything: it has to be validated.
 *
 * @throws `signaling/seal-broken`
 */
export async function openSignal(key: CryptoKey, context: SignalContext, sealed: string): Promise<unknown> {
  const bytes = await open(key, context, sealed, LIMITS.SEALED_SIGNAL_LENGTH_MAX);
  try {
    return JSON.parse(strictUtf8.decode(bytes)) as unknown;
  } catch (cause) {
    throw broken(cause);
  }
}

type NameContext = Extract<SealContext, { kind: 'name' }>;
type SignalContext = Exclude<SealContext, NameContext>;
type Bytes = Uint8Array<ArrayBuffer>;

function newNonce(): Bytes {
  return crypto.getRandomValues(new Uint8Array(SEAL_NONCE_BYTES));
}

async function seal(key: CryptoKey, context: SealContext, bytes: Bytes, nonce: Bytes): Promise<string> {
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(parameters(context, nonce), key, bytes));
  const sealed = new Uint8Array(SEAL_NONCE_BYTES + ciphertext.length);
  sealed.set(nonce);
  sealed.set(ciphertext, SEAL_NONCE_BYTES);
  return toBase64url(sealed);
}

async function open(key: CryptoKey, context: SealContext, sealed: string, lengthMax: number): Promise<Bytes> {
  // Looked at before anything is done with it: nobody is to make us work for nothing.
  const bytes = sealed.length > lengthMax ? undefined : fromBase64url(sealed);
  if (bytes === undefined || bytes.length < SEAL_NONCE_BYTES + SEAL_TAG_BYTES) throw broken();
  const nonce = bytes.subarray(0, SEAL_NONCE_BYTES);
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt(parameters(context, nonce), key, bytes.subarray(SEAL_NONCE_BYTES)),
    );
  } catch (cause) {
    throw broken(cause);
  }
}

function parameters(context: SealContext, iv: Bytes): AesGcmParams {
  const additionalData = utf8.encode(additionalDataOf(context));
  return { name: NAME, iv, additionalData, tagLength: 8 * SEAL_TAG_BYTES };
}

function padded(name: string): Bytes {
  if (name.length > LIMITS.NAME_LENGTH_MAX)
    throw new SignalingError('signaling/invalid-argument', 'name is too long.');
  const bytes = new Uint8Array(PADDED_NAME_BYTES);
  const { written } = utf8.encodeInto(name, bytes.subarray(1));
  bytes[0] = written;
  return bytes;
}

/** Only what {@link padded} writes: one name has one form. */
function unpadded(bytes: Bytes): string {
  const end = 1 + (bytes[0] ?? PADDED_NAME_BYTES);
  const isPadded = bytes.length === PADDED_NAME_BYTES && bytes.subarray(end).every((byte) => byte === 0);
  try {
    const name = isPadded ? strictUtf8.decode(bytes.subarray(1, end)) : undefined;
    if (name !== undefined && name.length <= LIMITS.NAME_LENGTH_MAX) return name;
  } catch (cause) {
    throw broken(cause);
  }
  throw broken();
}

function broken(cause?: unknown): SignalingError {
  return new SignalingError('signaling/seal-broken', undefined, { cause });
}
