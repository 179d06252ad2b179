import { SignalingError } from '../errors.ts';
import type { Room } from './room-documents.ts';

/** @throws `signaling/room-not-found`, `signaling/room-ended` */
export function requireOpen(room: Room | undefined): void {
  if (room === undefined) throw new SignalingError('signaling/room-not-found');
  if (room.endedAt !== undefined) throw new SignalingError('signaling/room-ended');
}

/** Whether the rules refused it, which they do without a reason. */
export function isDenied(error: unknown): boolean {
  return SignalingError.from(error).code === 'signaling/permission-denied';
}

/** As far as this client can tell: asked only where the rules have refused already. */
export function isOver(room: Room | undefined, serverNow: number): boolean {
  return room !== undefined && (room.endedAt !== undefined || room.expiresAt.epochMs <= serverNow);
}

/** A refusal in the words of what is known about the room. */
export function reasonOf(error: unknown, room: Room | undefined, serverNow: number): SignalingError {
  const failure = SignalingError.from(error);
  if (!isDenied(failure) || !isOver(room, serverNow)) return failure;
  return new SignalingError('signaling/room-ended', undefined, { cause: failure });
}
