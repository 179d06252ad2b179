import { LIMITS } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import type { DocumentWrite } from '../transport/signal-transport.ts';
import { Instant } from '../transport/signal-transport.ts';
import type { Quota, RoomDocuments } from './room-documents.ts';
import { quotaWrite } from './room-writes.ts';

/** Two of the windows that it counts in: for the collector only. */
const QUOTA_LIFETIME_MS = 2 * LIMITS.ROOMS_WINDOW_SECONDS * 1_000;

export type NewRoom = {
  readonly roomId: string;
  readonly uid: string;
  /** What else the commit has, the room first of all. */
  readonly writes: readonly DocumentWrite[];
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal | undefined;
};

/**
 * Makes a room, and counts it. The first room of an hour needs no look at the count; the others pay a read for it.
 *
 * @throws `signaling/rate-limited` (so many rooms in an hour are enough), and what a commit throws
 */
export async function makeRoom(documents: RoomDocuments, room: NewRoom): Promise<void> {
  const { roomId, uid, writes, now, signal } = room;
  const expiresAt = new Instant(now + QUOTA_LIFETIME_MS);
  const commit = (counted: Pick<Quota, 'count'> & Partial<Pick<Quota, 'since'>>): Promise<void> =>
    documents.commit([...writes, quotaWrite(uid, { roomId, ...counted, expiresAt })], signal);
  try {
    await commit({ count: 1 });
  } catch (error) {
    if (SignalingError.from(error).code !== 'signaling/permission-denied') throw error;
    const quota = await documents.readQuota(uid, signal);
    if (quota === undefined) throw error;
    // The commit was applied, and its acknowledgement lost.
    if (quota.room === roomId) return;
    if (quota.count >= LIMITS.ROOMS_COUNT_MAX)
      throw new SignalingError('signaling/rate-limited', 'So many rooms in an hour are enough.', {
        cause: error,
      });
    await commit({ count: quota.count + 1, since: quota.since });
  }
}
