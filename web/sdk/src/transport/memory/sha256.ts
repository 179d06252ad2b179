/* SHA-256 (FIPS 180-4) at once: the platform's own answers later, and rules are judged in one go. */

const WORD = 2 ** 32;
const PRIMES = firstPrimes(64);
const BEGINNING = wordsOf(PRIMES.slice(0, 8).map(Math.sqrt));
const ROUNDS = wordsOf(PRIMES.map(Math.cbrt));

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/** The first 32 bits of the fractional parts of roots. */
function wordsOf(roots: readonly number[]): DataView {
  const words = new DataView(new ArrayBuffer(4 * roots.length));
  roots.forEach((root, n) => words.setInt32(4 * n, (root - Math.floor(root)) * WORD));
  return words;
}

/** The hash of a text's UTF-8, in lower-case hexadecimal. */
export function sha256Hex(text: string): string {
  const state = new DataView(BEGINNING.buffer.slice(0));
  const blocks = padded(new TextEncoder().encode(text));
  for (let at = 0; at < blocks.byteLength; at += 64) digest(state, new DataView(blocks, at, 64));
  return Array.from({ length: 32 }, (_, n) => state.getUint8(n).toString(16).padStart(2, '0')).join('');
}

/** With a one, zeros, and the length in bits, in blocks of 64 bytes. */
function padded(bytes: Uint8Array): ArrayBuffer {
  const blocks = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor((bytes.length * 8) / WORD));
  view.setUint32(blocks.length - 4, (bytes.length * 8) % WORD);
  return blocks.buffer;
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function digest(state: DataView, block: DataView): void {
  const words = schedule(block);
  const word = (n: number): number => state.getInt32(4 * n);
  let [a, b, c, d, e, f, g, h] = [word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7)];
  for (let at = 0; at < 256; at += 4) {
    const chosen = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));
    const one = (h + chosen + ROUNDS.getInt32(at) + words.getInt32(at)) | 0;
    const other = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + other) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((sum, n) => state.setInt32(4 * n, word(n) + sum));
}

function schedule(block: DataView): DataView {
  const words = new DataView(new ArrayBuffer(256));
  const word = (n: number): number => words.getInt32(4 * n);
  for (let n = 0; n < 16; n += 1) words.setInt32(4 * n, block.getInt32(4 * n));
  for (let n = 16; n < 64; n += 1) {
    const [early, late] = [word(n - 15), word(n - 2)];
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words.setInt32(4 * n, word(n - 16) + first + word(n - 7) + second);
  }
  return words;
}
