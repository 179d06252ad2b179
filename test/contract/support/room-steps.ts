import {
  admissionPath,
  beaconPath,
  mailPath,
  peerIdOf,
  randomEpoch,
  randomRoomNonce,
  roomIdOf,
  roomPath,
  seatPath,
  uidOf,
} from '@firesignal/protocol';
import fc from 'fast-check';
import {
  admissionWrite,
  beaconWrite,
  createRoomWrite,
  deleteWrite,
  endRoomWrite,
  hostWrite,
  lostMarkWrite,
  mailWrite,
  renewalWrite,
  seatWrite,
  type Admitted,
} from '../../../web/sdk/src/room/room-writes.ts';
import { Instant, type DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';
import type { Documents } from '../../../web/sdk/src/transport/memory/store.ts';
import { SDP, standingOffer } from '../../support/factories.ts';

/** Peers and users by number: peer 4 of three users is the second one of user 1. */
const USERS = 3;
const PEERS = 6;
const DAY_MS = 86_400_000;

/** A commit that somebody tries, or what an administrator makes so. */
export type Step = {
  /** Whose client commits it; `undefined` is past the rules. */
  readonly by: number | undefined;
  readonly writes: (cast: Cast) => readonly DocumentWrite[];
  /** For the report of a failure. */
  readonly says: string;
};

/** One room, and who is who in it. */
export class Cast {
  readonly uids: readonly string[];
  readonly roomId: string;
  readonly expiresAt = new Instant(Date.now() + DAY_MS);
  readonly #nonce: string;
  readonly #peers: readonly string[];

  readonly #look: () => Documents;

  private constructor(
    uids: readonly string[],
    room: { roomId: string; nonce: string },
    look: () => Documents,
  ) {
    this.uids = uids;
    this.roomId = room.roomId;
    this.#nonce = room.nonce;
    this.#look = look;
    this.#peers = Array.from({ length: PEERS }, (_, n) => peerIdOf(uids[n % USERS]!, randomEpoch()));
  }

  /** `look` shows the documents as they are, for those who know what they are doing. */
  static async of(uids: readonly string[], look: () => Documents): Promise<Cast> {
    const nonce = randomRoomNonce();
    return new Cast(uids, { roomId: await roomIdOf(uids[0]!, nonce), nonce }, look);
  }

  /** The seat that a peer has, or else any other. */
  seatOf(n: number, otherwise: number): number {
    const seats = [0, 1, 2].filter((each) => this.holderOf(each) === this.peer(n));
    return seats[0] ?? otherwise;
  }

  holderOf(n: number): string | undefined {
    return (this.#look().get(seatPath(this.roomId, n)) as { peer: string } | undefined)?.peer;
  }

  peer(n: number): string {
    return this.#peers[n]!;
  }

  uid(n: number): string {
    return this.uids[n]!;
  }

  /** All of a user's visits may take seats. */
  admitted(n: number, name = ''): Admitted {
    const visits = this.#peers.filter((each) => uidOf(each) === this.uid(n));
    return { uid: this.uid(n), name, role: 'speaker', visits };
  }

  get creation(): DocumentWrite {
    const { roomId, expiresAt } = this;
    return createRoomWrite(roomId, { uid: this.uid(0), nonce: this.#nonce, capacity: 3, expiresAt });
  }
}

const user = fc.nat({ max: USERS - 1 });
const peer = fc.nat({ max: PEERS - 1 });
/** The last one is above the capacity. */
const seat = fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 2, 3);
const few = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(items, { maxLength: 2 });
/** Mostly the one who may. */
const mostly = (own: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(own) }, { weight: 1, arbitrary: user });
const rarely = fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true));

const step = (by: number | undefined, says: string, writes: Step['writes']): Step => ({ by, says, writes });

const admit = fc
  .tuple(user, fc.constantFrom('', 'Ada'))
  .chain(([who, name]) =>
    mostly(who).map((by) =>
      step(by, `admits ${who} as "${name}"`, (cast) => [admissionWrite(cast, cast.admitted(who, name))]),
    ),
  );

const join = fc
  .record({
    who: peer,
    seat,
    to: few(peer),
    met: few(peer),
    misses: rarely,
    admits: fc.boolean(),
    isGreedy: rarely,
  })
  .chain((plan) => mostly(plan.who % USERS).map((by) => ({ ...plan, by })))
  .map(({ by, who, seat: n, to, met, misses, admits, isGreedy }) =>
    step(by, `joins as ${who} in seat ${n}, with mail to ${to.join()}`, (cast) => {
      const holder = cast.holderOf(n);
      const isTaken = holder !== undefined && holder !== cast.peer(who);
      return [
        ...(admits ? [admissionWrite(cast, cast.admitted(by))] : []),
        ...(isTaken && !isGreedy ? [deleteWrite(beaconPath(cast.roomId, holder))] : []),
        ...seating(cast, who, n, met, misses ? 1 : n),
        ...to.map((each) => mail(cast, who, n, each, 1)),
      ];
    }),
  );

function seating(
  cast: Cast,
  who: number,
  n: number,
  met: readonly number[] = [],
  named = n,
): readonly DocumentWrite[] {
  return [
    seatWrite(cast, n, {
      peerId: cast.peer(who),
      name: '',
      role: 'speaker',
      met: met.map((each) => cast.peer(each)),
    }),
    beaconWrite(cast, cast.peer(who), { seat: named, leaseSeconds: 180, offer: undefined }),
  ];
}

function mail(cast: Cast, from: number, seatOf: number, to: number, rev: number): DocumentWrite {
  const state = { conn: 1, rev, offer: { conn: 1, id: 'standing0', sdp: SDP } };
  return mailWrite(cast, { to: cast.peer(to), from: cast.peer(from), seat: seatOf, state });
}

const renew = fc
  .tuple(peer, fc.constantFrom(1, 900, 901), fc.constantFrom(undefined, 1, 2, 3))
  .chain(([who, leaseSeconds, rev]) =>
    mostly(who % USERS).map((by) =>
      step(by, `renews ${who} for ${leaseSeconds} s with offer ${rev ?? 'as it is'}`, (cast) => {
        const offer = rev === undefined ? undefined : standingOffer({ rev });
        return [renewalWrite(cast.roomId, cast.peer(who), { leaseSeconds, offer })];
      }),
    ),
  );

const write = fc
  .tuple(peer, seat, peer, fc.integer({ min: 1, max: 3 }))
  .chain(([from, n, to, rev]) =>
    mostly(from % USERS).map((by) =>
      step(by, `writes from ${from} in seat ${n} to ${to}, rev ${rev}`, (cast) => [
        mail(cast, from, cast.seatOf(from, n), to, rev),
      ]),
    ),
  );

const mark = fc
  .tuple(user, seat, seat)
  .map(([by, n, marker]) =>
    step(by, `marks seat ${n} lost from seat ${marker}`, (cast) => [
      lostMarkWrite(cast.roomId, n, cast.seatOf(by, marker)),
    ]),
  );

const leave = fc
  .record({
    who: peer,
    seat,
    keepsSeat: rarely,
    keepsBeacon: rarely,
    to: few(peer),
    keepsAdmission: fc.boolean(),
  })
  .chain((plan) => mostly(plan.who % USERS).map((by) => ({ ...plan, by })))
  .map(({ by, who, seat: n, keepsSeat, keepsBeacon, to, keepsAdmission }) =>
    step(by, `removes ${who} from seat ${n}`, (cast) =>
      [
        ...(keepsSeat ? [] : [seatPath(cast.roomId, cast.seatOf(who, n))]),
        ...(keepsBeacon ? [] : [beaconPath(cast.roomId, cast.peer(who))]),
        ...(keepsAdmission ? [] : [admissionPath(cast.roomId, cast.uid(who % USERS))]),
        ...to.map((each) => mailPath(cast.roomId, cast.peer(each), n)),
      ].map(deleteWrite),
    ),
  );

const govern = fc
  .tuple(user, seat, fc.constantFrom('host', 'host', 'host', 'host', 'make', 'delete', 'end'))
  .map(([by, n, what]) =>
    step(by, `${what}s the room, seat ${n}`, (cast) => {
      if (what === 'host') return [hostWrite(cast.roomId, cast.uid(by), cast.seatOf(by, n))];
      if (what === 'end') return [endRoomWrite(cast.roomId)];
      return [what === 'delete' ? deleteWrite(roomPath(cast.roomId)) : cast.creation];
    }),
  );

/** Time that has passed: the rules cannot be made to wait for it. */
const age = fc.tuple(peer, seat, fc.constantFrom('lease', 'mark', 'admission')).map(([who, n, what]) =>
  step(undefined, `the ${what} of ${who}, seat ${n}, is of long ago`, (cast) => {
    const past = new Instant(Date.now() - 600_000);
    if (what === 'mark')
      return [
        { kind: 'update', path: seatPath(cast.roomId, n), data: { lostAt: past, lostBy: (n + 1) % 3 } },
      ];
    if (what === 'lease')
      return [{ kind: 'update', path: beaconPath(cast.roomId, cast.peer(who)), data: { renewedAt: past } }];
    return [
      {
        kind: 'update',
        path: admissionPath(cast.roomId, cast.uid(who % USERS)),
        data: { at: past, leaseSeconds: 1 },
      },
    ];
  }),
);

/** What people do in a room, most of it allowed: after two have come, and everybody is admitted. */
export const STEPS: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: admit },
      { weight: 8, arbitrary: join },
      { weight: 2, arbitrary: renew },
      { weight: 4, arbitrary: write },
      { weight: 2, arbitrary: mark },
      { weight: 2, arbitrary: leave },
      { weight: 2, arbitrary: govern },
      { weight: 6, arbitrary: age },
    ),
    { minLength: 10, maxLength: 30 },
  )
  .map((steps) => [...BEGINNING, ...steps]);

const BEGINNING: readonly Step[] = [0, 1, 2].flatMap((who) => [
  step(who, `admits ${who}`, (cast) => [admissionWrite(cast, cast.admitted(who))]),
  ...(who === 2 ? [] : [step(who, `joins as ${who} in seat ${who}`, (cast) => seating(cast, who, who))]),
]);
