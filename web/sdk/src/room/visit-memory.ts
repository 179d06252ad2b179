import { isPeerId } from '@firesignal/protocol';

const keyOf = (roomId: string): string => `firesignal:${roomId}`;

/** The peer id of this tab's last visit to a room: after a crash its seat may still be there, and is ours to take. */
export function recallVisit(roomId: string): string | undefined {
  try {
    const peerId = sessionStorage.getItem(keyOf(roomId));
    return isPeerId(peerId) ? peerId : undefined;
  } catch {
    // No storage here, or none allowed.
    return undefined;
  }
}

export function rememberVisit(roomId: string, peerId: string): void {
  try {
    sessionStorage.setItem(keyOf(roomId), peerId);
  } catch {
    // Then the lease has to end first.
  }
}
export function forgetVisit(roomId: string): void {
  try {
    sessionStorage.removeItem(keyOf(roomId));
  } catch {
    // Nothing was remembered.
  }
}
