import { beaconPath, mailPath, seatPath, uidOf } from '@firesignal/protocol';
import { LEAVE_DEADLINE_MS } from '../defaults.ts';
import type { RoomDocuments, Seat } from './room-documents.ts';
import { isDenied } from './room-verdict.ts';
import { deleteWrite } from './room-writes.ts';
import type { DocumentWrite } from '../transport/signal-transport.ts';

export type Belongings = {
  readonly roomId: string;
  readonly uid: string;
  readonly peerId: string;
  /** The own seat, if one is held. */
  readonly seat: number | undefined;
  /** Seats whose mail lies in the own mailbox. */
  readonly mailFrom: readonly number[];
  /** Peers in whose mailboxes own mail may lie. */
  readonly writtenTo: readonly string[];
  /** What becomes of the admission; nothing if the visit goes on in the lobby, or was never admitted. */
  readonly admission: DocumentWrite | undefined;
  /** Whether another visit of the user seems to have a seat: the rules then refuse to take the admission away. */
  readonly isShared: boolean;
};

type Outcome = 'done' | 'refused' | 'unheard';

/** What is left when the seat has gone to somebody else. */
export function withoutSeat(belongings: Belongings, seats: ReadonlyMap<number, Seat>): Belongings {
  const { peerId, uid } = belongings;
  // A later visit of the same user, which has taken the seat, may be in need of the admission.
  const isBack = [...seats.values()].some(({ peer }) => peer !== peerId && uidOf(peer) === uid);
  return { ...belongings, seat: undefined, admission: isBack ? undefined : belongings.admission };
}

/** Everything that this visit has in the room, in groups that can go without each other. */
function farewellGroups(belongings: Belongings): readonly DocumentWrite[][] {
  const { roomId, peerId, seat, mailFrom, writtenTo, admission } = belongings;
  const place = seat === undefined ? [] : [seatPath(roomId, seat), beaconPath(roomId, peerId)];
  const received = mailFrom.map((from) => mailPath(roomId, peerId, from));
  const written = seat === undefined ? [] : writtenTo.map((to) => mailPath(roomId, to, seat));
  return [
    place.map(deleteWrite),
    admission === undefined ? [] : [admission],
    [...received, ...written].map(deleteWrite),
  ];
}

/** One atomic goodbye, as it is sent when the page goes away. */
export function farewell(belongings: Belongings): readonly DocumentWrite[] {
  return farewellGroups(belongings).flat();
}

/**
 * Says goodbye. Refused as a whole, for instance since somebody has taken the seat, it takes away what it may. Never throws.
 * Returns whether the backend has answered: what it refuses is not ours any more.
 */
export async function sayFarewell(documents: RoomDocuments, belongings: Belongings): Promise<boolean> {
  /** What did not get through at all is not tried again: the leases end it. */
  const say = async (writes: readonly DocumentWrite[]): Promise<Outcome> => {
    if (writes.length === 0) return 'done';
    try {
      await documents.commit(writes, undefined, LEAVE_DEADLINE_MS);
      return 'done';
    } catch (error) {
      return isDenied(error) ? 'refused' : 'unheard';
    }
  };
  const [place = [], admission = [], mail = []] = farewellGroups(belongings);
  const isRefused = (outcome: Outcome): boolean => outcome === 'refused';
  let outcome = belongings.isShared ? 'refused' : await say(farewell(belongings));
  if (!isRefused(outcome)) return outcome === 'done';
  outcome = await say([...place, ...mail]);
  const rest = isRefused(outcome) ? await Promise.all([say(place), say(mail)]) : [outcome];
  // It stays as long as another visit of the user has a seat. Of two that leave at once, the one that comes last takes it.
  return ![...rest, await say(admission)].includes('unheard');
}
