import { admissionPath, isRosterPublic, isUid, LIMITS, roomPath } from '@firesignal/protocol';
import { isRunBy } from './role-rules.ts';
import { at, isLive, isPeerOfCaller, roomBefore, type Admission, type Asking } from './rule-words.ts';
import type { ReadRequest } from './rules.ts';

/** What is read, of which document, if of one: that has an id. */
type Reading = Asking & { readonly id: string | undefined; readonly limit: number | undefined };

export function mayRead({ uid, now, target, documents }: ReadRequest): boolean {
  const isOne = 'document' in target;
  const path = isOne ? target.document : `${target.collection}/*`;
  const [root, roomId = '', name = 'rooms', ...rest] = path.split('/');
  const id = isOne ? rest.at(-1) : undefined;
  const limit = isOne ? undefined : target.limit;
  const reading = { uid, now, before: documents, roomId, id, limit };
  if (!isUid(uid)) return false;
  if (root === 'quotas' || root === 'presence')
    return isOne && path === `${root}/${roomId}` && roomId === uid;
  if (root !== 'rooms') return false;
  if (path === roomPath(roomId)) return isOne;
  if (name === 'mailboxes') return rest.length === 3 && isPeerOfCaller(rest[0], { uid });
  return rest.length === 1 && (READS[name]?.(reading) ?? false);
}

const isOwn = ({ id, uid }: Reading): boolean => id === uid;
const runs = (reading: Reading): boolean => isRunBy(roomBefore(reading), reading);
const readsRoster = ({ before, roomId, uid }: Reading): boolean =>
  isRosterPublic(roomId) || before.has(admissionPath(roomId, uid));

const READS: Readonly<Record<string, (reading: Reading) => boolean>> = {
  admissions: (reading) => isOwn(reading) || readsRoster(reading),
  seats: readsRoster,
  beacons: ({ before, roomId, uid, now }) => isLive(at(before, admissionPath(roomId, uid)) as Admission, now),
  invites: (reading) => reading.id !== undefined || runs(reading),
  knocks: (reading) =>
    isOwn(reading) ||
    ((reading.id !== undefined || (reading.limit ?? Infinity) <= LIMITS.KNOCKS_LISTED_MAX) && runs(reading)),
  bans: (reading) => isOwn(reading) || runs(reading),
  members: (reading) => isOwn(reading) || runs(reading),
  tries: isOwn,
};
