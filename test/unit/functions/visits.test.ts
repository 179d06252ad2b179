import { LIMITS, presencePath, uidOf, visitIdOf, visitPath } from '@firesignal/protocol';
import fc from 'fast-check';
import type { Timestamp } from 'firebase-admin/firestore';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordSeatChange } from '../../../functions/src/presence/record-seat-change.ts';
import { PRESENCE_VISITS_MAX } from '../../../functions/src/presence/presence.ts';
import type { SeatChange } from '../../../functions/src/presence/seat-change.ts';
import { withFact, type Visit } from '../../../functions/src/presence/visit.ts';
import { newPeer, newRoomId, RETENTION_SECONDS, Scene, SECRETS } from '../../support/keeper-world.ts';
import { MemoryDatabase } from '../../support/memory-database.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

let database: MemoryDatabase;
let scene: Scene;
beforeEach(() => {
  database = new MemoryDatabase(NOON);
  scene = new Scene(database.now);
});

const at = (seconds: number): Timestamp => scene.at(seconds);
const record = (change: SeatChange): Promise<void> => recordSeatChange(database, change, RETENTION_SECONDS);
const visitOf = (peer: string, roomId = scene.roomId) =>
  database.documents.get(visitPath(visitIdOf(roomId, peer)));
const presenceOf = (peer: string) => database.documents.get(presencePath(uidOf(peer)));

/** The seat as one write found it and left it. */
const change = (
  before: SeatChange['before'],
  after: SeatChange['after'],
  seconds: number,
  where: { seat?: string; roomId?: string } = {},
): SeatChange => ({ roomId: scene.roomId, seat: '0', before, after, at: at(seconds), ...where });

const seated = (peer: string, seconds: number, changes = {}) =>
  scene.seat(peer, { joinedAt: at(seconds), ...changes });

describe('functions › visits', () => {
  it('[KP1] begins with the seat, and ends with it', async () => {
    const ada = newPeer('ada');
    await record(change(undefined, seated(ada, 0), 0));
    const begun = {
      ...{ roomId: scene.roomId, peer: ada, uid: 'ada', name: SECRETS.name, seat: 0 },
      ...{ joinedAt: at(0), seatedAt: at(0) },
    };
    expect(visitOf(ada)).toEqual({ ...begun, expiresAt: at(7_200 + RETENTION_SECONDS) });

    await record(change(seated(ada, 0), undefined, 60));
    expect(visitOf(ada)).toEqual({
      ...begun,
      leftAt: at(60),
      ended: 'left',
      expiresAt: at(60 + RETENTION_SECONDS),
    });
  });

  it('[KP1] has no name where the seat has none', async () => {
    const ada = newPeer('ada');
    await record(change(undefined, seated(ada, 0, { name: '' }), 0));
    expect(visitOf(ada)).not.toHaveProperty('name');
  });

  it('[KP3] ends one visit and begins the next when a seat is taken over', async () => {
    const [ada, ben] = [newPeer('ada'), newPeer('ben')];
    await record(change(undefined, seated(ada, 0), 0));
    await record(change(seated(ada, 0), seated(ben, 60), 60));
    expect(visitOf(ada)).toMatchObject({ leftAt: at(60), ended: 'lost' });
    expect(visitOf(ben)).toMatchObject({ joinedAt: at(60) });
    expect(visitOf(ben)).not.toHaveProperty('leftAt');
    expect(presenceOf(ada)).toMatchObject({ online: false });
    expect(presenceOf(ben)).toMatchObject({ online: true });
  });

  it('[KP4] tells a user who came back from one who was lost', async () => {
    const [first, second] = [newPeer('ada'), newPeer('ada')];
    await record(change(undefined, seated(first, 0), 0));
    await record(change(seated(first, 0), seated(second, 60), 60));
    expect(visitOf(first)).toMatchObject({ ended: 'replaced' });
    expect(presenceOf(first)).toMatchObject({ online: true, rooms: [scene.roomId] });
  });

  it('[KP4] ends the visit of who is thrown out, at once, and says so', async () => {
    const [ada, ben] = [newPeer('ada'), newPeer('ben')];
    const kicked = { ...seated(ada, 0), kicked: at(30) };
    await record(change(undefined, seated(ada, 0), 0));
    await record(change(seated(ada, 0), kicked, 30));
    expect(visitOf(ada)).toMatchObject({ leftAt: at(30), ended: 'kicked' });
    expect(presenceOf(ada)).toMatchObject({ online: false });
    const before = database.commits.length;
    await record(change(kicked, undefined, 60));
    expect(database.commits).toHaveLength(before);
    await record(change(kicked, seated(ben, 60), 60));
    expect(visitOf(ada)).toMatchObject({ leftAt: at(30), ended: 'kicked' });
    expect(visitOf(ben)).not.toHaveProperty('leftAt');
  });

  it('[KP4] is told most by who freed the seat, whichever is heard of first', () => {
    const seating = { peer: newPeer('ada'), name: '', seat: 0, seatedAt: at(0), until: at(7_200) };
    const ends = [
      { at: at(60), how: 'swept' },
      { at: at(61), how: 'left' },
    ] as const;
    for (const order of [ends, ends.toReversed()]) {
      let visit: Visit | undefined;
      for (const end of order)
        visit = withFact(visit, { roomId: scene.roomId, seating, end }, RETENTION_SECONDS);
      expect(visit).toMatchObject({ ended: 'swept', leftAt: at(60), expiresAt: at(60 + RETENTION_SECONDS) });
    }
  });

  it('[KP5] goes on through a lost mark, and through a seat that is taken once more by its own peer', async () => {
    const ada = newPeer('ada');
    await record(change(undefined, seated(ada, 0), 0));
    const before = database.commits.length;
    await record(change(seated(ada, 0), seated(ada, 0, { lostAt: at(30), lostBy: 1 }), 30));
    expect(database.commits).toHaveLength(before);
    await record(change(seated(ada, 0, { lostAt: at(30), lostBy: 1 }), seated(ada, 40), 40));
    expect(visitOf(ada)).toMatchObject({ joinedAt: at(0), seatedAt: at(40) });
    expect(visitOf(ada)).not.toHaveProperty('leftAt');
    expect(presenceOf(ada)).toMatchObject({ online: true });
  });

  it('[KP2] comes to the same, in whichever order events come, and however often', async () => {
    const [ada, ben, again] = [newPeer('ada'), newPeer('ben'), newPeer('ada')];
    const elsewhere = { roomId: newRoomId() };
    const changes = [
      change(undefined, seated(ada, 0), 0),
      // The acknowledgement was lost, and the seat taken once more.
      change(seated(ada, 0), seated(ada, 2), 2),
      change(seated(ada, 2), undefined, 10),
      // The same peer sits down again, in another seat.
      change(undefined, seated(ada, 20), 20, { seat: '1' }),
      change(seated(ada, 20), seated(again, 30), 30, { seat: '1' }),
      change(undefined, seated(ben, 12), 12),
      change(seated(ben, 12), undefined, 40),
      change(undefined, seated(again, 25), 25, elsewhere),
    ];
    const outcome = async (events: readonly SeatChange[]): Promise<unknown> => {
      database = new MemoryDatabase(NOON);
      for (const event of events) await record(event);
      return Object.fromEntries([...database.documents].sort(([a], [b]) => (a < b ? -1 : 1)));
    };
    const expected = await outcome(changes);
    expect(visitOf(ada)).toMatchObject({ joinedAt: at(0), leftAt: at(30), ended: 'replaced', seat: 1 });
    expect(presenceOf(again)).toMatchObject({
      online: true,
      rooms: [scene.roomId, elsewhere.roomId].sort(),
    });
    expect(presenceOf(ben)).toMatchObject({ online: false, rooms: [] });
    const repeated = fc.shuffledSubarray([...changes, ...changes], { minLength: changes.length * 2 });
    await fc.assert(
      fc.asyncProperty(repeated, async (events) => {
        expect(await outcome(events)).toEqual(expected);
      }),
    );
  });

  it('[KP2] writes nothing when an event comes again', async () => {
    const ada = newPeer('ada');
    const events = [change(undefined, seated(ada, 0), 0), change(seated(ada, 0), undefined, 60)];
    for (const event of events) await record(event);
    const before = database.commits.length;
    for (const event of [...events, ...events]) await record(event);
    expect(database.commits).toHaveLength(before);
  });

  it('[KP2] does not lose an event that is recorded at the same time as another', async () => {
    const [one, two] = [newPeer('ada'), newPeer('ada')];
    await Promise.all([
      record(change(undefined, seated(one, 0), 0)),
      record(change(undefined, seated(two, 1), 1, { seat: '1' })),
    ]);
    expect(Object.keys(presenceOf(one)?.['visits'] as object)).toHaveLength(2);
  });

  it('[KP9] leaves seats alone that are not the protocol’s', async () => {
    const ada = newPeer('ada');
    for (const foreign of [
      change(undefined, seated(ada, 0), 0, { roomId: 'lobby' }),
      change(undefined, seated(ada, 0), 0, { seat: 'first' }),
      change(undefined, seated(ada, 0), 0, { seat: '16' }),
      change(undefined, { ...seated(ada, 0), peer: 'ada' }, 0),
      change(undefined, { ...seated(ada, 0), joinedAt: 'today' }, 0),
      change(undefined, { ...seated(ada, 0), expiresAt: 7 }, 0),
      change(undefined, { ...seated(ada, 0), name: 'x'.repeat(LIMITS.SEALED_NAME_LENGTH_MAX + 1) }, 0),
      change(undefined, { price: 12 }, 0),
    ])
      await record(foreign);
    expect(database.documents.size).toBe(0);
  });
});

describe('functions › presence', () => {
  it('[KP6] names the rooms of a user, until the last visit ends', async () => {
    const [first, second] = [newPeer('ada'), newPeer('ada')];
    const elsewhere = { roomId: newRoomId() };
    await record(change(undefined, seated(first, 0), 0));
    await record(change(undefined, seated(second, 10), 10, elsewhere));
    expect(presenceOf(first)).toEqual({
      online: true,
      rooms: [scene.roomId, elsewhere.roomId].sort(),
      visits: {
        [visitIdOf(scene.roomId, first)]: at(7_200),
        [visitIdOf(elsewhere.roomId, second)]: at(7_200),
      },
      updatedAt: at(10),
      expiresAt: at(7_200 + RETENTION_SECONDS),
    });
    await record(change(seated(first, 0), undefined, 20));
    expect(presenceOf(first)).toMatchObject({ online: true, rooms: [elsewhere.roomId] });
    await record(change(seated(second, 10), undefined, 30, elsewhere));
    expect(presenceOf(first)).toEqual({
      ...{ online: false, rooms: [], visits: {} },
      ...{ updatedAt: at(30), expiresAt: at(30 + RETENTION_SECONDS) },
    });
  });

  it('[KP6] counts a room once in which a user is twice', async () => {
    const [first, second] = [newPeer('ada'), newPeer('ada')];
    await record(change(undefined, seated(first, 0), 0));
    await record(change(undefined, seated(second, 1), 1, { seat: '1' }));
    expect(presenceOf(first)).toMatchObject({ rooms: [scene.roomId] });
    await record(change(seated(first, 0), undefined, 2));
    expect(presenceOf(first)).toMatchObject({ online: true, rooms: [scene.roomId] });
  });

  it('[KP7] forgets a visit whose seat has expired, should its end never be heard of', async () => {
    const [first, second] = [newPeer('ada'), newPeer('ada')];
    const elsewhere = { roomId: newRoomId() };
    await record(change(undefined, seated(first, 0, { expiresAt: at(50) }), 0));
    await record(change(undefined, seated(second, 60), 60, elsewhere));
    expect(presenceOf(first)).toMatchObject({ rooms: [elsewhere.roomId] });
  });

  it('[KP7] stays small, whatever a user does', async () => {
    for (let n = 0; n <= PRESENCE_VISITS_MAX; n++)
      await record(change(undefined, seated(newPeer('ada'), n), n, { roomId: newRoomId() }));
    const presence = database.documents.get(presencePath('ada'));
    expect(presence?.['rooms']).toHaveLength(PRESENCE_VISITS_MAX);
  });
});
