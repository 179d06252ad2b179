import { isUid, type Checked } from '@firesignal/protocol';
import type { isInstant } from '../transport/signal-transport.ts';
import type { Reception } from './reception.ts';

/** Reads the document that a collection of the room has of this user. */
export async function ownDocument<T>(
  { documents, visit, signal }: Reception,
  pathOf: (roomId: string, uid: string) => string,
  check: (value: unknown, isTime: typeof isInstant) => Checked<T>,
): Promise<T | undefined> {
  const target = { document: pathOf(visit.roomId, visit.uid) };
  const found = await documents.read(target, (id) => (isUid(id) ? id : undefined), check, signal);
  return found.get(visit.uid);
}
