import { isUid, ROLES } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';

/** @throws `signaling/invalid-argument` */
export function requireUid(uid: string): void {
  if (!isUid(uid)) throw new SignalingError('signaling/invalid-argument', 'uid is not a user id.');
}

/** @throws `signaling/invalid-argument` */
export function requireRole(role: string): void {
  if (ROLES.some((each) => each === role)) return;
  throw new SignalingError('signaling/invalid-argument', `role must be one of ${ROLES.join(', ')}.`);
}

/** @throws `signaling/invalid-argument` */
export function requireIntegerIn(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SignalingError('signaling/invalid-argument', `${name} must be an integer from ${min} to ${max}.`);
}
