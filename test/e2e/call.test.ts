import { beforeAll, describe, expect, it } from 'vitest';
import { CALL_BUDGET } from '../../scripts/demo/budgets.ts';
import { runCall } from '../../scripts/demo/call.ts';
import type { CallRecord } from '../../scripts/demo/call-record.ts';
import { BrowserWorld, expectNoRepairs, linked, say } from '../support/browser/world.ts';

const world = BrowserWorld.use();

/** Far beyond what one SCTP packet, one frame of it, or one guess at a buffer holds. */
const LARGE_MESSAGE_BYTES = 200_000;

describe('a call of two', () => {
  let record: CallRecord;

  beforeAll(async () => {
    const { backend, database, stage } = world;
    record = await runCall({ stage, backend, database, stream: null });
    expect([...record.problems, ...record.stories]).toEqual([]);
  });

  it('[LK1] takes one hop: the answer to the standing offer', () => {
    expect(record.hops).toBe(1);
    expect(record.route).toBe('standing-offer');
  });

  it('[CA1] carries messages and video both ways', () => {
    expect(record.messages).toBe(6);
    expect(record.frames.creator).toBeGreaterThan(0);
    expect(record.frames.joiner).toBeGreaterThan(0);
  });

  it('[CA2] costs no more documents than its budget', () => {
    expect(record.ledger?.writes).toBeLessThanOrEqual(CALL_BUDGET.writes);
    expect(record.ledger?.reads).toBeLessThanOrEqual(CALL_BUDGET.reads);
    expect(record.ledger?.deletes).toBeLessThanOrEqual(CALL_BUDGET.deletes);
  });

  it('[CA3] leaves nothing behind', () => {
    expect(record.leftovers).toEqual([]);
  });

  it('[DC1] carries a message of 200 kB both ways, whole', async () => {
    const [ada, ben] = await world.call();
    for (const [from, to] of [
      [ada, ben],
      [ben, ada],
    ] as const) {
      const sent = await from.page.driver.sendBytes(to.id, LARGE_MESSAGE_BYTES);
      const { message } = await to.page.event('message', { peer: from.id, message: { type: 'binary' } });
      expect(message).toEqual(sent);
    }
  });

  it('[CA4] connects by mail when nobody keeps a standing offer', async () => {
    const [ada, ben] = await world.call({ standingOffers: false });
    await say(ada, ben, 'hello');
    const { signals } = await ben.page.driver.link(ada.id);
    expect(signals.map(({ route }) => route)).not.toContain('beacon');
  });
});

describe('peers who join at the same time', () => {
  it('[CA5] two get one link with one connection', async () => {
    const ada = await world.visitor('Ada', { capacity: 2 });
    const ben = await world.visitor('Ben', { room: ada.room });
    await Promise.all([ada.page.driver.join(), ben.page.driver.join(), linked(ada, ben)]);

    await say(ada, ben, 'hello');
    await say(ben, ada, 'hello yourself');
    await expectNoRepairs(ada, ben);
    for (const { page } of [ada, ben]) expect(await page.driver.links()).toHaveLength(1);
    const conns = [await ada.page.driver.link(ben.id), await ben.page.driver.link(ada.id)].map(
      ({ conn }) => conn,
    );
    expect(conns[0]).toBe(conns[1]);
  });

  it('[CA6] three are each linked to both others', async () => {
    const ada = await world.visitor('Ada', { capacity: 3 });
    const ben = await world.visitor('Ben', { room: ada.room });
    const cleo = await world.visitor('Cleo', { room: ada.room });
    await Promise.all([
      ...[ada, ben, cleo].map(({ page }) => page.driver.join()),
      linked(ada, ben),
      linked(ada, cleo),
      linked(ben, cleo),
    ]);
    await say(ada, cleo, 'hello');
    await say(cleo, ben, 'hello');
    await expectNoRepairs(ada, ben, cleo);
  });
});
