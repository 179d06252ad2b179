import { LIMITS, knockPath, quotaPath, tryPath } from '@firesignal/protocol';
import type { Timestamp } from 'firebase/firestore';
import { expect, it } from 'vitest';
import { PROOF, knockOf, tryOf } from './support/company.ts';
import {
  admissionOf,
  beaconAt,
  inSeconds,
  newPeer,
  newRoom,
  now,
  quotaOf,
  roomBy,
  secondsAgo,
} from './support/documents.ts';
import { alice, bob, signedInAs, type Actor } from './support/environment.ts';
import { commit, remove, seed, set, sweep, update, type Write } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/*
 * Every limit in time is as long as it says, to the second. A request takes its time, so it may come when half a second has
 * passed: what is answered late tells nothing, and is asked once more.
 */
const HALF_SECOND = 0.5;
const ATTEMPTS = 50;

/** What is written with a time; what has to be there before is seeded. */
type Attempt = (time: Timestamp) => Promise<{ readonly by: Actor; readonly writes: readonly Write[] }>;
/** Gets all ready that does not need the time. */
type Limit = { readonly seconds: number; readonly prepare: () => Promise<Attempt> };

async function isAllowed(prepare: Limit['prepare'], time: () => Timestamp): Promise<boolean> {
  for (let n = 0; n < ATTEMPTS; n++) {
    const attempt = await prepare();
    const began = performance.now();
    const { by, writes } = await attempt(time());
    const answer = await commit(by, ...writes).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'permission-denied' });
        return false;
      },
    );
    if (performance.now() - began < HALF_SECOND * 900) return answer;
  }
  throw new Error('Every answer came late.');
}

const maker = signedInAs('maker');
const FULL = { count: LIMITS.TRIES_COUNT_MAX };

/** The latest end of a document. */
const LIFETIMES: Readonly<Record<string, Limit>> = {
  'a room': {
    seconds: LIMITS.ROOM_LIFETIME_MAX_SECONDS,
    prepare: async () => {
      await sweep(quotaPath(maker.uid));
      const { roomId, nonce } = await newRoom(maker.uid);
      return (expiresAt) => {
        const room = roomBy(maker.uid, nonce, { expiresAt });
        return Promise.resolve({ by: maker, writes: Stage.making(maker.uid, room, roomId) });
      };
    },
  },
  'what is in it': {
    seconds: LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS,
    prepare: async () => {
      const stage = await Stage.open();
      return (expiresAt) =>
        Promise.resolve({
          by: bob,
          writes: [set(stage.admission('bob'), admissionOf('bob', { expiresAt }))],
        });
    },
  },
  'a knock': {
    seconds: LIMITS.KNOCK_LIFETIME_MAX_SECONDS,
    prepare: async () => {
      const { roomId } = await Stage.open({ access: 'knock' });
      return (expiresAt) =>
        Promise.resolve({ by: bob, writes: [set(knockPath(roomId, 'bob'), knockOf('bob', { expiresAt }))] });
    },
  },
};

/** How long something has to be past. */
const PAUSES: Readonly<Record<string, Limit>> = {
  'a lost mark, before the seat is taken over': {
    seconds: LIMITS.LOST_GRACE_SECONDS,
    prepare: async () => {
      const stage = await Stage.open();
      const own = newPeer('bob');
      await stage.admit('bob', { visits: [own] });
      const earlier = { renewedAt: secondsAgo(LIMITS.LOST_GRACE_SECONDS + 60) };
      const beacon = beaconAt(1, { ...earlier, leaseSeconds: LIMITS.BEACON_LEASE_MAX_SECONDS });
      return async (lostAt) => {
        const held = await stage.place('carol', 1, { seat: { lostAt, lostBy: 0 }, beacon });
        return { by: bob, writes: [...stage.joining('bob', own, 1), remove(stage.beacon(held))] };
      };
    },
  },
  'a lost mark, before the next one': {
    seconds: LIMITS.LOST_COOLDOWN_SECONDS,
    prepare: async () => {
      const stage = await Stage.open();
      await stage.place('alice', 0);
      return async (lostAt) => {
        await stage.place('carol', 1, { seat: { lostAt, lostBy: 0 } });
        return { by: alice, writes: [update(stage.seat(1), { lostAt: now(), lostBy: 0 })] };
      };
    },
  },
  'the first room of a row': {
    seconds: LIMITS.ROOMS_WINDOW_SECONDS,
    prepare: async () => {
      await sweep(quotaPath(maker.uid));
      const { roomId, nonce } = await newRoom(maker.uid);
      return async (since) => {
        await seed({ [quotaPath(maker.uid)]: quotaOf(roomId, { since }) });
        return { by: maker, writes: Stage.making(maker.uid, roomBy(maker.uid, nonce), roomId) };
      };
    },
  },
  'the first try of a row': {
    seconds: LIMITS.TRIES_WINDOW_SECONDS,
    prepare: async () => {
      const { roomId } = await Stage.open({ access: 'password' });
      const path = tryPath(roomId, 'bob');
      return async (since) => {
        await seed({ [path]: tryOf(PROOF, { ...FULL, since, at: since }) });
        return { by: bob, writes: [set(path, tryOf(PROOF))] };
      };
    },
  },
  'a beacon, before its row is one shorter': {
    seconds: LIMITS.BEACON_REFILL_SECONDS,
    prepare: async () => {
      const stage = await Stage.open();
      return async (renewedAt) => {
        const peer = await stage.place('bob', 0, { beacon: { renewedAt, burst: 3 } });
        return { by: bob, writes: [set(stage.beacon(peer), beaconAt(0, { burst: 3 }))] };
      };
    },
  },
  'a knock, before the next one': {
    seconds: LIMITS.KNOCK_COOLDOWN_SECONDS,
    prepare: async () => {
      const { roomId } = await Stage.open({ access: 'knock' });
      const path = knockPath(roomId, 'bob');
      return async (at) => {
        await seed({ [path]: knockOf('bob', { at }) });
        return { by: bob, writes: [set(path, knockOf('bob'))] };
      };
    },
  },
};

it.each(Object.entries(LIFETIMES))('%s lasts as long as it may, and no second longer', async (_, limit) => {
  const { seconds, prepare } = limit;
  expect(await isAllowed(prepare, () => inSeconds(seconds - HALF_SECOND))).toBe(true);
  expect(await isAllowed(prepare, () => inSeconds(seconds + HALF_SECOND))).toBe(false);
});

it.each(Object.entries(PAUSES))('%s has to be over, and no second longer', async (_, limit) => {
  const { seconds, prepare } = limit;
  expect(await isAllowed(prepare, () => secondsAgo(seconds - HALF_SECOND))).toBe(false);
  expect(await isAllowed(prepare, () => secondsAgo(seconds + HALF_SECOND))).toBe(true);
});
