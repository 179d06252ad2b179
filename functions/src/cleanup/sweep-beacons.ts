import { beaconPath, isPeerId, isRoomId, LIMITS, mailboxPath, seatPath } from '@firesignal/protocol';
import type { Timestamp } from 'firebase-admin/firestore';
import { compareTimes, readLease, readSeating, secondsAfter, type Lease } from '../lib/fields.ts';
import { BEACON_AGE_MIN_SECONDS, PAGE_SIZE, SWEEP_GRACE_SECONDS } from './constants.ts';
import { markSwept, pathOfVisit } from './mark-swept.ts';
import { forEach, type Part, type Run } from './part.ts';

type Peer = { readonly roomId: string; readonly id: string; readonly seat: number };

/**
 * Removes peers whose lease has been over for the grace: beacon, seat and mailbox. They are found by their last renewal, and
 * judged by the server's time, in a transaction that reads them again.
 */
export const sweepBeacons: Part = async (run, deadline, tally) => {
  const pages = run.database.pages({
    from: { group: 'beacons' },
    field: 'renewedAt',
    until: secondsAfter(run.startedAt, -BEACON_AGE_MIN_SECONDS),
    fields: ['seat', 'leaseSeconds'],
    pageSize: PAGE_SIZE,
  });
  await forEach(pages, deadline, tally, async (found) => {
    const lease = readLease(found.data);
    const peer = lease && peerOf(found.path, lease);
    if (peer !== undefined && isDue(lease, run.startedAt)) tally.count(await sweepPeer(run, peer));
  });
};

function isDue(lease: Lease | undefined, now: Timestamp): boolean {
  return lease !== undefined && compareTimes(secondsAfter(lease.endsAt, SWEEP_GRACE_SECONDS), now) <= 0;
}

/** Other products of the project may have beacons, too: only those at the protocol's path are peers. */
function peerOf(path: string, { seat }: Lease): Peer | undefined {
  const [, roomId, , id] = path.split('/');
  if (!isRoomId(roomId) || !isPeerId(id) || path !== beaconPath(roomId, id)) return undefined;
  return { roomId, id, seat };
}

async function sweepPeer({ database, retentionSeconds }: Run, peer: Peer): Promise<number> {
  const { roomId, id } = peer;
  // Whoever has no beacon gets no more mail, so none can come between this and the transaction.
  const mail = await database.list(mailboxPath(roomId, id), LIMITS.CAPACITY_MAX);
  const paths = [beaconPath(roomId, id), seatPath(roomId, peer.seat), pathOfVisit(roomId, id)] as const;
  return database.transact(async (transaction) => {
    const { documents, readAt } = await transaction.read(...paths);
    const [beacon, seat, visit] = documents;
    const lease = readLease(beacon);
    // Renewed, or gone, or come back in another seat.
    if (!isDue(lease, readAt) || lease?.seat !== peer.seat) return 0;
    const gone = [paths[0], ...mail.map(({ path }) => path)];
    const seating = readSeating(String(peer.seat), seat);
    if (seating?.peer === id) {
      gone.push(paths[1]);
      markSwept(transaction, { roomId, seating, visit }, readAt, retentionSeconds);
    }
    for (const path of gone) transaction.delete(path);
    return gone.length;
  });
}
