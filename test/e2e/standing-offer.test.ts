import { describe, expect, it } from 'vitest';
import type { SignalTrace } from 'firesignal';
import { holdCommits } from '../support/browser/hold.ts';
import { BrowserWorld, expectNoRepairs, linked, say, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();

/** The seat that a join commit takes. */
function seatIn(commit: string): number {
  return Number(/\/seats\/(\d+)/.exec(commit)?.[1]);
}

async function answersOf(visitor: Visitor, to: Visitor): Promise<readonly SignalTrace[]> {
  const { signals } = await visitor.page.driver.link(to.id);
  return signals.filter(({ direction, parts }) => direction === 'out' && parts.includes('answer'));
}

describe('a second answer to one standing offer', () => {
  it('[CA7] gets an offer with a new conn by mail, and both joiners end connected', async () => {
    const ada = await world.member('Ada', { capacity: 8 });
    const cleo = await world.visitor('Cleo', { room: ada.room });
    const hold = await holdCommits(cleo.page.page);
    const joining = cleo.page.driver.join();
    const seat = seatIn(await hold.caught);

    // Cleo has answered Ada's offer and chosen a seat; her commit is still on its way. Ben may not choose the same seat.
    let ben = await world.visitor('Ben', { room: ada.room });
    for (;;) {
      await ben.page.driver.join();
      await linked(ada, ben);
      if ((await ada.page.driver.link(ben.id)).seat !== seat) break;
      await ben.page.driver.leave();
      ben = await world.visitor('Ben', { room: ada.room, page: ben.page });
    }
    await hold.release();
    await Promise.all([joining, linked(ada, cleo), linked(ben, cleo)]);

    await say(ada, ben, 'hello Ben');
    await say(ada, cleo, 'hello Cleo');
    await expectNoRepairs(ada, ben, cleo);
    const [first, ...later] = await answersOf(cleo, ada);
    expect(first?.conn).toBe(1);
    expect(later.some(({ conn, route }) => conn > 1 && route === 'mailbox')).toBe(true);
    expect((await cleo.page.driver.link(ada.id)).conn).toBeGreaterThan(1);
  });
});

describe('a peer that leaves during a join', () => {
  it('[CA8] costs the joiner neither the seat nor the next link', async () => {
    const ada = await world.member('Ada', { capacity: 3 });
    const ben = await world.visitor('Ben', { room: ada.room });
    const hold = await holdCommits(ben.page.page);
    const joining = ben.page.driver.join();
    await hold.caught;
    await ada.page.driver.leave();
    await hold.release();
    await joining;
    expect(await ben.page.driver.roomState()).toBe('joined');

    const cleo = await world.member('Cleo', { room: ada.room });
    await linked(ben, cleo);
    await say(cleo, ben, 'hello');
    expect(await ben.page.driver.links()).toEqual([cleo.id]);
  });
});
