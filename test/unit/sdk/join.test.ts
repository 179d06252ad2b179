import {
  admissionPath,
  beaconPath,
  LIMITS,
  mailPath,
  roomPath,
  seatNumber,
  seatPath,
  seatsPath,
  type SignalState,
} from '@firesignal/protocol';
import { describe, expect, it, vi } from 'vitest';
import { ROSTER_ECHO_DEADLINE_MS, ROSTER_NEWS_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import { Ledger } from '../../../web/sdk/src/ledger.ts';
import type { StandingOfferKeeper } from '../../../web/sdk/src/link/standing-offer.ts';
import { Entry } from '../../../web/sdk/src/room/entry.ts';
import { takeSeat, type Joined } from '../../../web/sdk/src/room/join.ts';
import type { Mesh } from '../../../web/sdk/src/room/mesh.ts';
import {
  RoomDocuments,
  type Beacon,
  type Room,
  type Seat,
} from '../../../web/sdk/src/room/room-documents.ts';
import type { Visit } from '../../../web/sdk/src/room/room-visit.ts';
import { Roster } from '../../../web/sdk/src/room/roster.ts';
import { roomRules } from '../../../web/sdk/src/transport/memory/room-rules.ts';
import type { DocumentWrite, WatchTarget } from '../../../web/sdk/src/transport/signal-transport.ts';
import {
  admission,
  ALICE,
  beacon,
  BOB,
  CAROL,
  peer,
  room,
  ROOM_ID,
  SCOPE,
  SDP,
  seat,
  standingOffer,
} from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeBackend, type Fault } from '../../support/fake-transport.ts';
import { settled } from '../../support/tasks.ts';

const answer = (): SignalState => ({ conn: 1, rev: 1, answer: { conn: 1, id: 'standing0', sdp: SDP } });

type Options = {
  readonly capacity?: number;
  readonly seats?: ReadonlyMap<number, Seat>;
  readonly beacons?: ReadonlyMap<string, Beacon>;
  readonly mail?: readonly string[];
  readonly earlierPeerId?: string;
  /** Whether a join that was denied waits for the roster to show why. */
  readonly listens?: boolean;
};

/** Carol joins. The roster that she sees is what was there when she came, until a test shows her another. */
function setting(options: Options = {}) {
  const clock = new FakeClock();
  const backend = new FakeBackend(clock, roomRules);
  const { capacity = 4 } = options;
  backend.put(roomPath(ROOM_ID), room({ capacity }));
  backend.put(admissionPath(ROOM_ID, 'carol'), { ...admission('carol', 'Carol'), visits: [CAROL] });
  const roster = new Roster(CAROL);
  const seats = options.seats ?? new Map<number, Seat>();
  const beacons =
    options.beacons ??
    new Map([...seats].map(([number, { peer: holder }]) => [holder, beacon(number)] as const));
  roster.update(seats);
  if (options.listens !== true) vi.spyOn(roster, 'until').mockResolvedValue();
  for (const [number, document] of seats) backend.put(seatPath(ROOM_ID, number), document);
  for (const [peerId, document] of beacons) backend.put(beaconPath(ROOM_ID, peerId), document);
  const documents = new RoomDocuments({
    transport: backend.transport('carol'),
    clock,
    roomId: ROOM_ID,
    ledger: new Ledger(),
    report: () => undefined,
  });
  const mail = new Map((options.mail ?? []).map((to) => [to, answer()] as const));
  const release = vi.fn();
  const tried: (readonly DocumentWrite[])[] = [];
  const faults: (Fault | undefined)[] = [];
  backend.faultOf = (writes) => {
    tried.push(writes);
    return faults.shift();
  };
  const self = { uid: 'carol', peerId: CAROL, name: 'Carol', earlierPeerId: options.earlierPeerId, clock };
  const entry = new Entry({
    visit: {
      ...self,
      transport: backend.transport('carol'),
      roomId: ROOM_ID,
      role: 'speaker',
    } as unknown as Visit,
    documents,
    roster,
    room: () => room({ capacity }) as unknown as Room,
    onRole: () => undefined,
    onKnock: () => undefined,
  });
  const join = (signal?: AbortSignal): Promise<Joined> =>
    takeSeat({
      documents,
      scope: SCOPE,
      self,
      entry,
      capacity,
      place: { hostSeat: 0, isHost: false },
      mesh: { firstMail: () => Promise.resolve(mail) } as unknown as Mesh,
      standing: { offer: standingOffer({ rev: 3 }) } as unknown as StandingOfferKeeper,
      roster,
      beacons: () => beacons,
      serverNow: () => clock.now(),
      echo: (deadlineMs) => new Promise((resolve) => void clock.after(deadlineMs, resolve)),
      onSent: release,
      signal,
    });
  /** Shows the roster as it is now. */
  const show = (): void =>
    roster.update(
      new Map(
        [...backend.read({ collection: seatsPath(ROOM_ID) } satisfies WatchTarget)].map(([id, document]) => [
          seatNumber(id)!,
          document as Seat,
        ]),
      ),
    );
  return { clock, backend, roster, release, tried, faults, join, show };
}

const others = (count: number): ReadonlyMap<number, Seat> =>
  new Map(Array.from({ length: count }, (_, number) => [number, seat(peer(`peer${number}`))] as const));
const pathsOf = (writes: readonly DocumentWrite[]): string[] => writes.map(({ path }) => path);
const seatOf = (writes: readonly DocumentWrite[]): string =>
  pathsOf(writes).find((path) => path.startsWith(seatsPath(ROOM_ID)))!;
const metOf = (writes: readonly DocumentWrite[]): unknown => {
  const write = writes.find(({ path }) => path.startsWith(seatsPath(ROOM_ID)));
  return write !== undefined && write.kind !== 'delete' ? write.data['met'] : undefined;
};

describe('takeSeat', () => {
  it('[JN6] asks for the seat of somebody who turns out to be alive only once, and then says that the room is full', async () => {
    const { backend, tried, join } = setting({
      capacity: 2,
      seats: others(2),
      // What the listener knew before the others came: no beacon of theirs.
      beacons: new Map(),
    });
    backend.faultOf = (writes) => {
      tried.push(writes);
      return 'denied';
    };
    await expect(join()).rejects.toMatchObject({ code: 'signaling/room-full' });
    expect(tried.map(seatOf).sort()).toEqual([0, 1].map((number) => seatPath(ROOM_ID, number)));
  });

  it('[LK2] does not contact anybody for a join to a full room', async () => {
    const { join, release } = setting({ capacity: 2, seats: others(2) });
    await expect(join()).rejects.toMatchObject({ code: 'signaling/room-full' });
    expect(release).not.toHaveBeenCalled();
  });

  it('[JN17] takes the seat of its own earlier visit first, even where others are free', async () => {
    const earlier = peer('carol', 7);
    const { backend, join } = setting({
      seats: new Map([
        [0, seat(ALICE)],
        [2, seat(earlier)],
      ]),
      mail: [ALICE, earlier],
      earlierPeerId: earlier,
    });
    const joined = await join();
    expect(joined.seat).toBe(2);
    expect([...joined.carried.keys()]).toEqual([ALICE]);
    expect(backend.commits).toHaveLength(1);
    expect(pathsOf(backend.commits[0]!.writes)).toContain(beaconPath(ROOM_ID, earlier));
  });

  it('[JN1] takes a free seat, puts the beacon up and writes to everybody in one commit', async () => {
    const { backend, join, release } = setting({
      seats: new Map([
        [0, seat(ALICE)],
        [2, seat(BOB)],
      ]),
      mail: [ALICE, BOB],
    });
    const joined = await join();
    expect([1, 3]).toContain(joined.seat);
    expect(backend.commits).toHaveLength(1);
    const { writes } = backend.commits[0]!;
    expect(pathsOf(writes).sort()).toEqual(
      [
        seatPath(ROOM_ID, joined.seat),
        beaconPath(ROOM_ID, CAROL),
        mailPath(ROOM_ID, ALICE, joined.seat),
        mailPath(ROOM_ID, BOB, joined.seat),
      ].sort(),
    );
    expect(metOf(writes)).toEqual([ALICE, BOB]);
    expect([...joined.carried.keys()]).toEqual([ALICE, BOB]);
    expect(joined.shownRev).toBe(3);
    expect(release).toHaveBeenCalledOnce();
  });

  it('[JN21] asks for new documents at first, and writes over what a holder before it has left in the way', async () => {
    const { backend, tried, join } = setting({
      seats: new Map([[0, seat(ALICE)]]),
      mail: [ALICE],
      capacity: 2,
    });
    backend.put(mailPath(ROOM_ID, ALICE, 1), { from: BOB, ...answer() });
    expect((await join()).seat).toBe(1);
    expect(tried.map((writes) => [...new Set(writes.map(({ kind }) => kind))])).toEqual([
      ['create'],
      // The admission, in case that was it, and the rest.
      ['update', 'set'],
    ]);
    expect(backend.documents.get(mailPath(ROOM_ID, ALICE, 1))).toMatchObject({ from: CAROL });
  });

  it('shows no offer in the last free seat: nobody could come', async () => {
    const { backend, join } = setting({ capacity: 2, seats: new Map([[0, seat(ALICE)]]), mail: [ALICE] });
    expect((await join()).shownRev).toBe(0);
    expect(backend.documents.get(beaconPath(ROOM_ID, CAROL))).not.toHaveProperty('offer');
  });

  it('writes to nobody who has left meanwhile', async () => {
    const { join } = setting({ seats: new Map([[0, seat(ALICE)]]), mail: [ALICE, BOB] });
    expect([...(await join()).carried.keys()]).toEqual([ALICE]);
  });

  it('[JN2] denied, it looks at a fresh roster and tries once more with its mail', async () => {
    const { backend, tried, join, faults } = setting({
      seats: new Map([[0, seat(ALICE)]]),
      mail: [ALICE],
      capacity: 3,
    });
    // Bob was a moment earlier; the listener does not know yet.
    backend.put(seatPath(ROOM_ID, 1), seat(BOB));
    backend.put(beaconPath(ROOM_ID, BOB), beacon(1));
    faults.push('denied');
    const joined = await join();
    expect(joined.seat).toBe(2);
    expect([...joined.carried.keys()]).toEqual([ALICE]);
    expect(tried).toHaveLength(2);
  });

  it('[JN22] denied since somebody else was quicker, it reads no roster and writes no admission: its listener tells why', async () => {
    const { backend, clock, tried, join, show } = setting({
      seats: new Map([[0, seat(ALICE)]]),
      mail: [ALICE],
      capacity: 3,
      listens: true,
    });
    const reads = vi.spyOn(backend, 'read');
    for (const number of [1, 2]) backend.put(seatPath(ROOM_ID, number), seat(BOB));
    backend.put(beaconPath(ROOM_ID, BOB), beacon(1));
    const joining = join();
    await settled();
    expect(tried).toHaveLength(1);
    // The one of the two that was refused has become free again.
    const free = [1, 2].find((number) => seatPath(ROOM_ID, number) !== seatOf(tried[0]!))!;
    backend.remove(seatPath(ROOM_ID, free));
    reads.mockClear();
    show();
    expect((await joining).seat).toBe(free);
    expect(reads).toHaveBeenCalledTimes(1);
    expect(pathsOf(tried[1]!).some((path) => path.includes('/admissions/'))).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('[JN22] reads the roster when the listener does not tell in time, and then does not wait for it again', async () => {
    const { backend, clock, join } = setting({ listens: true });
    backend.faultOf = () => 'denied';
    const outcome = join().catch((error: unknown) => error);
    await clock.advance(ROSTER_NEWS_DEADLINE_MS);
    expect(await outcome).toMatchObject({ code: 'signaling/permission-denied' });
    expect(backend.attempts).toBe(4);
  });

  it('[JN22] aborted while it waits for the listener, it leaves no timer', async () => {
    const { backend, clock, join } = setting({ listens: true });
    backend.faultOf = () => 'denied';
    const abort = new AbortController();
    const outcome = join(abort.signal).catch((error: unknown) => error);
    await settled();
    expect(clock.pending).toBe(1);
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'signaling/aborted' });
    expect(clock.pending).toBe(0);
  });

  it('[JN3] denied twice, it takes the seat alone: the mail follows by itself', async () => {
    const { backend, tried, join, faults } = setting({ seats: new Map([[0, seat(ALICE)]]), mail: [ALICE] });
    faults.push('denied', 'denied');
    const joined = await join();
    expect(joined.carried.size).toBe(0);
    expect(tried.map((writes) => pathsOf(writes).some((path) => path.includes('/mailboxes/')))).toEqual([
      true,
      true,
      false,
    ]);
    expect(metOf(backend.commits[0]!.writes)).toEqual([]);
  });

  it('writes the admission again with a second attempt: it may be what was missing', async () => {
    const { tried, join, faults } = setting();
    faults.push('denied');
    await join();
    expect(tried.map((writes) => pathsOf(writes).some((path) => path.includes('/admissions/')))).toEqual([
      false,
      true,
    ]);
  });

  it('gives up when it is denied again and again', async () => {
    const { backend, join } = setting();
    backend.faultOf = () => 'denied';
    await expect(join()).rejects.toMatchObject({ code: 'signaling/permission-denied' });
    expect(backend.attempts).toBe(4);
  });

  it('[JN4] finds itself in the roster when the acknowledgement was lost', async () => {
    const { backend, clock, join, faults, show } = setting({
      seats: new Map([[0, seat(ALICE)]]),
      mail: [ALICE],
    });
    faults.push('lost');
    const joining = join();
    await settled();
    show();
    await clock.advance(ROSTER_ECHO_DEADLINE_MS);
    const joined = await joining;
    expect(backend.commits).toHaveLength(1);
    expect(seatOf(backend.commits[0]!.writes)).toBe(seatPath(ROOM_ID, joined.seat));
    expect([...joined.carried.keys()]).toEqual([ALICE]);
  });

  it('[JN5] finds the seat of a lost acknowledgement even if the roster shows it only after the next attempt', async () => {
    const { backend, clock, join, faults } = setting({ capacity: 16 });
    faults.push('lost');
    const joining = join();
    await clock.advance(ROSTER_ECHO_DEADLINE_MS);
    await clock.advance(60_000);
    const joined = await joining;
    const held = [...backend.documents].filter(([, document]) => (document as Partial<Seat>).peer === CAROL);
    expect(held.map(([path]) => path)).toEqual([seatPath(ROOM_ID, joined.seat)]);
  });

  it('[JN6] in the last seat, a lost acknowledgement is not taken for a full room', async () => {
    const { clock, join, faults, show } = setting({ capacity: 2, seats: new Map([[0, seat(ALICE)]]) });
    faults.push('lost');
    const joining = join();
    await settled();
    show();
    await clock.advance(ROSTER_ECHO_DEADLINE_MS);
    expect((await joining).seat).toBe(1);
  });

  it('says that the backend is away after one more attempt', async () => {
    const { backend, clock, join } = setting();
    backend.faultOf = () => 'unavailable';
    const joining = join().catch((error: unknown) => error);
    await clock.advance(3 * ROSTER_ECHO_DEADLINE_MS);
    expect(await joining).toMatchObject({ code: 'signaling/unavailable' });
    expect(backend.attempts).toBe(2);
  });

  it('says at once that the room is full when everybody is alive', async () => {
    const { backend, join } = setting({ capacity: 2, seats: others(2) });
    await expect(join()).rejects.toMatchObject({ code: 'signaling/room-full' });
    expect(backend.attempts).toBe(0);
  });

  it('[JN7] takes a silent seat over, with the beacon of its holder, whom it does not write to', async () => {
    const seats = new Map([
      [0, seat(ALICE)],
      [1, seat(BOB)],
    ]);
    const { backend, clock, join } = setting({
      capacity: 2,
      seats,
      beacons: new Map([
        [ALICE, beacon(0)],
        [BOB, beacon(1, { leaseSeconds: 1 })],
      ]),
      mail: [ALICE, BOB],
    });
    await clock.advance(10_000);
    const joined = await join();
    expect(joined.seat).toBe(1);
    expect(pathsOf(backend.commits[0]!.writes)).toContain(beaconPath(ROOM_ID, BOB));
    expect(backend.documents.has(beaconPath(ROOM_ID, BOB))).toBe(false);
    expect([...joined.carried.keys()]).toEqual([ALICE]);
  });

  it('takes a free seat rather than a silent one', async () => {
    const { join } = setting({
      seats: new Map([
        [0, seat(ALICE)],
        [1, seat(BOB)],
      ]),
      beacons: new Map(),
      capacity: 3,
    });
    expect((await join()).seat).toBe(2);
  });

  it('[JN8] joins a room of 16 with at most 16 writes of mail', async () => {
    const { backend, join } = setting({
      capacity: LIMITS.CAPACITY_MAX,
      seats: others(LIMITS.CAPACITY_MAX - 1),
      mail: [...others(LIMITS.CAPACITY_MAX - 1).values()].map(({ peer: to }) => to),
    });
    const joined = await join();
    expect(joined.seat).toBe(15);
    expect(backend.commits[0]!.writes).toHaveLength(2 + 15);
  });

  it('[JN8] carries two answers less where the rules have a takeover to look at', async () => {
    const { backend, join } = setting({
      capacity: LIMITS.CAPACITY_MAX,
      seats: new Map([...others(LIMITS.CAPACITY_MAX - 1), [15, seat(ALICE)]]),
      beacons: new Map(
        [...others(LIMITS.CAPACITY_MAX - 1)].map(([number, { peer: to }]) => [to, beacon(number)]),
      ),
      mail: [...others(LIMITS.CAPACITY_MAX - 1).values()].map(({ peer: to }) => to),
    });
    const joined = await join();
    expect(joined.seat).toBe(15);
    expect(joined.carried.size).toBe(14);
    expect(metOf(backend.commits[0]!.writes)).toEqual([...joined.carried.keys()]);
  });

  it('aborted, it does not commit, and says so whatever the reason is', async () => {
    const { backend, join } = setting();
    for (const reason of [undefined, new Error('changed my mind'), 'text'])
      await expect(join(AbortSignal.abort(reason))).rejects.toMatchObject({ code: 'signaling/aborted' });
    expect(backend.attempts).toBe(0);
  });
});
