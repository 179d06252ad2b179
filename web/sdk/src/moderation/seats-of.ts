import { uidOf } from '@firesignal/protocol';
import type { Seat } from '../room/room-documents.ts';

/** The seats that a user holds, by number. */
export function seatsOf(seats: ReadonlyMap<number, Seat>, uid: string): readonly (readonly [number, Seat])[] {
  return [...seats].filter(([, { peer, kicked }]) => uidOf(peer) === uid && kicked === undefined);
}
