import { isPeerId } from '@firesignal/protocol';
import { deferred } from '../lib/settle.ts';

const keyOf = (roomId: string): string => `firesignal:${roomId}`;
const lockOf = (peerId: string): string => `firesignal:${peerId}`;

/**
 * The peer id of this tab's last visit to a room, if that visit is over without having been ended: its seat may still be
 * there, and is ours to take. A duplicated tab remembers the visit of the tab that it was made from, which goes on.
 */
export async function recallVisit(roomId: string): Promise<string | undefined> {
  try {
    const peerId = sessionStorage.getItem(keyOf(roomId));
    return isPeerId(peerId) && !(await isAlive(peerId)) ? peerId : undefined;
  } catch {
    // No storage here, or none allowed.
    return undefined;
  }
}

export type VisitMemory = {
  /** The visit is over, but something of it may still be there: the next visit may take it. */
  readonly letGo: () => void;
  /** Nothing of the visit is there any more. */
  readonly forget: () => void;
};

/** Remembers the visit for as long as the tab lives. */
export function rememberVisit(roomId: string, peerId: string): VisitMemory {
  const over = deferred<undefined>();
  try {
    sessionStorage.setItem(keyOf(roomId), peerId);
    // Browsers let go of a tab's locks when the tab ends, however it does (W3C Web Locks §2).
    locks()
      ?.request(lockOf(peerId), () => over.promise)
      .catch(() => undefined);
  } catch {
    // Then the lease has to end first.
  }
  const letGo = (): void => over.resolve(undefined);
  return {
    letGo,
    forget: () => {
      letGo();
      try {
        if (sessionStorage.getItem(keyOf(roomId)) === peerId) sessionStorage.removeItem(keyOf(roomId));
      } catch {
        // Nothing was remembered.
      }
    },
  };
}

async function isAlive(peerId: string): Promise<boolean> {
  const state = await locks()?.query();
  return state?.held?.some(({ name }) => name === lockOf(peerId)) ?? false;
}

/** Absent on pages that are neither https nor localhost, and outside of browsers. */
function locks(): LockManager | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
}
