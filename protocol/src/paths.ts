/**
 * Where the documents live. Paths are relative to the database root; called with `'{roomId}'` and the like they give the
 * patterns for function triggers. The segments are strings of the protocol: `firestore.rules` has one `match` for each.
 */
export const roomPath = (roomId: string): string => `rooms/${roomId}`;
export const admissionsPath = (roomId: string): string => `${roomPath(roomId)}/admissions`;
export const admissionPath = (roomId: string, uid: string): string => `${admissionsPath(roomId)}/${uid}`;
export const seatsPath = (roomId: string): string => `${roomPath(roomId)}/seats`;
export const seatPath = (roomId: string, seat: number | string): string =>
  `${seatsPath(roomId)}/${String(seat)}`;
export const beaconsPath = (roomId: string): string => `${roomPath(roomId)}/beacons`;
export const beaconPath = (roomId: string, peerId: string): string => `${beaconsPath(roomId)}/${peerId}`;
/** The mailbox of one peer: a collection with one document for each sender's seat. */
export const mailboxPath = (roomId: string, to: string): string => `${roomPath(roomId)}/mailboxes/${to}/from`;
export const mailPath = (roomId: string, to: string, seat: number | string): string =>
  `${mailboxPath(roomId, to)}/${String(seat)}`;

export const invitesPath = (roomId: string): string => `${roomPath(roomId)}/invites`;
/** @param hash SHA-256 of the invite's proof, which is the SHA-256 of its token; both in lower-case hexadecimal */
export const invitePath = (roomId: string, hash: string): string => `${invitesPath(roomId)}/${hash}`;
export const knocksPath = (roomId: string): string => `${roomPath(roomId)}/knocks`;
export const knockPath = (roomId: string, uid: string): string => `${knocksPath(roomId)}/${uid}`;
export const bansPath = (roomId: string): string => `${roomPath(roomId)}/bans`;
export const banPath = (roomId: string, uid: string): string => `${bansPath(roomId)}/${uid}`;
export const membersPath = (roomId: string): string => `${roomPath(roomId)}/members`;
export const memberPath = (roomId: string, uid: string): string => `${membersPath(roomId)}/${uid}`;
/** What a user has shown at the door. */
export const tryPath = (roomId: string, uid: string): string => `${roomPath(roomId)}/tries/${uid}`;
/** What opens the room; written, and read by nobody but the rules. */
export const secretPath = (roomId: string, name: 'password'): string => `${roomPath(roomId)}/secrets/${name}`;

/** How many rooms a user has made of late. */
export const quotaPath = (uid: string): string => `quotas/${uid}`;

/** What functions record: one document for each visit, and one for each user. Clients write neither. */
export const visitIdOf = (roomId: string, peerId: string): string => `${roomId}~${peerId}`;
export const visitPath = (visitId: string): string => `visits/${visitId}`;
export const presencePath = (uid: string): string => `presence/${uid}`;
