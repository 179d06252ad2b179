import { SignalingError } from '../errors.ts';

const DOMAIN = 'firesignal/safety-code/1';
/** `hash-func SP fingerprint` of RFC 8122 §5: upper-case hexadecimal in pairs, which are read in either case. */
const FINGERPRINT = /^([a-z\d-]{1,32}) ([\da-f]{2}(?::[\da-f]{2}){15,63})$/i;
const LINE = /^a=fingerprint:(.*)$/gm;
const GROUPS = 8;
const GROUP_DIGITS = 5;
const DIGITS = GROUPS * GROUP_DIGITS;

/** The DTLS fingerprints in an SDP, each as `sha-256 AB:CD:…`. */
export function fingerprintsOf(sdp: string): readonly string[] {
  return [...sdp.matchAll(LINE)].map(([, fingerprint = '']) => fingerprint.trim());
}

/**
 * A code that both sides of a connection compute alike, to be compared by people: in words, or face to face. If it is the same,
 * nobody sits between the two. Eight groups of five digits, 132 bits: a part of SHA-256 over the DTLS fingerprints of both.
 *
 * @param local fingerprints of this side's description, each as in RFC 8122: `sha-256 AB:CD:…`
 * @param remote those of the other side's
 * @throws `signaling/invalid-argument` when there is none, or one is none
 */
export async function safetyCodeOf(local: readonly string[], remote: readonly string[]): Promise<string> {
  const sides = [sideOf(local), sideOf(remote)].sort();
  const text = new TextEncoder().encode(JSON.stringify([DOMAIN, ...sides]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const digits = (BigInt(`0x${hex}`) % 10n ** BigInt(DIGITS)).toString().padStart(DIGITS, '0');
  return Array.from({ length: GROUPS }, (_, n) =>
    digits.slice(n * GROUP_DIGITS, (n + 1) * GROUP_DIGITS),
  ).join(' ');
}

/** A certificate may be told by several hashes, and either side may check any of them: all of them count. */
function sideOf(fingerprints: readonly string[]): string {
  const known = new Set(
    fingerprints.map((fingerprint) => {
      const [, hash, hex] = FINGERPRINT.exec(fingerprint) ?? [];
      if (hash === undefined || hex === undefined)
        throw new SignalingError('signaling/invalid-argument', 'A fingerprint does not follow RFC 8122.');
      return `${hash.toLowerCase()} ${hex.toUpperCase()}`;
    }),
  );
  if (known.size === 0) throw new SignalingError('signaling/invalid-argument', 'There is no fingerprint.');
  return [...known].sort().join(',');
}
