import type { Role } from '@firesignal/protocol';
import fc from 'fast-check';
import { USERS } from './cast.ts';

export const user = fc.nat({ max: USERS - 1 });

/** Mostly the one who may. */
export const mostly = (own: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(own) }, { weight: 1, arbitrary: user });

export const rarely = fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true));

export const roles = fc.constantFrom<Role>('speaker', 'speaker', 'viewer', 'moderator');
