import { checkMember, memberPath } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { ownDocument } from './own-document.ts';
import { attempt, roomOf, type Reception } from './reception.ts';

/** In a room for members: as what the list says, or by a claim of the token as what the visitor wants. */
export async function byMembership(desk: Reception): Promise<void> {
  const { entry, visit } = desk;
  const member = await ownDocument(desk, memberPath, checkMember);
  const stranger = new SignalingError('signaling/not-admitted', 'The room is for members.');
  if (member === undefined && roomOf(desk).memberClaim === undefined) throw stranger;
  await attempt(
    desk,
    () => entry.admit(member?.role ?? visit.role),
    member === undefined ? stranger : undefined,
  );
}
