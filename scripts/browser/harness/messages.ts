import type { MessageDigest } from './contract.ts';

/** A text up to this length crosses the bridge whole. */
const SHORT_TEXT_LENGTH = 200;

export function digestOf(data: string | ArrayBuffer): MessageDigest {
  if (typeof data !== 'string') {
    const bytes = new Uint8Array(data);
    return { type: 'binary', length: bytes.length, checksum: checksumOf(bytes) };
  }
  return {
    type: 'text',
    length: data.length,
    checksum: checksumOf(new TextEncoder().encode(data)),
    ...(data.length <= SHORT_TEXT_LENGTH ? { text: data } : {}),
  };
}

/** FNV-1a: order and content count. */
function checksumOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Bytes that do not repeat within any chunk size. */
export function testBytes(length: number): Uint8Array<ArrayBuffer> {
  let state = length || 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
}
