import {
  admissionsPath,
  bansPath,
  beaconsPath,
  invitesPath,
  knocksPath,
  mailboxPath,
  membersPath,
  roomPath,
  seatsPath,
  secretPath,
  tryPath,
} from '@firesignal/protocol';

const nameAt = (path: string, segment: number): string => path.split('/')[segment] ?? '';
const ANY = 'any';

/** Collections with mail: below documents that are not there. */
export const MAILBOXES = nameAt(mailboxPath(ANY, ANY), 2);
export const MAIL = nameAt(mailboxPath(ANY, ANY), 4);

/** The collections right below a room that are Firesignal's, in the order in which they go: seats before beacons, as the rules have it. */
export const ROOM_COLLECTIONS: readonly string[] = [
  ...[seatsPath, beaconsPath, admissionsPath, invitesPath, knocksPath, bansPath, membersPath].map((path) =>
    nameAt(path(ANY), 2),
  ),
  nameAt(tryPath(ANY, ANY), 2),
  nameAt(secretPath(ANY, 'password'), 2),
  MAILBOXES,
];

/** Those of them below one room that have something in them, as paths. */
export function roomCollections(roomId: string, found: readonly string[]): readonly string[] {
  return ROOM_COLLECTIONS.filter((name) => found.includes(name)).map((name) => `${roomPath(roomId)}/${name}`);
}
