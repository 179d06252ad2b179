import {
  beaconPath,
  checkAdmission,
  checkBeacon,
  checkMail,
  checkRoom,
  checkSeat,
  LIMITS,
  mailboxPath,
  mailPath,
  roomPath,
  seatPath,
  type SignalState,
} from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { COMMIT_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import type { SignalingError } from '../../../web/sdk/src/errors.ts';
import { Ledger } from '../../../web/sdk/src/ledger.ts';
import { RoomDocuments, signalingError } from '../../../web/sdk/src/room/room-documents.ts';
import {
  admissionWrite,
  beaconWrite,
  createRoomWrite,
  deleteWrite,
  endRoomWrite,
  mailWrite,
  renewalWrite,
  seatWrite,
  type Admitted,
} from '../../../web/sdk/src/room/room-writes.ts';
import {
  Instant,
  isInstant,
  SERVER_TIME,
  TransportError,
  type DocumentWrite,
} from '../../../web/sdk/src/transport/signal-transport.ts';
import { stored } from '../../../web/sdk/src/transport/memory/store.ts';
import {
  ALICE,
  beacon,
  BOB,
  CANDIDATE,
  EXPIRES_AT,
  NONCE,
  NOW,
  room,
  ROOM_ID,
  SCOPE,
  SDP,
  seat,
  standingOffer,
} from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeBackend } from '../../support/fake-transport.ts';
import { settled } from '../../support/tasks.ts';

const visitor = (name = ''): Admitted => ({ uid: 'alice', name, role: 'speaker', visits: [ALICE] });
const documentOf = (write: DocumentWrite): unknown =>
  write.kind === 'delete' ? undefined : stored(write.data, NOW);

describe('room writes', () => {
  const name = fc.string({ maxLength: LIMITS.NAME_LENGTH_MAX });
  const seatNumber = fc.integer({ min: 0, max: LIMITS.CAPACITY_MAX - 1 });
  const description = { conn: 2, id: 'offer000', sdp: SDP };
  const candidates = { conn: 2, id: 'offer000', ufrag: 'abcd', lines: CANDIDATE, complete: true };
  const state: fc.Arbitrary<SignalState> = fc.record(
    {
      conn: fc.constant(2),
      rev: fc.integer({ min: 1, max: LIMITS.REV_MAX }),
      offer: fc.constant(description),
      answer: fc.constant(description),
      candidates: fc.constant(candidates),
    },
    { requiredKeys: ['conn', 'rev'], noNullPrototype: true },
  );
  const offer = fc.option(
    fc.integer({ min: 1, max: 99 }).map((rev) => standingOffer({ rev })),
    { nil: undefined },
  );

  it('are what the validators of the protocol let pass', () => {
    fc.assert(
      fc.property(
        name,
        seatNumber,
        state,
        offer,
        fc.constantFrom([], [BOB]),
        (text, number, mail, standing, met) => {
          const capacity = Math.max(LIMITS.CAPACITY_MIN, number + 1);
          const documents = [
            checkRoom(
              documentOf(
                createRoomWrite(ROOM_ID, { uid: 'alice', nonce: NONCE, capacity, expiresAt: EXPIRES_AT }),
              ),
              isInstant,
            ),
            checkAdmission(documentOf(admissionWrite(SCOPE, visitor(text))), isInstant),
            checkSeat(
              documentOf(seatWrite(SCOPE, number, { peerId: ALICE, name: text, role: 'speaker', met })),
              isInstant,
            ),
            checkBeacon(
              documentOf(beaconWrite(SCOPE, ALICE, { seat: number, leaseSeconds: 180, offer: standing })),
              isInstant,
            ),
            checkMail(
              documentOf(mailWrite(SCOPE, { to: BOB, from: ALICE, seat: number, state: mail })),
              isInstant,
            ),
          ];
          for (const checked of documents) expect(checked).toMatchObject({ ok: true });
        },
      ),
    );
  });

  it('of changes keep a document valid', () => {
    const renewal = documentOf(renewalWrite(ROOM_ID, ALICE, { leaseSeconds: 600, offer: standingOffer() }));
    expect(checkBeacon({ ...beacon(0), ...(renewal as object) }, isInstant)).toMatchObject({ ok: true });
    const end = documentOf(endRoomWrite(ROOM_ID));
    expect(checkRoom({ ...room(), ...(end as object) }, isInstant)).toMatchObject({ ok: true });
  });

  it('ask for the time of the server wherever it is about now', () => {
    expect(admissionWrite(SCOPE, visitor())).toMatchObject({ data: { at: SERVER_TIME } });
    expect(renewalWrite(ROOM_ID, ALICE, { leaseSeconds: 1, offer: undefined })).toEqual({
      kind: 'update',
      path: beaconPath(ROOM_ID, ALICE),
      data: { renewedAt: SERVER_TIME, leaseSeconds: 1, burst: 1 },
    });
  });
});

describe('Ledger', () => {
  it('counts deletes apart from other writes, and reads as they are billed', () => {
    const ledger = new Ledger();
    ledger.committed([endRoomWrite(ROOM_ID), deleteWrite('a'), deleteWrite('b')]);
    ledger.delivered(3);
    ledger.delivered(1);
    expect(ledger.counts).toEqual({ writes: 1, reads: 4, deletes: 2 });
  });
});

describe('signalingError', () => {
  it.each([
    ['denied', 'signaling/permission-denied'],
    ['unavailable', 'signaling/unavailable'],
    ['rate-limited', 'signaling/rate-limited'],
    ['unauthenticated', 'signaling/sign-in-failed'],
    ['other', 'signaling/internal'],
  ] as const)('says a transport error of the kind %s as %s', (kind, code) => {
    const cause = new TransportError(kind, 'message');
    expect(signalingError(cause)).toMatchObject({ name: 'SignalingError', code, cause });
  });

  it('says an abort as such, and anything else as internal', () => {
    expect(signalingError(new DOMException('', 'AbortError')).code).toBe('signaling/aborted');
    expect(signalingError(new TypeError('x')).code).toBe('signaling/internal');
    expect(signalingError('thrown').code).toBe('signaling/internal');
  });
});

function setting() {
  const clock = new FakeClock();
  const backend = new FakeBackend(clock);
  const problems: SignalingError[] = [];
  const ledger = new Ledger();
  const documents = new RoomDocuments({
    transport: backend.transport('alice'),
    clock,
    roomId: ROOM_ID,
    ledger,
    report: (error) => problems.push(error),
  });
  return { clock, backend, problems, ledger, documents, codes: () => problems.map(({ code }) => code) };
}

describe('RoomDocuments', () => {
  it('leaves invalid documents out, and reports each', async () => {
    const { backend, documents, codes } = setting();
    backend.put(seatPath(ROOM_ID, 0), seat(ALICE));
    backend.put(seatPath(ROOM_ID, 1), { ...seat(BOB), extra: true });
    backend.put(seatPath(ROOM_ID, '01'), seat(BOB));
    backend.put(seatPath(ROOM_ID, 16), seat(BOB));
    const next = vi.fn();
    documents.watchSeats({ next, error: vi.fn() });
    await settled();
    expect(next).toHaveBeenCalledExactlyOnceWith(new Map([[0, seat(ALICE)]]));
    expect(codes()).toEqual(Array(3).fill('signaling/invalid-document'));
    expect([...(await documents.readSeats()).keys()]).toEqual([0]);
  });

  it('keeps what a peer wrote out of its reports', async () => {
    const { backend, documents, problems } = setting();
    backend.put(seatPath(ROOM_ID, 1), { ...seat(BOB), name: 5, secret: '192.0.2.55' });
    documents.watchSeats({ next: vi.fn(), error: vi.fn() });
    await settled();
    expect(problems[0]!.message).not.toContain('192.0.2.55');
  });

  it.each(['beacons', 'mail', 'admissions'] as const)(
    'leaves %s with ids of the wrong shape out',
    async (kind) => {
      const { backend, documents, codes } = setting();
      const next = vi.fn();
      const observer = { next, error: vi.fn() };
      if (kind === 'beacons') {
        backend.put(beaconPath(ROOM_ID, 'nobody'), beacon(0));
        documents.watchBeacons(observer);
      } else if (kind === 'mail') {
        backend.put(
          `${mailboxPath(ROOM_ID, ALICE)}/one`,
          documentOf(mailWrite(SCOPE, { to: ALICE, from: BOB, seat: 0, state: { conn: 1, rev: 1 } })),
        );
        documents.watchMail(ALICE, observer);
      } else {
        backend.put(`${roomPath(ROOM_ID)}/admissions/a b`, documentOf(admissionWrite(SCOPE, visitor())));
        documents.watchAdmissions(observer);
      }
      await settled();
      expect(next).toHaveBeenCalledExactlyOnceWith(new Map());
      expect(codes()).toEqual(['signaling/invalid-document']);
    },
  );

  it('tells that a room speaks another version, whatever else is in it', async () => {
    for (const document of [room({ protocolVersion: 2 }), { protocolVersion: 7, other: 'fields' }]) {
      const { backend, documents } = setting();
      backend.put(roomPath(ROOM_ID), document);
      const error = vi.fn();
      documents.watchRoom({ next: vi.fn(), error });
      await settled();
      expect(error).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ code: 'signaling/protocol-mismatch' }),
      );
    }
  });

  it('takes a room without a version for an invalid document', async () => {
    const { backend, documents, codes } = setting();
    backend.put(roomPath(ROOM_ID), { other: 'fields' });
    const error = vi.fn();
    documents.watchRoom({ next: vi.fn(), error });
    await settled();
    expect(error).not.toHaveBeenCalled();
    expect(codes()).toEqual(['signaling/invalid-document']);
  });

  it('counts what is applied and what is delivered, and nothing that failed', async () => {
    const { backend, documents, ledger } = setting();
    await documents.commit([deleteWrite('a'), admissionWrite(SCOPE, visitor())]);
    backend.faultOf = () => 'denied';
    await expect(documents.commit([deleteWrite('b')])).rejects.toMatchObject({
      code: 'signaling/permission-denied',
    });
    await documents.readSeats();
    expect(ledger.counts).toEqual({ writes: 1, reads: 1, deletes: 1 });
    documents.commitAtUnload([deleteWrite('c')]);
    expect(ledger.counts.deletes).toBe(2);
  });

  it('ends a commit that nobody answers by its deadline, or by an abort, and leaves no timer', async () => {
    const { backend, documents, clock } = setting();
    backend.faultOf = () => 'hanging';
    const late = documents.commit([]).catch((error: unknown) => error);
    await clock.advance(COMMIT_DEADLINE_MS);
    expect(await late).toMatchObject({ code: 'signaling/timeout' });
    const controller = new AbortController();
    const aborted = documents.commit([], controller.signal).catch((error: unknown) => error);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'signaling/aborted' });
    expect(clock.pending).toBe(0);
  });

  it('passes the end of a watch on in its own terms', async () => {
    const { backend, documents } = setting();
    backend.readFaultOf = () => 'denied';
    const error = vi.fn();
    documents.watchMail(ALICE, { next: vi.fn(), error });
    await settled();
    expect(error).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'signaling/permission-denied' }),
    );
    await expect(documents.readSeats()).rejects.toMatchObject({ code: 'signaling/permission-denied' });
  });

  it('shows mail with all its parts', async () => {
    const { backend, documents } = setting();
    const state = { conn: 1, rev: 3, answer: { conn: 1, id: 'standing0', sdp: SDP } };
    backend.apply([mailWrite(SCOPE, { to: ALICE, from: BOB, seat: 5, state })]);
    const next = vi.fn();
    documents.watchMail(ALICE, { next, error: vi.fn() });
    await settled();
    expect(backend.documents.has(mailPath(ROOM_ID, ALICE, 5))).toBe(true);
    expect(next).toHaveBeenCalledExactlyOnceWith(
      new Map([[5, { ...state, from: BOB, burst: 1, at: new Instant(NOW), expiresAt: EXPIRES_AT }]]),
    );
  });
});
