import { describe, expect, it } from 'vitest';
import { BrowserWorld, linked, say, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();

/** Until the keepalive commit of a page that is gone has arrived. */
async function untilOnlyOf(visitor: Visitor): Promise<readonly string[]> {
  const own = (path: string): boolean =>
    path.includes(visitor.id.split('~', 1)[0]!) || path.startsWith('seats/');
  return expect
    .poll(() => world.below(visitor.room), { timeout: 10_000 })
    .toSatisfy((paths: readonly string[]) => paths.every(own) && count(paths, 'seats/') === 1)
    .then(() => world.below(visitor.room));
}

function count(paths: readonly string[], prefix: string): number {
  return paths.filter((path) => path.startsWith(prefix)).length;
}

describe('a page that goes away', () => {
  it.each([
    ['is closed', (page: Visitor['page']) => page.page.close({ runBeforeUnload: true })],
    ['goes elsewhere', (page: Visitor['page']) => page.page.goto('about:blank').then(() => undefined)],
  ])('[LP1] takes its documents with it when it %s, and the other side hears at once', async (_, goAway) => {
    const [ada, ben] = await world.call();
    const closed = ada.page.event('link-state', { peer: ben.id, state: 'closed' });
    await goAway(ben.page);

    await closed;
    const left = await untilOnlyOf(ada);
    expect(left.filter((path) => path.includes(ben.id.split('~', 1)[0]!))).toEqual([]);
    await ada.page.event('roster', { peers: [ada.id] });

    const cleo = await world.member('Cleo', { room: ada.room });
    await linked(ada, cleo);
  });
});

describe('leaving', () => {
  it('[LP2] leaves nothing alive in the page: no connection, watch, timer or listener', async () => {
    const [ada, ben] = await world.call({ media: 'camera', instrumented: true });
    const during = await ada.page.driver.resources();
    expect(during.connections).toBeGreaterThan(0);
    expect(during.watches).toBeGreaterThan(0);
    expect(during.timers.length + during.listeners.length).toBeGreaterThan(0);

    await ada.page.driver.leave();
    await ben.page.event('link-state', { peer: ada.id, state: 'closed' });
    await ben.page.driver.leave();
    for (const { page } of [ada, ben])
      expect(await page.driver.resources()).toMatchObject({
        connections: 0,
        watches: 0,
        timers: [],
        listeners: [],
      });
    expect(await world.below(ada.room)).toEqual([]);
  });

  it('[LP3] lets the same page join again, as another visit', async () => {
    const [ada, ben] = await world.call();
    await ben.page.driver.leave();
    await ada.page.event('link-state', { peer: ben.id, state: 'closed' });
    const again = await world.member('Ben', { room: ada.room, page: ben.page });
    await linked(ada, again);

    expect(again.id).not.toBe(ben.id);
    expect(again.id.split('~')[0]).toBe(ben.id.split('~')[0]);
    await say(ada, again, 'welcome back');
    await say(again, ada, 'thank you');
  });

  it('[LP4] a page that is loaded again takes its own seat over', async () => {
    const [ada, ben] = await world.call({ capacity: 2 });
    await ben.page.page.reload();
    await ben.page.driver.connect(world.backend);
    const again = await world.member('Ben', { room: ada.room, page: ben.page });
    await linked(ada, again);
    await say(again, ada, 'here I am again');
  });
});
