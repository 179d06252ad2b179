import { beaconPath, seatsPath } from '@firesignal/protocol';
import type { DocumentWrite, WriteFields } from '../../web/sdk/src/transport/signal-transport.ts';
import type { FakeBackend } from './fake-transport.ts';

type Document = { readonly peer?: string; readonly seat?: number } | undefined;

/**
 * The two rules without which joining cannot be tested: a seat that somebody holds is taken over only together with the
 * holder's beacon, and a beacon names one seat for good. True if a commit breaks one.
 */
export function takesForeignSeat(
  backend: FakeBackend,
  roomId: string,
  writes: readonly DocumentWrite[],
): boolean {
  const deleted = new Set(writes.filter(({ kind }) => kind === 'delete').map(({ path }) => path));
  return writes.some((write) => {
    if (write.kind === 'delete' || write.kind === 'update' || !write.path.startsWith(`${seatsPath(roomId)}/`)) return false;
    const peerId = peerOf(write.data);
    const holder = (backend.documents.get(write.path) as Document)?.peer;
    const isTaken = holder !== undefined && holder !== peerId && !deleted.has(beaconPath(roomId, holder));
    const own = backend.documents.get(beaconPath(roomId, peerId)) as Document;
    return isTaken || (own !== undefined && !write.path.endsWith(`/${String(own.seat)}`));
  });
}

function peerOf(data: WriteFields): string {
  return typeof data['peer'] === 'string' ? data['peer'] : '';
}
