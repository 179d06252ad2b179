import { describe, expect, it } from 'vitest';
import { startDelayProxy } from '../../scripts/stack/index.ts';
import { BrowserWorld, linked, say } from '../support/browser/world.ts';

const world = BrowserWorld.use();

describe('a connection that breaks', () => {
  it('[RC3] is replaced by one with a higher conn, and the link goes on', async () => {
    const [ada, ben] = await world.call({ media: 'camera' });
    const { conn } = await ben.page.driver.link(ada.id);
    const marks = [await ada.page.mark(), await ben.page.mark()] as const;
    await ada.page.driver.closeConnection(ben.id);

    await Promise.all([
      ada.page.event('link-state', { peer: ben.id, state: 'connected' }, marks[0]),
      ben.page.event('link-state', { peer: ada.id, state: 'connected' }, marks[1]),
    ]);
    const after = [await ada.page.driver.link(ben.id), await ben.page.driver.link(ada.id)];
    expect(after[0]!.conn).toBeGreaterThan(conn);
    expect(after[0]!.conn).toBe(after[1]!.conn);
    await say(ada, ben, 'as if nothing had happened');
    await say(ben, ada, 'quite so');
    await ben.page.frames(ada.id, 1);
  });
});

describe('a backend that is gone in mid-call', () => {
  it('[CA9] leaves the link as it is: messages pass, and who leaves is heard', async () => {
    const { backend } = world;
    const proxy = await startDelayProxy({ target: backend.firestore, rttMs: 0 });
    try {
      const far = { ...backend, firestore: { host: proxy.host, port: proxy.port } };
      const [ada, ben] = await world.call({ backend: far, capacity: 2 });
      await proxy.close();
      await say(ada, ben, 'are you still there?');
      await say(ben, ada, 'I am');
      await ada.page.driver.leave();
      await ben.page.event('link-state', { peer: ada.id, state: 'closed' });
    } finally {
      await proxy.close();
    }
  });

  it('[CA10] is told of, and so is its return, which the next joiner profits from', async () => {
    const [ada, ben] = await world.call();
    const mark = await ada.page.mark();
    await ada.page.page.context().setOffline(true);
    await ada.page.event('backend', { reachable: false }, mark);
    await say(ada, ben, 'are you still there?');
    await say(ben, ada, 'I am');

    await ada.page.page.context().setOffline(false);
    await ada.page.event('backend', { reachable: true }, mark);
    const cleo = await world.member('Cleo', { room: ada.room });
    await Promise.all([linked(ada, cleo), linked(ben, cleo)]);
  });
});
