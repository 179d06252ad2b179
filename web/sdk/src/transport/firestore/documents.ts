import { Timestamp } from 'firebase/firestore';
import { Instant } from '../signal-transport.ts';

/** A document as it was read, with timestamps as {@link Instant}s. Anything else passes as it is, for the validators. */
export function fromFirestore(value: unknown): unknown {
  if (value instanceof Timestamp) return new Instant(value.toMillis());
  if (Array.isArray(value)) return value.map(fromFirestore);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, fromFirestore(inner)]));
  }
  return value;
}
