import { SignalingError } from '../errors.ts';
import type { RoomSeal, SealSecrets } from '../seal/room-seal.ts';
import type { SignalTransport } from '../transport/signal-transport.ts';
import type { Check, Room } from './room-documents.ts';
import { requireOpen } from './room-verdict.ts';

/** All of sealing, loaded when it is needed: most rooms have nothing to seal. @throws `signaling/unavailable` */
export function sealingModule() {
  return import('../seal/room-seal.ts').catch((cause: unknown) => {
    throw new SignalingError('signaling/unavailable', undefined, { cause });
  });
}

/** @throws `signaling/invalid-argument`, `signaling/unavailable` */
export async function sealOf(roomId: string, secrets: SealSecrets): Promise<RoomSeal | undefined> {
  if (secrets.key === undefined && secrets.password === undefined) return undefined;
  const { roomSeal } = await sealingModule();
  return roomSeal(roomId, secrets).catch((error: unknown) => {
    throw SignalingError.from(error);
  });
}

/** The way to the backend of a visit, on which everything is sealed if the visitor has something to seal with. */
export function sealedWay(
  visit: { readonly transport: SignalTransport; readonly seal?: RoomSeal | undefined },
  report: (error: SignalingError) => void,
): SignalTransport {
  return visit.seal?.sealed(visit.transport, report) ?? visit.transport;
}

/**
 * @throws `signaling/room-not-found`, `signaling/room-ended`, `signaling/key-missing`, `signaling/seal-broken` (the link has a
 * key: nothing is said openly)
 */
export function requireSealAndOpen(room: Room | undefined, seal: RoomSeal | undefined): void {
  requireOpen(room);
  if (room?.sealed === true && seal === undefined) throw new SignalingError('signaling/key-missing');
  if (room?.sealed === false && seal?.isCertain === true)
    throw new SignalingError('signaling/seal-broken', 'The link has a key, and the room is not sealed.');
}

/** Checks documents of either kind of rooms, for whom the name in them does not matter. */
export function sealedOrNot<T>(
  check: (...args: [...Parameters<Check<T>>, isSealed?: boolean]) => ReturnType<Check<T>>,
): Check<T> {
  return (value, isTime) => {
    const plain = check(value, isTime);
    return plain.ok ? plain : check(value, isTime, true);
  };
}
