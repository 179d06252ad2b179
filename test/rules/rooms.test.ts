import {
  ACCESS_MODES,
  LIMITS,
  PROTOCOL_VERSION,
  isRosterPublic,
  quotaPath,
  randomRoomNonce,
  roomIdOf,
  roomPath,
  type AccessMode,
} from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
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
import { alice, bob, carol, mallory } from './support/environment.ts';
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

const making = (roomId: string, room: ReturnType<typeof roomBy>) => Stage.making('alice', room, roomId);
const opposite = (access: AccessMode): AccessMode => (access === 'open' ? 'invite' : 'open');
/** Nothing has been counted yet. */
const forgetQuota = () => sweep(quotaPath('alice'));
beforeEach(forgetQuota);

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
    await allows(alice, ...making(roomId, roomBy('alice', nonce)));
  });

  it('[RM2] denies a room with any field wrong, missing or unknown', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const valid = roomBy('alice', nonce);
    const [, quota] = making(roomId, valid);
    await deniesEach(alice, setting(roomPath(roomId), broken(valid), quota!));
    await deniesEach(
      alice,
      setting(
        roomPath(roomId),
        {
          'another version': { ...valid, protocolVersion: PROTOCOL_VERSION + 1 },
          'another access mode': { ...valid, access: 'closed' },
          'another topology': { ...valid, topology: 'star' },
          'not locked': { ...valid, locked: false },
          'somebody else as host': { ...valid, host: 'bob' },
          'a seat of the host': { ...valid, hostSeat: 0 },
          'already ended': { ...valid, endedAt: now() },
        },
        quota!,
      ),
    );
    const others = ['', nonce.slice(1), `${nonce}x`, `${nonce.slice(1)}~`, `${nonce.slice(1)}é`, '.*'];
    for (const other of others) {
      const id = await roomIdOf('alice', other);
      const access = isRosterPublic(id) ? 'open' : 'invite';
      await denies(alice, ...making(id, { ...valid, access, nonce: other }));
    }
    await allows(alice, ...making(roomId, valid));
  });

  it('[RM2] bounds the capacity', async () => {
    const capacities = [LIMITS.CAPACITY_MIN - 1, LIMITS.CAPACITY_MAX + 1, 0, -1, 2.5, 1e9];
    const { roomId, nonce } = await newRoom('alice');
    for (const capacity of capacities)
      await denies(alice, ...making(roomId, roomBy('alice', nonce, { capacity })));
    for (const capacity of [LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX]) {
      const room = await newRoom('alice');
      await forgetQuota();
      await allows(alice, ...making(room.roomId, roomBy('alice', room.nonce, { capacity })));
    }
  });

  for (const access of ACCESS_MODES)
    it(`[RM19] lets a room for ${access} be made where its id says who may read the roster`, async () => {
      const [fitting, other] = [await newRoom('alice', access), await newRoom('alice', opposite(access))];
      await denies(alice, ...making(other.roomId, roomBy('alice', other.nonce, { access })));
      await allows(alice, ...making(fitting.roomId, roomBy('alice', fitting.nonce, { access })));
    });

  it('[RM2] lets a room be made locked, sealed, and with a claim', async () => {
    const { roomId, nonce } = await newRoom('alice', 'members');
    const memberClaim = { name: 'team', value: 'blue' };
    const changes = { access: 'members', locked: true, sealed: true, memberClaim } as const;
    await allows(alice, ...making(roomId, roomBy('alice', nonce, changes)));
  });

  it('[RM2] takes a claim with a name and a value, bounded in length', async () => {
    const { roomId, nonce } = await newRoom('alice', 'members');
    const room = roomBy('alice', nonce, { access: 'members' });
    const [name, value] = [
      'n'.repeat(LIMITS.CLAIM_NAME_LENGTH_MAX),
      'v'.repeat(LIMITS.CLAIM_VALUE_LENGTH_MAX),
    ];
    const claims = {
      ...broken({ name: 'team', value: 'blue' }),
      'no name': { name: '', value },
      'no value': { name, value: '' },
      'a long name': { name: `${name}n`, value },
      'a long value': { name, value: `${value}v` },
    };
    const [, quota] = making(roomId, room);
    const rooms = Object.entries(claims).map(
      ([what, memberClaim]) => [what, { ...room, memberClaim }] as const,
    );
    await deniesEach(alice, setting(roomPath(roomId), Object.fromEntries(rooms), quota!));
    await denies(alice, set(roomPath(roomId), { ...room, memberClaim: 'team' }), quota!);
    for (const memberClaim of [
      { name, value },
      { name: 'n', value: 'v' },
    ]) {
      await forgetQuota();
      await sweep(roomPath(roomId));
      await allows(alice, ...making(roomId, { ...room, memberClaim }));
    }
  });

  it('[RM3] denies an id that does not commit to creator and nonce', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const fullHash = await roomIdOf('alice', nonce);
    await deniesEach(alice, {
      'another nonce': making(roomId, roomBy('alice', randomRoomNonce())),
      'upper case': making(roomId.toUpperCase(), roomBy('alice', nonce)),
      shorter: making(roomId.slice(1), roomBy('alice', nonce)),
      longer: making(`${fullHash}0`, roomBy('alice', nonce)),
      chosen: making('my-room', roomBy('alice', nonce)),
      'a pattern': making('.*', roomBy('alice', nonce)),
    });
  });

  it('[RM3] denies to make the room of somebody else, under any name', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const hers = (room: ReturnType<typeof roomBy>) => Stage.making('mallory', room, roomId);
    await deniesEach(mallory, {
      'as alice': hers(roomBy('alice', nonce)),
      'as herself': hers(roomBy('mallory', nonce)),
      'as host only': hers(roomBy('alice', nonce, { host: 'mallory' })),
      'as creator only': hers(roomBy('mallory', nonce, { host: 'alice' })),
    });
  });

  it('[RM4] bounds the lifetime of a room', async () => {
    const slack = 60;
    const { roomId, nonce } = await newRoom('alice');
    const lasting = (seconds: number) =>
      making(roomId, roomBy('alice', nonce, { expiresAt: inSeconds(seconds) }));
    for (const seconds of [-slack, 0, LIMITS.ROOM_LIFETIME_MAX_SECONDS + slack])
      await denies(alice, ...lasting(seconds));
    await allows(alice, ...lasting(LIMITS.ROOM_LIFETIME_MAX_SECONDS - slack));
  });
});

describe('rooms › update', () => {
  it('[RM5] lets the creator write the same room again, after a lost acknowledgement', async () => {
    const { roomId, nonce } = await newRoom('alice');
    const write = set(roomPath(roomId), roomBy('alice', nonce));
    await allows(alice, ...making(roomId, roomBy('alice', nonce)));
    await allows(alice, write);
    await allows(alice, set(roomPath(roomId), roomBy('alice', nonce, { expiresAt: inSeconds(60) })));
    await denies(mallory, write);
  });

  it('[RM6] lets the creator end a room, by the clock of the server', async () => {
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
    await stage.change({ host: 'bob' });
    await allows(alice, update(stage.room, { endedAt: now() }));
  });

  it('[RM6] lets host and moderators end it, too, and nobody else who is in it', async () => {
    for (const role of ['viewer', 'speaker', 'moderator'] as const) {
      const stage = await Stage.open({ host: 'bob' });
      await stage.place('mallory', 1, { role });
      await (role === 'moderator' ? allows : denies)(mallory, update(stage.room, { endedAt: now() }));
      await allows(bob, update(stage.room, { endedAt: now() }));
    }
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
        topology: update(stage.room, { topology: 'star' }),
        sealed: update(stage.room, { sealed: true }),
        host: update(stage.room, { host: actor.uid === 'alice' ? 'bob' : actor.uid }),
        hostSeat: update(stage.room, { hostSeat: LIMITS.CAPACITY_MAX }),
        locked: update(stage.room, { locked: 'yes' }),
        'an unknown field': update(stage.room, { extra: true }),
        createdBy: update(stage.room, { createdBy: 'mallory' }),
        nonce: update(stage.room, { nonce: other }),
        createdAt: update(stage.room, { createdAt: secondsAgo(60) }),
        expiresAt: update(stage.room, { expiresAt: secondsAgo(60) }),
        'capacity, made again': set(stage.room, roomBy('alice', stage.nonce, { capacity: 8 })),
        'the nonce, made again': set(stage.room, roomBy('alice', other)),
        'a field less': set(stage.room, without(roomBy('alice', stage.nonce), 'sealed')),
      });
  });
});

describe('rooms › delete', () => {
  for (const [who, actor] of Object.entries({ creator: alice, host: bob }))
    it(`[RM9] lets the ${who}, and nobody else, delete a room, once it is ended`, async () => {
      const stage = await Stage.open({ host: 'bob' });
      await stage.place('mallory', 1, { role: 'moderator' });
      await denies(actor, remove(stage.room));
      await denies(mallory, remove(stage.room));
      await stage.change({ host: 'bob', endedAt: secondsAgo(1) });
      await denies(mallory, remove(stage.room));
      await allows(actor, remove(stage.room));
    });

  it('[RM10] lets only its creator make a deleted room again', async () => {
    const stage = await Stage.open({ endedAt: secondsAgo(1) });
    await allows(alice, remove(stage.room));
    await deniesEach(mallory, {
      'as herself': Stage.making('mallory', roomBy('mallory', stage.nonce), stage.roomId),
      'as alice': Stage.making('mallory', roomBy('alice', stage.nonce), stage.roomId),
      'with a nonce of her own': Stage.making('mallory', roomBy('mallory', randomRoomNonce()), stage.roomId),
    });
    await allows(alice, ...making(stage.roomId, roomBy('alice', stage.nonce)));
  });
});

describe('rooms › closed', () => {
  const closed = { ended: { endedAt: secondsAgo(1) }, expired: { expiresAt: secondsAgo(1) } };

  for (const [how, changes] of Object.entries(closed))
    it(`[RM11] denies everything new in a room that has ${how}`, async () => {
      const stage = await Stage.open();
      const [a, b] = [await stage.place('alice', 0), await stage.place('mallory', 1)];
      const c = await stage.place('mallory', 3);
      await sweep(stage.beacon(c));
      const own = newPeer('mallory');
      const visits = [b, c, own];
      await stage.admit('mallory', { visits });
      const writes = {
        'a renewed admission': set(stage.admission('mallory'), admissionOf('mallory', { visits })),
        'an admission': set(stage.admission('carol'), admissionOf('carol')),
        seat: stage.joining('mallory', own, 2),
        'the same seat again': stage.joining('mallory', b, 1, { beacon: { burst: 2 } }),
        renewal: set(stage.beacon(b), beaconAt(1, { burst: LIMITS.BEACON_BURST_MAX })),
        'a beacon that was missing': set(stage.beacon(c), beaconAt(3)),
        mail: set(stage.mail(a, 1), mailFrom(b)),
        'a lost mark': update(stage.seat(0), { lostAt: now(), lostBy: 1 }),
      };
      await stage.change(changes);
      for (const actor of [mallory, carol]) await deniesEach(actor, writes);
      await denies(mallory, set(stage.seat(2), seatOf('mallory', own)));
      await stage.change({});
      const { 'an admission': carols, ...others } = writes;
      await allows(carol, carols);
      await allowsEach(mallory, others);
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
