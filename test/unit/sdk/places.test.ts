import { admissionPath, beaconPath, ERROR_CODES, LIMITS, mailPath, seatPath } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LEAVE_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import { SignalingError, throwIfAborted } from '../../../web/sdk/src/errors.ts';
import { Ledger } from '../../../web/sdk/src/ledger.ts';
import { parseRoomLink, roomLink } from '../../../web/sdk/src/room-link.ts';
import { farewell, sayFarewell, type Belongings } from '../../../web/sdk/src/room/farewell.ts';
import { RoomDocuments } from '../../../web/sdk/src/room/room-documents.ts';
import { deleteWrite } from '../../../web/sdk/src/room/room-writes.ts';
import { freeSeats, Roster } from '../../../web/sdk/src/room/roster.ts';
import { earlierSeat, silentSeats } from '../../../web/sdk/src/room/seat-takeover.ts';
import { WatchKeeper } from '../../../web/sdk/src/room/watch-keeper.ts';
import { Instant, type DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';
import { ALICE, beacon, BOB, CAROL, NOW, peer, ROOM_ID, seat } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeBackend } from '../../support/fake-transport.ts';

describe('room links', () => {
  it('are read back as they were made, from any page of the site', () => {
    for (const base of [
      'https://meet.example',
      'https://meet.example/some/page?x=1#y',
      new URL('http://127.0.0.1:5000/'),
    ]) {
      const link = roomLink(base, ROOM_ID);
      expect(new URL(link).origin).toBe(new URL(base).origin);
      expect(parseRoomLink(link)).toEqual({ roomId: ROOM_ID });
    }
  });

  it.each([
    ROOM_ID,
    `  ${ROOM_ID}\n`,
    `https://meet.example/r/${ROOM_ID}`,
    `https://meet.example/r/${ROOM_ID}/`,
    `https://meet.example/app/r/${ROOM_ID}?from=mail#section=2`,
  ])('are understood as %s', (text) => {
    expect(parseRoomLink(text)).toEqual({ roomId: ROOM_ID });
  });

  it.each([
    '',
    'hello',
    ROOM_ID.slice(1),
    `${ROOM_ID}0`,
    ROOM_ID.toUpperCase(),
    'https://meet.example/',
    'https://meet.example/r/',
    `https://meet.example/x/${ROOM_ID}`,
    `https://meet.example/?r=/r/${ROOM_ID}`,
    `https://meet.example/r/${ROOM_ID}/more`,
  ])('are refused as %j', (text) => {
    expect(() => parseRoomLink(text)).toThrow(expect.objectContaining({ code: 'signaling/invalid-link' }));
  });

  it('throw nothing else, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'https://', 'https://meet.example/r/', '/r/'),
        fc.string(),
        (start, end) => {
          expect(() => parseRoomLink(start + end)).toThrow(SignalingError);
        },
      ),
    );
  });

  it('are made of a room id and a URL only', () => {
    for (const [base, id] of [
      ['nowhere', ROOM_ID],
      ['https://meet.example', 'room'],
    ] as const)
      expect(() => roomLink(base, id)).toThrow(
        expect.objectContaining({ code: 'signaling/invalid-argument' }),
      );
  });
});

describe('SignalingError', () => {
  it('says what each code means, and what is special about the case', () => {
    for (const [code, meaning] of Object.entries(ERROR_CODES))
      expect(new SignalingError(code as keyof typeof ERROR_CODES).message).toBe(meaning);
    expect(new SignalingError('signaling/room-full', 'Six are in.').message).toMatch(
      /^Six are in\. Every seat/,
    );
  });

  it('is made of any thrown value, and stays what it is', () => {
    const error = new SignalingError('signaling/room-full');
    expect(SignalingError.from(error)).toBe(error);
    expect(SignalingError.from('text', 'signaling/negotiation-failed')).toMatchObject({
      code: 'signaling/negotiation-failed',
      cause: 'text',
    });
  });

  it('carries the reason of an abort', () => {
    const reason = new Error('changed my mind');
    expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(
      expect.objectContaining({ code: 'signaling/aborted', cause: reason }),
    );
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
  });
});

describe('Roster', () => {
  it('shows who holds which seat, in the order of the seats', () => {
    const roster = new Roster(BOB);
    const view = { host: 'alice', isLinked: () => false };
    expect(roster.entries(view)).toEqual([]);
    roster.update(
      new Map([
        [3, seat(ALICE, { name: 'Ada', lostAt: new Instant(NOW), lostBy: 1 })],
        [1, seat(BOB)],
      ]),
    );
    const common = { role: 'speaker', joinedAt: new Date(NOW) };
    expect(roster.entries(view)).toEqual([
      { ...common, peerId: BOB, name: '', seat: 1, lost: false, isHost: false, isSelf: true },
      { ...common, peerId: ALICE, name: 'Ada', seat: 3, lost: true, isHost: true, isSelf: false },
    ]);
    expect(roster.seatOf(ALICE)).toBe(3);
    expect(roster.seatOf(CAROL)).toBeUndefined();
  });

  it('shows nobody as lost who is linked, or who is asking', () => {
    const roster = new Roster(BOB);
    const lost = { lostAt: new Instant(NOW), lostBy: 2 };
    roster.update(
      new Map([
        [0, seat(ALICE, lost)],
        [1, seat(BOB, lost)],
        [3, seat(CAROL, lost)],
      ]),
    );
    const entries = roster.entries({ host: undefined, isLinked: (peerId) => peerId === ALICE });
    expect(entries.map(({ lost: isLost }) => isLost)).toEqual([false, false, true]);
  });
});

describe('freeSeats', () => {
  const place = { hostSeat: 0, isHost: false };

  it('are all that nobody holds, below the capacity', () => {
    const seats = new Map([
      [0, seat(ALICE)],
      [2, seat(BOB)],
      [9, seat(CAROL)],
    ]);
    expect([...freeSeats(seats, 5, place)].sort()).toEqual([1, 3, 4]);
    expect(
      freeSeats(
        new Map([
          [0, seat(ALICE)],
          [1, seat(BOB)],
        ]),
        2,
        place,
      ),
    ).toEqual([]);
  });

  it('[HO7] begin with the seat of the host for the host, and end with it for everybody else', () => {
    const orders = (isHost: boolean): number[][] =>
      Array.from({ length: 50 }, () => [...freeSeats(new Map(), 6, { hostSeat: 2, isHost })]);
    expect(new Set(orders(true).map(([first]) => first))).toEqual(new Set([2]));
    expect(new Set(orders(false).map((order) => order.at(-1)))).toEqual(new Set([2]));
    expect(new Set(orders(false).map(([first]) => first)).size).toBeGreaterThan(2);
  });

  it('come in random order, so that joiners do not collide', () => {
    const first = new Set(Array.from({ length: 200 }, () => freeSeats(new Map(), 16, place)[0]));
    expect(first.size).toBeGreaterThan(8);
  });
});

describe('silentSeats', () => {
  const later = (seconds: number): number => NOW + seconds * 1_000;

  it('are not those whose holders renew', () => {
    const beacons = new Map([[ALICE, beacon(0)]]);
    expect(silentSeats(new Map([[0, seat(ALICE)]]), beacons, later(180))).toEqual([]);
  });

  it('are those whose beacon is missing, or whose lease is over with a moment to spare', () => {
    const seats = new Map([
      [0, seat(ALICE)],
      [1, seat(BOB)],
    ]);
    const beacons = new Map([[ALICE, beacon(0, { leaseSeconds: 180 })]]);
    expect(silentSeats(seats, beacons, later(100))).toEqual([1]);
    expect(silentSeats(seats, beacons, later(180.5))).toEqual([1]);
    expect(silentSeats(seats, beacons, later(182))).toEqual([0, 1]);
  });

  it('are those marked lost long enough ago, if their holders have been silent since', () => {
    const seats = new Map([[0, seat(ALICE, { lostAt: new Instant(NOW), lostBy: 1 })]]);
    const before = new Map([[ALICE, beacon(0, { renewedAt: new Instant(NOW - 1), leaseSeconds: 900 })]]);
    const since = new Map([[ALICE, beacon(0, { renewedAt: new Instant(NOW + 1), leaseSeconds: 900 })]]);
    expect(silentSeats(seats, before, later(LIMITS.LOST_GRACE_SECONDS))).toEqual([]);
    expect(silentSeats(seats, before, later(LIMITS.LOST_GRACE_SECONDS + 2))).toEqual([0]);
    expect(silentSeats(seats, since, later(LIMITS.LOST_GRACE_SECONDS + 2))).toEqual([]);
  });
});

describe('earlierSeat', () => {
  it("is that of this tab's earlier visit, and of no other tab of the same user", () => {
    const earlier = peer('carol', 7);
    const seats = new Map([
      [0, seat(ALICE)],
      [1, seat(earlier)],
      [2, seat(peer('carol', 8))],
    ]);
    expect(earlierSeat(seats, { uid: 'carol', earlierPeerId: earlier })).toBe(1);
    expect(earlierSeat(seats, { uid: 'carol', earlierPeerId: undefined })).toBeUndefined();
    // Somebody else's in the tab's memory, after a change of user.
    expect(earlierSeat(seats, { uid: 'dave', earlierPeerId: earlier })).toBeUndefined();
  });
});

describe('farewell', () => {
  const belongings: Belongings = {
    roomId: ROOM_ID,
    uid: 'alice',
    peerId: ALICE,
    seat: 2,
    mailFrom: [1],
    writtenTo: [BOB],
    admission: deleteWrite(admissionPath(ROOM_ID, 'alice')),
    isShared: false,
  };
  const paths = (writes: readonly DocumentWrite[]): string[] => writes.map(({ path }) => path).sort();
  const ALL = [
    seatPath(ROOM_ID, 2),
    beaconPath(ROOM_ID, ALICE),
    admissionPath(ROOM_ID, 'alice'),
    mailPath(ROOM_ID, ALICE, 1),
    mailPath(ROOM_ID, BOB, 2),
  ].sort();

  function setting() {
    const clock = new FakeClock();
    const backend = new FakeBackend(clock);
    const documents = new RoomDocuments({
      transport: backend.transport('alice'),
      clock,
      roomId: ROOM_ID,
      ledger: new Ledger(),
      report: () => undefined,
    });
    return { clock, backend, documents };
  }

  it('takes everything away in one commit', async () => {
    const { backend, documents } = setting();
    await sayFarewell(documents, belongings);
    expect(backend.commits.map(({ writes }) => paths(writes))).toEqual([ALL]);
    expect(farewell(belongings).every(({ kind }) => kind === 'delete')).toBe(true);
  });

  it('without a seat has nothing that needs one, and keeps the admission when the visit goes on', () => {
    expect(paths(farewell({ ...belongings, seat: undefined }))).toEqual(
      [admissionPath(ROOM_ID, 'alice'), mailPath(ROOM_ID, ALICE, 1)].sort(),
    );
    expect(paths(farewell({ ...belongings, admission: undefined }))).not.toContain(
      admissionPath(ROOM_ID, 'alice'),
    );
  });

  it('refused as a whole, takes away what it may', async () => {
    const { backend, documents } = setting();
    backend.faultOf = (writes) =>
      writes.some(({ path }) => path === seatPath(ROOM_ID, 2)) ? 'denied' : undefined;
    await sayFarewell(documents, belongings);
    const gone = backend.commits.flatMap(({ writes }) => paths(writes));
    expect(gone.sort()).toEqual(
      ALL.filter((path) => path !== seatPath(ROOM_ID, 2) && path !== beaconPath(ROOM_ID, ALICE)),
    );
  });

  it('never throws, and holds nobody up for longer than its deadline', async () => {
    for (const fault of ['denied', 'unavailable', 'hanging'] as const) {
      const { clock, backend, documents } = setting();
      backend.faultOf = () => fault;
      const done = vi.fn();
      void sayFarewell(documents, belongings).then(done);
      await clock.advance(LEAVE_DEADLINE_MS);
      expect(done).toHaveBeenCalledOnce();
      expect(clock.pending).toBe(0);
    }
  });

  it('of somebody who has nothing is no commit', async () => {
    const { backend, documents } = setting();
    await sayFarewell(documents, {
      ...belongings,
      seat: undefined,
      mailFrom: [],
      writtenTo: [],
      admission: undefined,
    });
    expect(backend.attempts).toBe(0);
  });
});

describe('WatchKeeper', () => {
  const denied = new SignalingError('signaling/permission-denied');

  it('starts a watch again after each error, with growing pauses', async () => {
    const clock = new FakeClock();
    const report = vi.fn();
    const keeper = new WatchKeeper(clock, report);
    const starts: number[] = [];
    const began = clock.now();
    keeper.keep('a', (onError) => {
      starts.push(clock.now() - began);
      queueMicrotask(() => onError(denied));
      return () => undefined;
    });
    await clock.advance(100_000);
    expect(starts.slice(0, 6)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
    expect(starts[6]! - starts[5]!).toBe(30_000);
    expect(report).toHaveBeenCalledWith(denied);
  });

  it('begins with the short pause again when a watch has lived for a while', async () => {
    const clock = new FakeClock();
    const keeper = new WatchKeeper(clock, vi.fn());
    const starts: number[] = [];
    let fail: (error: SignalingError) => void = () => undefined;
    keeper.keep('a', (onError) => {
      starts.push(clock.now());
      fail = onError;
      return () => undefined;
    });
    for (const livesMs of [0, 0, 60_000]) {
      await clock.advance(livesMs);
      fail(denied);
      await clock.advance(5_000);
    }
    expect(starts[3]! - starts[2]!).toBeGreaterThan(60_000);
    expect(starts[3]! - starts[2]!).toBeLessThan(66_000);
    keeper.stopAll();
  });

  it('stops what it keeps, and leaves no timer', () => {
    const clock = new FakeClock();
    const keeper = new WatchKeeper(clock, vi.fn());
    const stops = [vi.fn(), vi.fn()];
    keeper.keep('a', () => stops[0]!);
    keeper.keep('b', (onError) => {
      onError(denied);
      return stops[1]!;
    });
    keeper.stopAll();
    expect(clock.pending).toBe(0);
    for (const stop of stops) expect(stop).toHaveBeenCalledOnce();
  });

  it('replaces a watch of the same name', () => {
    const keeper = new WatchKeeper(new FakeClock(), vi.fn());
    const stop = vi.fn();
    keeper.keep('a', () => stop);
    keeper.keep('a', () => vi.fn());
    expect(stop).toHaveBeenCalledOnce();
  });
});
