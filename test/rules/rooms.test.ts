import { LIMITS, PROTOCOL_VERSION, randomRoomNonce, roomIdOf, roomPath } from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import {
  admissionOf,
  anHourAhead,
  beaconAt,
  inSeconds,
  mailFrom,
  newPeer,
  newRoom,
  now,
  roomBy,
  seatOf,
  secondsAgo,
  without,
} from './support/documents.ts';
import { alice, mallory } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsEach,
  allowsGet,
  denies,
  deniesEach,
  deniesList,
  remove,
  set,
  stored,
  sweep,
  update,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

describe('rooms › read', () => {
  it('[RM1] lets whoever is signed in and has the id read a room, even one that is not there', async () => {
    const stage = await Stage.open();
    await allowsGet(mallory, stage.room);
    await allowsGet(mallory, roomPath((await newRoom('alice')).roomId));
  });

  it('[RM1] lists no rooms, not even to those who made them', async () => {
    await deniesList(alice, 'rooms');
  });
});

describe('rooms › create', () => {
  it('[RM2] lets anybody make a room', async () => {
    const { roomId, nonce } = await newRoom('alice');
    await allows(alice, set(roomPath(roomId), roomBy('alice', nonce)));
  });

  it('[RM2] denies a room with any field wrong, missing or unknown', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const valid = roomBy('alice', nonce);
    await deniesEach(alice, setting(roomPath(roomId), broken(valid)));
    await deniesEach(
      alice,
      setting(roomPath(roomId), {
        'another version': { ...valid, protocolVersion: PROTOCOL_VERSION + 1 },
        'another access mode': { ...valid, access: 'knock' },
        'another topology': { ...valid, topology: 'star' },
        sealed: { ...valid, sealed: true },
        'somebody else as host': { ...valid, host: 'bob' },
        'already ended': { ...valid, endedAt: now() },
      }),
    );
    const others = ['', nonce.slice(1), `${nonce}x`, `${nonce.slice(1)}~`, `${nonce.slice(1)}é`, '.*'];
    for (const other of others)
      await denies(alice, set(roomPath(await roomIdOf('alice', other)), { ...valid, nonce: other }));
    await allows(alice, set(roomPath(roomId), valid));
  });

  it('[RM2] bounds the capacity', async () => {
    const capacities = [LIMITS.CAPACITY_MIN - 1, LIMITS.CAPACITY_MAX + 1, 0, -1, 2.5, 1e9];
    const { roomId, nonce } = await newRoom('alice');
    for (const capacity of capacities)
      await denies(alice, set(roomPath(roomId), roomBy('alice', nonce, { capacity })));
    for (const capacity of [LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX]) {
      const room = await newRoom('alice');
      await allows(alice, set(roomPath(room.roomId), roomBy('alice', room.nonce, { capacity })));
    }
  });

  it('[RM3] denies an id that does not commit to creator and nonce', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const fullHash = await roomIdOf('alice', nonce);
    await deniesEach(alice, {
      'another nonce': set(roomPath(roomId), roomBy('alice', randomRoomNonce())),
      'upper case': set(roomPath(roomId.toUpperCase()), roomBy('alice', nonce)),
      shorter: set(roomPath(roomId.slice(1)), roomBy('alice', nonce)),
      longer: set(roomPath(`${fullHash}0`), roomBy('alice', nonce)),
      chosen: set(roomPath('my-room'), roomBy('alice', nonce)),
      'a pattern': set(roomPath('.*'), roomBy('alice', nonce)),
    });
  });

  it('[RM3] denies to make the room of somebody else, under any name', async () => {
    const { roomId, nonce } = await newRoom('alice');
    await deniesEach(mallory, {
      'as alice': set(roomPath(roomId), roomBy('alice', nonce)),
      'as herself': set(roomPath(roomId), roomBy('mallory', nonce)),
      'as host only': set(roomPath(roomId), roomBy('alice', nonce, { host: 'mallory' })),
      'as creator only': set(roomPath(roomId), roomBy('mallory', nonce, { host: 'alice' })),
    });
  });

  it('[RM4] bounds the lifetime of a room', async () => {
    const slack = 60;
    const { roomId, nonce } = await newRoom('alice');
    const lifetimes = [-slack, 0, LIMITS.ROOM_LIFETIME_MAX_SECONDS + slack];
    for (const seconds of lifetimes)
      await denies(alice, set(roomPath(roomId), roomBy('alice', nonce, { expiresAt: inSeconds(seconds) })));
    await allows(
      alice,
      set(
        roomPath(roomId),
        roomBy('alice', nonce, { expiresAt: inSeconds(LIMITS.ROOM_LIFETIME_MAX_SECONDS - slack) }),
      ),
    );
  });
});

describe('rooms › update', () => {
  it('[RM5] lets the creator write the same room again, after a lost acknowledgement', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const write = set(roomPath(roomId), roomBy('alice', nonce));
    await allows(alice, write);
    await allows(alice, write);
    await allows(alice, set(roomPath(roomId), roomBy('alice', nonce, { expiresAt: inSeconds(60) })));
    await denies(mallory, write);
  });

  it('[RM6] lets the creator, and nobody else, end a room by the clock of the server', async () => {
    const stage = await Stage.open();
    await denies(mallory, update(stage.room, { endedAt: now() }));
    await deniesEach(alice, {
      'in the past': update(stage.room, { endedAt: secondsAgo(60) }),
      'in the future': update(stage.room, { endedAt: inSeconds(60) }),
      'not a time': update(stage.room, { endedAt: true }),
      'with a change': update(stage.room, { endedAt: now(), capacity: 8 }),
      'with an unknown field': update(stage.room, { endedAt: now(), why: 'x' }),
    });
    await allows(alice, update(stage.room, { endedAt: now() }));
  });

  it('[RM6] lets the creator end it again, after a lost acknowledgement', async () => {
    const stage = await Stage.open({ endedAt: secondsAgo(60) });
    await allows(alice, update(stage.room, { endedAt: now() }));
    await denies(mallory, update(stage.room, { endedAt: now() }));
  });

  it('[RM7] keeps an ended room ended', async () => {
    const stage = await Stage.open({ endedAt: secondsAgo(60) });
    const again = roomBy('alice', stage.nonce);
    await deniesEach(alice, {
      'making it again': set(stage.room, again),
      'with the end in the past': set(stage.room, { ...again, endedAt: secondsAgo(60) }),
      'prolonging it': update(stage.room, { expiresAt: anHourAhead() }),
    });
    expect(await stored(stage.room)).toHaveProperty('endedAt');
  });

  it('[RM8] lets nobody change anything else', async () => {
    const stage = await Stage.open();
    const other = randomRoomNonce();
    for (const actor of [alice, mallory])
      await deniesEach(actor, {
        protocolVersion: update(stage.room, { protocolVersion: 2 }),
        access: update(stage.room, { access: 'knock' }),
        capacity: update(stage.room, { capacity: 8 }),
        topology: update(stage.room, { topology: 'star' }),
        sealed: update(stage.room, { sealed: true }),
        host: update(stage.room, { host: actor.uid === 'alice' ? 'bob' : actor.uid }),
        createdBy: update(stage.room, { createdBy: 'mallory' }),
        nonce: update(stage.room, { nonce: other }),
        createdAt: update(stage.room, { createdAt: secondsAgo(60) }),
        expiresAt: update(stage.room, { expiresAt: secondsAgo(60) }),
        'capacity, made again': set(stage.room, roomBy('alice', stage.nonce, { capacity: 8 })),
        'a field less': set(stage.room, without(roomBy('alice', stage.nonce), 'sealed')),
      });
  });
});

describe('rooms › delete', () => {
  it('[RM9] lets the creator, and nobody else, delete a room, once it is ended', async () => {
    const stage = await Stage.open();
    await denies(alice, remove(stage.room));
    await denies(mallory, remove(stage.room));
    await stage.change({ endedAt: secondsAgo(1) });
    await denies(mallory, remove(stage.room));
    await allows(alice, remove(stage.room));
  });

  it('[RM10] lets only its creator make a deleted room again', async () => {
    const stage = await Stage.open({ endedAt: secondsAgo(1) });
    await allows(alice, remove(stage.room));
    await deniesEach(mallory, {
      'as herself': set(stage.room, roomBy('mallory', stage.nonce)),
      'as alice': set(stage.room, roomBy('alice', stage.nonce)),
      'with a nonce of her own': set(stage.room, roomBy('mallory', randomRoomNonce())),
    });
    await allows(alice, set(stage.room, roomBy('alice', stage.nonce)));
  });
});

describe('rooms › closed', () => {
  const closed = { ended: { endedAt: secondsAgo(1) }, expired: { expiresAt: secondsAgo(1) } };

  for (const [how, changes] of Object.entries(closed))
    it(`[RM11] denies everything new in a room that has ${how}`, async () => {
      const stage = await Stage.open();
      const [a, b] = [await stage.place('alice', 0), await stage.place('mallory', 1)];
      await stage.admit('mallory');
      const own = newPeer('mallory');
      const c = await stage.place('mallory', 3);
      await sweep(stage.beacon(c));
      const writes = {
        admission: set(stage.admission('mallory'), admissionOf('mallory')),
        seat: stage.joining('mallory', own, 2),
        'the same seat again': [set(stage.seat(1), seatOf('mallory', b)), set(stage.beacon(b), beaconAt(1))],
        'the same seat again, alone': set(stage.seat(1), seatOf('mallory', b)),
        renewal: set(stage.beacon(b), beaconAt(1)),
        'a beacon that was missing': set(stage.beacon(c), beaconAt(3)),
        mail: set(stage.mail(a, 1), mailFrom(b)),
        'a lost mark': update(stage.seat(0), { lostAt: now(), lostBy: 1 }),
      };
      await stage.change(changes);
      await deniesEach(mallory, writes);
      await stage.change({});
      await allowsEach(mallory, writes);
    });

  it('[RM11] denies everything in a room that is not there', async () => {
    const stage = await Stage.open({ endedAt: secondsAgo(1) });
    await stage.admit('mallory');
    await allows(alice, remove(stage.room));
    await deniesEach(mallory, {
      admission: set(stage.admission('mallory'), admissionOf('mallory')),
      seat: stage.joining('mallory', newPeer('mallory'), 2),
    });
  });
});
