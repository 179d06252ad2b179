import { Timestamp, serverTimestamp, type FieldValue } from 'firebase/firestore';
import { Instant, SERVER_TIME, type WriteFields, type WriteValue } from '../signal-transport.ts';

type FirestoreValue = string | number | boolean | Timestamp | FieldValue | FirestoreValue[] | FirestoreFields;

// An interface, since a type alias may not refer to itself through a Record.
interface FirestoreFields {
  [field: string]: FirestoreValue;
}

/** The fields of a write in the form the Firestore SDK takes. */
export function toFirestore(data: WriteFields): FirestoreFields {
  return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, firestoreValue(value)]));
}

function firestoreValue(value: WriteValue): FirestoreValue {
  if (value === SERVER_TIME) return serverTimestamp();
  if (value instanceof Instant) return Timestamp.fromMillis(value.epochMs);
  if (Array.isArray(value)) return value.map((item: WriteValue) => firestoreValue(item));
  if (typeof value === 'object') return toFirestore(value as WriteFields);
  return value;
}

/** A document as it was read, with timestamps as {@link Instant}s. Anything else passes as it is, for the validators. */
export function fromFirestore(value: unknown): unknown {
  if (value instanceof Timestamp) return new Instant(value.toMillis());
  if (Array.isArray(value)) return value.map(fromFirestore);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, fromFirestore(inner)]));
  }
  return value;
}
