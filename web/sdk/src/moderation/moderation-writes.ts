import {
  admissionPath,
  banPath,
  beaconPath,
  invitePath,
  knockPath,
  memberPath,
  roomPath,
  seatPath,
  secretPath,
  type AccessMode,
  type KnockAnswer,
  type MemberClaim,
  type Role,
} from '@firesignal/protocol';
import type { RoomScope } from '../room/room-writes.ts';
import {
  NO_FIELD,
  SERVER_TIME,
  type DocumentWrite,
  type WriteFields,
} from '../transport/signal-transport.ts';

/** Who runs the room writes it, in whose name. */
export type Desk = RoomScope & { readonly by: string };

const update = (path: string, data: WriteFields): DocumentWrite => ({ kind: 'update', path, data });
const set = (path: string, data: WriteFields): DocumentWrite => ({ kind: 'set', path, data });

/** What every permission says: who gave it, when, and until when it holds. */
const granted = ({ by, expiresAt }: Desk): WriteFields => ({ by, at: SERVER_TIME, expiresAt });

export function inviteWrite(
  desk: Desk,
  invite: { readonly hash: string; readonly role: Role; readonly uses: number },
): DocumentWrite {
  const { hash, role, uses } = invite;
  return set(invitePath(desk.roomId, hash), { role, usesLeft: uses, ...granted(desk) });
}

export function memberWrite(desk: Desk, uid: string, role: Role): DocumentWrite {
  return set(memberPath(desk.roomId, uid), { role, ...granted(desk) });
}

export function banWrite(desk: Desk, uid: string): DocumentWrite {
  return set(banPath(desk.roomId, uid), granted(desk));
}

/** @param verifier SHA-256 of the proof's text, lower-case hexadecimal */
export function passwordWrite(desk: Desk, verifier: string): DocumentWrite {
  return set(secretPath(desk.roomId, 'password'), { verifier, ...granted(desk) });
}

export function knockAnswerWrite(desk: Desk, uid: string, answer: KnockAnswer): DocumentWrite {
  return update(knockPath(desk.roomId, uid), { answer, answeredBy: desk.by });
}

/** The permission, for somebody who is to bring the visit. */
export function letInWrite(
  desk: Desk,
  guest: { readonly uid: string; readonly name: string; readonly role: Role; readonly leaseSeconds: number },
): DocumentWrite {
  const { uid, name, role, leaseSeconds } = guest;
  const path = admissionPath(desk.roomId, uid);
  return { kind: 'create', path, data: { name, role, visits: [], leaseSeconds, ...granted(desk) } };
}

/** The same for somebody who has an admission that does not pass a lock. */
export function letInAnewWrite(desk: Desk, uid: string, role: Role, leaseSeconds: number): DocumentWrite {
  return update(admissionPath(desk.roomId, uid), { role, leaseSeconds, ...granted(desk) });
}

/** Takes the seat's beacon and everything that the peer could do with it; the seat stays, with the mark. */
export function kickWrites(roomId: string, seat: number, peerId: string): readonly DocumentWrite[] {
  return [
    update(seatPath(roomId, seat), { kicked: SERVER_TIME }),
    { kind: 'delete', path: beaconPath(roomId, peerId) },
  ];
}

export function admittedRoleWrite(roomId: string, uid: string, role: Role): DocumentWrite {
  return update(admissionPath(roomId, uid), { role });
}

export function seatedRoleWrite(roomId: string, seat: number, role: Role): DocumentWrite {
  return update(seatPath(roomId, seat), { role });
}

export type DoorChange = {
  readonly access?: AccessMode;
  readonly memberClaim?: MemberClaim | null;
  readonly capacity?: number;
  readonly locked?: boolean;
};

/** What is absent stays as it is. */
export function doorWrite(roomId: string, change: DoorChange): DocumentWrite {
  const { access, memberClaim, capacity, locked } = change;
  return update(roomPath(roomId), {
    ...(access !== undefined && { access }),
    ...(memberClaim !== undefined && { memberClaim: memberClaim ?? NO_FIELD }),
    ...(capacity !== undefined && { capacity }),
    ...(locked !== undefined && { locked: locked || NO_FIELD }),
  });
}
