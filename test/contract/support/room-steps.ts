import { admissionPath, beaconPath, mailPath, roomPath, seatPath, type Role } from '@firesignal/protocol';
import fc from 'fast-check';
import {
  admissionRenewalWrite,
  admissionWrite,
  beaconWrite,
  deleteWrite,
  endRoomWrite,
  hostWrite,
  lostMarkWrite,
  mailWrite,
  renewalWrite,
  seatWrite,
} from '../../../web/sdk/src/room/room-writes.ts';
import {
  Instant,
  type DocumentWrite,
  type WriteFields,
} from '../../../web/sdk/src/transport/signal-transport.ts';
import { PEERS, step, USERS, type Cast, type Door, type Step } from './cast.ts';
import { ARRIVALS } from './arrivals.ts';
import { DOOR_STEPS } from './door-steps.ts';
import { mostly, rarely, roles, user } from './choices.ts';

const peer = fc.nat({ max: PEERS - 1 });
/** The last one is above the capacity. */
const seat = fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 2, 3);
const few = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(items, { maxLength: 2 });

const admit = fc
  .record({ who: user, name: fc.constantFrom('', 'Ada'), role: roles, other: rarely })
  .chain((plan) => mostly(plan.who).map((by) => ({ ...plan, by })))
  .map(({ by, who, name, role, other }) =>
    step(by, `admits ${who} as "${name}", ${role}`, (cast) => {
      const admitted = cast.admitted(who, name, role);
      const visits = other ? [...admitted.visits, cast.peer((who + 1) % USERS)] : admitted.visits;
      return [admissionWrite(cast, { ...admitted, visits })];
    }),
  );

const stay = fc
  .record({
    who: user,
    leaseSeconds: fc.constantFrom(0, 600, 600, 901),
    keeps: fc.nat({ max: 2 }),
    name: rarely,
  })
  .chain((plan) => mostly(plan.who).map((by) => ({ ...plan, by })))
  .map(({ by, who, leaseSeconds, keeps, name }) =>
    step(by, `renews the admission of ${who} for ${leaseSeconds} s with ${keeps} visits`, (cast) => [
      admissionRenewalWrite(cast, {
        uid: cast.uid(who),
        visits: cast.visitsOf(who).slice(0, keeps),
        leaseSeconds,
        ...(name && { name: cast.name('Eve') }),
      }),
    ]),
  );

const join = fc
  .record({
    who: peer,
    seat,
    to: few(peer),
    met: few(peer),
    role: fc.option(roles, { freq: 5 }),
    misses: rarely,
    strays: rarely,
    admits: fc.boolean(),
    isGreedy: rarely,
  })
  .chain((plan) => mostly(plan.who % USERS).map((by) => ({ ...plan, by })))
  .map(({ by, who, seat: aim, to, met, role, misses, strays, admits, isGreedy }) =>
    step(by, `joins as ${who} in seat ${aim} or another, with mail to ${to.join()}`, (cast) => {
      const n = cast.seatOf(who, strays ? aim : cast.freeSeat(aim));
      const reached = strays ? to : to.slice(0, 1).map((each) => cast.present(each));
      const visits = { uid: cast.uid(by), visits: cast.visitsOf(by) };
      const holder = cast.holderOf(n);
      const isTaken = holder !== undefined && holder !== cast.peer(who);
      return [
        ...(admits ? [admissionRenewalWrite(cast, { ...visits, leaseSeconds: 600 })] : []),
        ...(isTaken && !isGreedy ? [deleteWrite(beaconPath(cast.roomId, holder))] : []),
        ...seating(cast, who, n, { met, named: misses ? 1 : n, ...(role !== null && { role }) }),
        ...reached.map((each) => mail(cast, who, n, each, 1)),
      ];
    }),
  );

type Seating = { readonly met?: readonly number[]; readonly named?: number; readonly role?: Role };

function seating(cast: Cast, who: number, n: number, options: Seating = {}): readonly DocumentWrite[] {
  const { met = [], named = n, role = cast.roleOf(who % USERS) } = options;
  const { name } = (cast.found(admissionPath(cast.roomId, cast.uid(who % USERS))) ?? {
    name: cast.name(''),
  }) as { name: string };
  const beacon = beaconWrite(cast, cast.peer(who), { seat: named, leaseSeconds: 180, offer: undefined });
  return [
    seatWrite(cast, n, { peerId: cast.peer(who), name, role, met: met.map((each) => cast.peer(each)) }),
    paced(cast, beacon),
  ];
}

/** With the next number of the row that it is in. */
function paced(cast: Cast, write: DocumentWrite, isGreedy = false): DocumentWrite {
  if (write.kind === 'delete') return write;
  return { ...write, data: { ...write.data, burst: cast.burst(write.path, isGreedy) } };
}

function mail(
  cast: Cast,
  from: number,
  seatOf: number,
  to: number,
  rev: number,
  isGreedy = false,
): DocumentWrite {
  const written = mailWrite(cast, {
    ...{ to: cast.peer(to), from: cast.peer(from), seat: seatOf },
    state: cast.signal(rev) as { conn: number; rev: number },
  });
  return paced(cast, written, isGreedy);
}

const renew = fc
  .record({
    who: peer,
    leaseSeconds: fc.constantFrom(1, 900, 901),
    rev: fc.constantFrom(undefined, 1, 2, 3),
    isGreedy: fc.boolean(),
  })
  .chain((plan) => mostly(plan.who % USERS).map((by) => ({ ...plan, by })))
  .map(({ by, who, leaseSeconds, rev, isGreedy }) =>
    step(by, `renews ${who} for ${leaseSeconds} s with offer ${rev ?? 'as it is'}`, (cast) => {
      const renewal = renewalWrite(cast.roomId, cast.peer(who), { leaseSeconds, offer: undefined });
      const written = paced(cast, renewal, isGreedy);
      if (rev === undefined || written.kind === 'delete') return [written];
      return [{ ...written, data: { ...written.data, offer: cast.offer(rev) } }];
    }),
  );

const write = fc
  .record({
    from: peer,
    n: seat,
    to: peer,
    rev: fc.integer({ min: 1, max: 3 }),
    strays: rarely,
    isGreedy: fc.boolean(),
  })
  .chain((plan) => mostly(plan.from % 2).map((by) => ({ ...plan, by })))
  .map(({ by, from, n, to, rev, strays, isGreedy }) =>
    step(by, `writes from ${from} or another in seat ${n} to ${to} or another, rev ${rev}`, (cast) => {
      const sender = strays ? from : from % 2;
      const other = strays ? to : cast.present(to);
      return [mail(cast, sender, cast.seatOf(sender, n), other, rev, isGreedy)];
    }),
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
  .tuple(user, user, seat, fc.constantFrom('host', 'host', 'host', 'give', 'give', 'make', 'delete', 'end'))
  .map(([by, to, n, what]) =>
    step(by, `${what}s the room, to ${to}, seat ${n}`, (cast) => {
      if (what === 'host') return [hostWrite(cast.roomId, cast.uid(by), cast.seatOf(by, n))];
      if (what === 'give') return [hostWrite(cast.roomId, cast.uid(to), cast.seatOf(to, n))];
      if (what === 'end') return [endRoomWrite(cast.roomId)];
      return what === 'delete' ? [deleteWrite(roomPath(cast.roomId))] : cast.creation.slice(0, 1);
    }),
  );

/** Time that has passed, and what has been written in it: the rules cannot be made to wait for it. */
const age = fc
  .tuple(peer, seat, fc.constantFrom('lease', 'mark', 'admission', 'permission', 'row', 'post'))
  .map(([who, n, what]) =>
    step(undefined, `the ${what} of ${who}, seat ${n}, is of long ago, or full`, (cast) => {
      const past = new Instant(Date.now() - 600_000);
      const change = (path: string, data: WriteFields): readonly DocumentWrite[] =>
        cast.found(path) === undefined ? [] : [{ kind: 'update', path, data }];
      const beacon = beaconPath(cast.roomId, cast.peer(who));
      const admission = admissionPath(cast.roomId, cast.uid(who % USERS));
      if (what === 'mark') return change(seatPath(cast.roomId, n), { lostAt: past, lostBy: (n + 1) % 3 });
      if (what === 'lease') return change(beacon, { renewedAt: past });
      if (what === 'row') return change(beacon, { burst: 10 });
      if (what === 'post') return change(mailPath(cast.roomId, cast.peer(who), n), { burst: 20 });
      return change(admission, what === 'admission' ? { at: past, leaseSeconds: 1 } : { expiresAt: past });
    }),
  );

const people: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: admit },
  { weight: 2, arbitrary: stay },
  { weight: 8, arbitrary: join },
  { weight: 3, arbitrary: renew },
  { weight: 4, arbitrary: write },
  { weight: 2, arbitrary: mark },
  { weight: 2, arbitrary: leave },
  { weight: 3, arbitrary: govern },
  { weight: 6, arbitrary: age },
);

export type Course = { readonly door: Door; readonly steps: readonly Step[] };

/** What people do in a room, most of it allowed: after all have been let in, the creator first, and two have come. */
export const COURSES: fc.Arbitrary<Course> = fc
  .record({
    door: fc.record({
      access: fc.constantFrom('open', 'open', 'invite', 'password', 'knock', 'members'),
      sealed: rarely,
      locked: rarely,
    }),
    host: fc.constantFrom(0, 0, 1, 2),
    roles: fc.constantFrom<readonly Role[]>(
      ['moderator', 'speaker', 'viewer'],
      ['speaker', 'moderator', 'speaker'],
    ),
    steps: fc.array(
      fc.oneof(
        { weight: 30, arbitrary: people.map((one) => [one]) },
        { weight: 20, arbitrary: DOOR_STEPS.map((one) => [one]) },
        { weight: 3, arbitrary: ARRIVALS },
      ),
      {
        minLength: 12,
        maxLength: 30,
      },
    ),
  })
  .map(({ door, roles: given, host, steps }) => ({
    door,
    steps: [...beginning(given, host), ...steps.flat()],
  }));

const beginning = (given: readonly Role[], host: number): readonly Step[] => [
  step(undefined, 'all are let in', (cast) =>
    given.map((role, who) => {
      const at = new Instant(Date.now() - 1_000);
      const write = admissionWrite(cast, cast.admitted(who, '', role)) as DocumentWrite & { kind: 'set' };
      return { ...write, data: { ...write.data, at } };
    }),
  ),
  step(undefined, `${host} is the host`, (cast) => [
    {
      kind: 'update',
      path: roomPath(cast.roomId),
      data: { host: cast.uid(host), ...(host > 0 && { hostSeat: host }) },
    },
  ]),
  ...[0, 1].map((who) => step(who, `joins as ${who} in seat ${who}`, (cast) => seating(cast, who, who))),
];
