import { beaconPath, LIMITS, type Role, type SignalState } from '@firesignal/protocol';
import { IDLE_LEASE_SECONDS, ROSTER_ECHO_DEADLINE_MS, ROSTER_NEWS_DEADLINE_MS } from '../defaults.ts';
import { SignalingError, throwIfAborted } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Mesh } from './mesh.ts';
import type { Beacon, RoomDocuments, Seat } from './room-documents.ts';
import { asNew, beaconWrite, deleteWrite, mailWrite, seatWrite, type RoomScope } from './room-writes.ts';
import { freeSeats, heldSeats, type Roster } from './roster.ts';
import { earlierSeat, silentSeats } from './seat-takeover.ts';
import type { StandingOfferKeeper } from '../link/standing-offer.ts';
import type { DocumentWrite } from '../transport/signal-transport.ts';

/** Sixteen who join at once take each other's seats a few times; more denials than this have another reason. */
const ATTEMPTS_MAX = 12;
/** Of a seat that is free, by all that is known. */
const UNEXPLAINED_MAX = 4;
/** The first two carry the mail; after that only seat and beacon, which cannot fail for somebody else's sake. */
const ATTEMPTS_WITH_MAIL = 2;

/** What the rules read more when a seat is taken over; the mail that does not fit follows by itself. */
const TAKEOVER_READS = 2;

export type JoinOptions = {
  readonly documents: RoomDocuments;
  readonly scope: RoomScope;
  readonly self: {
    readonly uid: string;
    readonly peerId: string;
    readonly name: string;
    readonly earlierPeerId: string | undefined;
    readonly clock: Clock;
  };
  readonly entry: JoinEntry;
  readonly capacity: number;
  /** The seat that the host should have, and whether that is us. */
  readonly place: { readonly hostSeat: number; readonly isHost: boolean };
  readonly mesh: Mesh;
  readonly standing: StandingOfferKeeper;
  /** As the listener shows it. */
  readonly roster: Roster;
  readonly beacons: () => ReadonlyMap<string, Beacon>;
  readonly serverNow: () => number;
  /** Settles when the roster shows this peer, or after the given time. */
  readonly echo: (deadlineMs: number) => Promise<void>;
  /** The first commit is on its way. */
  readonly onSent: () => void;
  readonly signal?: AbortSignal | undefined;
};

/** The own admission, by which the seat is taken. */
export type JoinEntry = {
  readonly role: Role;
  /** Looks why a seat is refused that is free. What is missing goes with the next attempt; else it throws the reason. */
  readonly review: (refusal: SignalingError) => Promise<readonly DocumentWrite[]>;
  /** Why there is no seat although one is free. */
  readonly reasonFor: (refusal: SignalingError) => Promise<SignalingError>;
};

export type Joined = {
  readonly seat: number;
  /** What went out in the join commit itself. */
  readonly carried: ReadonlyMap<string, SignalState>;
  /** Revision of the standing offer that the beacon shows; 0 for none. */
  readonly shownRev: number;
};

/** `holder` is whose seat is taken over, if it is somebody's. */
type Attempt = Joined & { readonly writes: readonly DocumentWrite[]; readonly holder: string | undefined };

/**
 * Takes a seat, puts up the beacon and writes to everybody seated, in one commit. Denied, it looks at a fresh roster and
 * tries once more; then the seat alone, and the mail follows by itself.
 *
 * @throws `signaling/room-full`, `signaling/permission-denied`, `signaling/unavailable` and other errors of a commit
 */
export async function takeSeat(options: JoinOptions): Promise<Joined> {
  const { documents, mesh, roster, signal, self } = options;
  const mail = await mesh.firstMail(signal);
  let { seats } = roster;
  /** What brings the admission up to date, where that may be missing; looked for once. */
  let admission: readonly DocumentWrite[] | undefined;
  let unexplained = 0;
  /** Whether the listener has been in time so far. */
  let isListenerQuick = true;
  const plans: Attempt[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const isRetry = attempt > 1;
    // A seat that was refused as long as somebody held it is not asked for again: its holder is alive.
    const refused = new Set(
      plans.flatMap(({ seat, holder }) => (seats.get(seat)?.peer === holder ? [seat] : [])),
    );
    const carried = attempt <= ATTEMPTS_WITH_MAIL ? mail : new Map<string, SignalState>();
    const plan = planned(options, seats, { mail: carried, refused, isRetry, admission });
    plans.push(plan);
    try {
      throwIfAborted(signal);
      const committing = documents.commit(plan.writes);
      // Only now: whom a join cannot reach, it does not contact, and nothing is to hold it up.
      if (!isRetry) options.onSent();
      await committing;
      return plan;
    } catch (error) {
      const failure = SignalingError.from(error);
      const isUnknown = failure.code === 'signaling/unavailable' || failure.code === 'signaling/timeout';
      if (!isUnknown && failure.code !== 'signaling/permission-denied') throw failure;
      // The commit, or one before it, may have been applied and its acknowledgement lost: the roster tells. What denied it
      // is most often told by the listener; only else the roster is read, and paid for.
      if (isUnknown) await options.echo(ROSTER_ECHO_DEADLINE_MS);
      if (!isUnknown && isListenerQuick) {
        await roster.until((shown) => explains(shown, plan), self.clock, ROSTER_NEWS_DEADLINE_MS, signal);
        throwIfAborted(signal);
        isListenerQuick = explains(roster.seats, plan);
      }
      seats = isUnknown || isListenerQuick ? roster.seats : heldSeats(await documents.readSeats(signal));
      // Of several in that seat the last: mail that is sent twice does no harm.
      const held = plans.findLast(({ seat }) => seats.get(seat)?.peer === self.peerId);
      if (held !== undefined) return held;
      if (isUnknown && attempt >= ATTEMPTS_WITH_MAIL) throw failure;
      const isExplained = isUnknown || explains(seats, plan);
      if (!isExplained) unexplained += 1;
      if (attempt >= ATTEMPTS_MAX || unexplained >= UNEXPLAINED_MAX)
        throw await options.entry.reasonFor(failure);
      // If not the roster is the reason, the admission may be.
      if (!isExplained) admission ??= await options.entry.review(failure);
    }
  }
}

/** Whether a plan had to be refused with these seats: its own has another holder, or somebody it writes to has none. */
function explains(seats: ReadonlyMap<number, Seat>, { seat, holder, carried }: Attempt): boolean {
  const seated = new Set([...seats.values()].map(({ peer }) => peer));
  return seats.get(seat)?.peer !== holder || [...carried.keys()].some((to) => !seated.has(to));
}

type Circumstances = {
  readonly mail: ReadonlyMap<string, SignalState>;
  /** Seats that it makes no sense to ask for again. */
  readonly refused: ReadonlySet<number>;
  readonly isRetry: boolean;
  readonly admission: readonly DocumentWrite[] | undefined;
};

function planned(
  options: JoinOptions,
  seats: ReadonlyMap<number, Seat>,
  { mail, refused, isRetry, admission = [] }: Circumstances,
): Attempt {
  const { scope, self, entry, capacity, standing, roster } = options;
  const seat = chosenSeat(options, seats, refused);
  const holder = seats.get(seat)?.peer;
  const seated = new Set([...seats.values()].map(({ peer }) => peer));
  const answersMax = LIMITS.ANSWERS_PER_COMMIT_MAX - (holder === undefined ? 0 : TAKEOVER_READS);
  const carried = new Map([...mail].filter(([to]) => seated.has(to) && to !== holder).slice(0, answersMax));
  const isLast = seats.size + (holder === undefined ? 1 : 0) >= capacity;
  const offer = isLast ? undefined : standing.offer;
  const { peerId, name } = self;
  const { role } = entry;
  // What an earlier attempt has left, or an earlier holder, is written over.
  const isNew = !isRetry && holder === undefined && !roster.tombstones.has(seat);
  const writes = [
    ...admission,
    ...(holder === undefined ? [] : [deleteWrite(beaconPath(scope.roomId, holder))]),
    seatWrite(scope, seat, { peerId, name, role, met: [...carried.keys()] }),
    beaconWrite(scope, peerId, { seat, leaseSeconds: IDLE_LEASE_SECONDS, offer }),
    ...[...carried].map(([to, state]) => mailWrite(scope, { to, from: peerId, seat, state })),
  ];
  return { seat, holder, carried, shownRev: offer?.rev ?? 0, writes: isNew ? writes.map(asNew) : writes };
}

function chosenSeat(
  options: JoinOptions,
  seats: ReadonlyMap<number, Seat>,
  refused: ReadonlySet<number>,
): number {
  const capacity = Math.min(options.capacity, LIMITS.CAPACITY_MAX);
  const earlier = earlierSeat(seats, options.self);
  const [free] = freeSeats(seats, capacity, options.place);
  const [silent] = silentSeats(seats, options.beacons(), options.serverNow()).filter(
    (seat) => !refused.has(seat),
  );
  // Our own ghost first: nobody else can tell that it is one.
  const seat = (earlier !== undefined && !refused.has(earlier) ? earlier : undefined) ?? free ?? silent;
  if (seat === undefined) throw new SignalingError('signaling/room-full');
  return seat;
}
