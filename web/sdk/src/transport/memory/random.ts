/** Numbers from 0 to below 1 that depend on nothing but the seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed for one of several that draw from the same one, so that none of them disturbs the others. (FNV-1a) */
export function seedOf(seed: number, name: string): number {
  let hash = (2_166_136_261 ^ seed) >>> 0;
  for (const unit of Array.from(name, (character) => character.codePointAt(0) ?? 0))
    hash = Math.imul(hash ^ unit, 16_777_619) >>> 0;
  return hash;
}
