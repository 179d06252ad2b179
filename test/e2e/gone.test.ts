import { roomPath, seatPath, beaconPath, uidOf } from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import { PageCallError } from '../../scripts/browser/harness-page.ts';
import { ageTimes, fieldsOf } from '../support/browser/past-rules.ts';
import { BrowserWorld, linked, say, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();

/** ICE misses somebody after seconds; the mark comes after what could still repair the link. */
const MARK_LIMIT_MS = 90_000;
const TEST_LIMIT_MS = 150_000;

async function seatOf(visitor: Visitor): Promise<string> {
  const seats = (await world.below(visitor.room)).filter((path) => path.startsWith('seats/'));
  for (const seat of seats) {
    const path = `${roomPath(visitor.room)}/${seat}`;
    const { peer } = await fieldsOf(world.database, path);
    if (peer?.stringValue === visitor.id) return path;
  }
  throw new Error('No seat has this visitor.');
}

const lost = ({ page }: Visitor, who: Visitor): Promise<unknown> =>
  page.event('roster', { lost: [who.id] }, 0, MARK_LIMIT_MS);

/** An error other than a full room is none that a further try would help. */
const outcomeOf = (join: Promise<void>): Promise<'joined' | 'full'> =>
  join.then(
    () => 'joined' as const,
    (error: unknown) => {
      if (error instanceof PageCallError && error.code === 'signaling/room-full') return 'full' as const;
      throw error;
    },
  );

describe('a tab that is gone without a word', () => {
  it(
    '[LM1] [LM2] [LM8] is marked lost by one of its neighbours, and its seat goes to the next who wants it',
    async () => {
      const ada = await world.member('Ada', { capacity: 3 });
      const ben = await world.member('Ben', { room: ada.room });
      const cleo = await world.member('Cleo', { room: ada.room });
      await Promise.all([linked(ada, ben), linked(ada, cleo), linked(ben, cleo)]);
      const place = await seatOf(ben);
      const dan = await world.visitor('Dan', { room: ada.room });

      await ben.page.crash();
      await Promise.all([lost(ada, ben), lost(cleo, ben)]);
      const { lostBy } = await fieldsOf(world.database, place);
      expect([await seatOf(ada), await seatOf(cleo)]).toContain(
        seatPath(ada.room, Number(lostBy?.integerValue)),
      );
      await expect(dan.page.driver.join()).rejects.toMatchObject({ code: 'signaling/room-full' });

      // Nobody waits for a minute and a half.
      await ageTimes(world.database, beaconPath(ada.room, ben.id), ['renewedAt'], 100_000);
      await ageTimes(world.database, place, ['lostAt'], 100_000);
      // Until the lobby has heard of it, the room is full as before: a person tries again.
      await expect.poll(() => outcomeOf(dan.page.driver.join()), { timeout: MARK_LIMIT_MS }).toBe('joined');
      await Promise.all([linked(ada, dan), linked(cleo, dan)]);
      expect(await seatOf(dan)).toBe(place);
      await say(dan, ada, 'here instead');
      const { lostAt } = await fieldsOf(world.database, place);
      expect(lostAt).toBeUndefined();
    },
    TEST_LIMIT_MS,
  );

  it(
    '[LS5] [LM4] keeps its seat when it is alive after all',
    async () => {
      const [ada, ben] = await world.call({ capacity: 2 });
      const place = await seatOf(ben);
      await ageTimes(world.database, beaconPath(ada.room, ben.id), ['renewedAt'], 60_000);
      const before = await fieldsOf(world.database, beaconPath(ada.room, ben.id));
      await ageTimes(world.database, place, ['lostAt'], 0, { lostBy: { integerValue: '0' } });
      await expect
        .poll(() => fieldsOf(world.database, beaconPath(ada.room, ben.id)))
        .not.toMatchObject({ renewedAt: before['renewedAt'] });
      await ageTimes(world.database, place, ['lostAt'], 100_000);
      const cleo = await world.visitor('Cleo', { room: ada.room });
      await expect(cleo.page.driver.join()).rejects.toMatchObject({ code: 'signaling/room-full' });
      await say(ada, ben, 'still here');
    },
    TEST_LIMIT_MS,
  );

  it(
    '[HO2] leaves the room to another host',
    async () => {
      const [ada, ben] = await world.call();
      const host = async (): Promise<string | undefined> =>
        (await fieldsOf(world.database, roomPath(ada.room)))['host']?.stringValue;
      expect(await host()).toBe(uidOf(ada.id));
      await ada.page.driver.leave();
      await expect.poll(host, { timeout: 30_000 }).toBe(uidOf(ben.id));
    },
    TEST_LIMIT_MS,
  );
});
