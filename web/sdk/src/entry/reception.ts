/** Every way into a room but that of an open one, and whatever is in the way: loaded when it is needed. */
import { banPath, checkBan, LIMITS } from '@firesignal/protocol';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { Entry, Pass } from '../room/entry.ts';
import type { Room, RoomDocuments } from '../room/room-documents.ts';
import { isDenied, reasonOf } from '../room/room-verdict.ts';
import { visitsOf, type Visit } from '../room/room-visit.ts';
import type { Roster } from '../room/roster.ts';
import { byInvite } from './invite-door.ts';
import { byKnock } from './knock-door.ts';
import { byMembership } from './members-door.ts';
import { byPassword } from './password-door.ts';
import { ownDocument } from './own-document.ts';

export { byKnock };

/** What a visitor at the door has at hand. */
export type Reception = {
  readonly entry: Entry;
  readonly visit: Visit;
  readonly documents: RoomDocuments;
  readonly roster: Roster;
  readonly room: () => Room | undefined;
  readonly onKnock: () => void;
  /** Aborted when the visit is over. */
  readonly signal: AbortSignal;
};

/**
 * Gets an admission by the door that the room has, or renews the one that is there.
 *
 * @param look reads the admission that the user has
 * @param refusal what became of an attempt to simply walk in, if there was one
 * @throws the reason, in words that help
 */
export async function receive(
  desk: Reception,
  look: () => Promise<Pass | undefined>,
  refusal: SignalingError | undefined,
): Promise<void> {
  const { entry, visit, signal } = desk;
  throwIfAborted(signal);
  // Whoever is refused at an open door is banned, most likely: then no other read is needed.
  const { access, locked } = roomOf(desk);
  const isOpen = access === 'open' && locked !== true;
  const reason = refusal !== undefined && isOpen ? await reasonFor(desk, refusal) : refusal;
  if (reason?.code === 'signaling/banned' || reason?.code === 'signaling/room-ended') throw reason;
  const own = await look();
  if (own !== undefined) await comeBack(desk, own);
  else if (roomOf(desk).createdBy === visit.uid && entry.role !== 'moderator') await entry.admit('moderator');
  else await getIn(desk, reason);
  if (entry.isLockedOut && visit.knock === true) await byKnock(desk);
}

/** @param reason why it could not simply walk in, if that has been tried */
async function getIn(desk: Reception, reason: SignalingError | undefined): Promise<void> {
  const { entry, visit } = desk;
  const { access, locked } = roomOf(desk);
  if (locked === true) {
    if (visit.knock !== true) throw new SignalingError('signaling/room-locked', undefined, { cause: reason });
    return byKnock(desk);
  }
  switch (access) {
    case 'open':
      if (reason !== undefined) throw reason;
      return attempt(desk, () => entry.admit(visit.role));
    case 'invite':
      return byInvite(desk);
    case 'password':
      return byPassword(desk);
    case 'members':
      return byMembership(desk);
    case 'knock':
      if (visit.knock === false) throw new SignalingError('signaling/knock-needed');
      return byKnock(desk);
  }
}

/** The admission has gone or cannot be renewed. In an open room the visitor gets another one, as it would by coming anew. */
export async function recover(desk: Reception): Promise<void> {
  const { entry, visit } = desk;
  const own = await entry.look();
  if (own !== undefined) {
    await comeBack(desk, own);
    return;
  }
  const { access, createdBy } = roomOf(desk);
  if (createdBy === visit.uid) await entry.admit('moderator');
  else if (access === 'open') await attempt(desk, () => entry.admit(visit.role));
  else throw await reasonFor(desk, new SignalingError('signaling/kicked'));
}

/** Renews an admission that is there, with the visits that it names. */
export async function comeBack(desk: Reception, own: Pass): Promise<void> {
  const { entry, visit } = desk;
  let refusal: SignalingError | undefined;
  for (const visits of listsOf(desk, own.visits)) {
    try {
      await entry.commit([entry.renewalWrite(visits)], { ...own, visits: [...visits, visit.peerId] });
      return;
    } catch (error) {
      if (!isDenied(error)) throw error;
      refusal = SignalingError.from(error);
    }
  }
  if (own.visits.length >= LIMITS.VISITS_PER_USER_MAX)
    throw new SignalingError('signaling/too-many-visits', undefined, { cause: refusal });
  throw await reasonFor(desk, refusal ?? new SignalingError('signaling/permission-denied'));
}

/** Which visits to stay with, the best first. Too many are one less: one without a seat, or the oldest; the rules refuse one that lives. */
function listsOf({ roster, visit }: Reception, visits: readonly string[]): readonly (readonly string[])[] {
  const own = visitsOf(visit);
  const others = visits.filter((peerId) => !own.includes(peerId));
  const listed = own.filter((peerId) => visits.includes(peerId) && peerId !== visit.peerId);
  if (others.length + listed.length < LIMITS.VISITS_PER_USER_MAX) return [[...others, ...listed]];
  const isSeated = (peerId: string): number => (roster.seatOf(peerId) === undefined ? 0 : 1);
  const all = [...others, ...listed];
  return all
    .toSorted((one, other) => isSeated(one) - isSeated(other))
    .map((dropped) => all.filter((peerId) => peerId !== dropped));
}

/** Does what needs an admission, and says why it is refused. */
export async function attempt(
  desk: Reception,
  work: () => Promise<void>,
  reason?: SignalingError,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw await reasonFor(desk, reason ?? SignalingError.from(error));
  }
}

/** Why the rules refuse: what the room shows goes first, then a ban, which costs a read, then what is most likely. */
export async function reasonFor(desk: Reception, likely: SignalingError): Promise<SignalingError> {
  const { visit, entry, roster, room } = desk;
  const over = reasonOf(
    new SignalingError('signaling/permission-denied'),
    room(),
    visit.transport.serverNow(),
  );
  if (over.code === 'signaling/room-ended') return over;
  if (likely.code === 'signaling/permission-denied') {
    if (entry.isLockedOut) return new SignalingError('signaling/room-locked', undefined, { cause: likely });
    const seated = entry.otherVisits().filter((peerId) => roster.seatOf(peerId) !== undefined);
    if (seated.length >= LIMITS.VISITS_PER_USER_MAX)
      return new SignalingError('signaling/too-many-visits', undefined, { cause: likely });
  }
  const ban = await ownDocument(desk, banPath, checkBan).catch(() => undefined);
  return ban === undefined ? likely : new SignalingError('signaling/banned', undefined, { cause: likely });
}

export function roomOf({ room }: Reception): Room {
  const shown = room();
  if (shown === undefined) throw new SignalingError('signaling/room-not-found');
  return shown;
}
