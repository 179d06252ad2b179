import { FirebaseError } from 'firebase/app';
import { TransportError, type TransportErrorKind } from '../signal-transport.ts';

const KINDS: Readonly<Record<string, TransportErrorKind>> = {
  'permission-denied': 'denied',
  // An update of a document that is gone: the rules would have said no, had they been asked.
  'not-found': 'denied',
  unavailable: 'unavailable',
  'deadline-exceeded': 'unavailable',
  aborted: 'unavailable',
  cancelled: 'unavailable',
  'resource-exhausted': 'rate-limited',
  unauthenticated: 'unauthenticated',
  'auth/network-request-failed': 'unavailable',
  'auth/too-many-requests': 'rate-limited',
};

/** Any error of the Firebase SDK in the core's terms. */
export function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof FirebaseError) {
    const fallback = error.code.startsWith('auth/') ? 'unauthenticated' : 'other';
    return new TransportError(KINDS[error.code] ?? fallback, error.message, { cause: error });
  }
  return new TransportError('other', 'Unexpected error of the Firebase SDK', { cause: error });
}
