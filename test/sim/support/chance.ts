import { vi } from 'vitest';
import { seededRandom } from '../../../web/sdk/src/transport/memory/random.ts';

/** Makes everything that the SDK leaves to chance depend on a seed: until `vi.restoreAllMocks()`. */
export function seedChance(seed: number): void {
  const random = seededRandom(seed);
  vi.spyOn(Math, 'random').mockImplementation(random);
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    if (array instanceof Uint8Array) for (let at = 0; at < array.length; at += 1) array[at] = random() * 256;
    return array;
  });
}
