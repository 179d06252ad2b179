import { describe, expect, it } from 'vitest';
import type { Backend } from '../../scripts/browser/harness/contract.ts';
import { findFreePorts } from '../../scripts/stack/free-ports.ts';
import { holdCommits } from '../support/browser/hold.ts';
import { BrowserWorld, codeOf, linked } from '../support/browser/world.ts';

const world = BrowserWorld.use();

/** Well formed, and of no room that was ever made. */
const UNKNOWN_ROOM = '0123456789abcdef0123456789abcdef';
/** A person has given up long before; a test on a busy machine has not. */
const REASONABLE_MS = 20_000;

describe('opening a room', () => {
  it.each(['', 'hello', 'https://example.org/', `https://example.org/r/${UNKNOWN_ROOM}x`, '../admin'])(
    '[ER1] says that "%s" is not a link',
    async (room) => {
      const page = await world.page('Ada');
      expect(await codeOf(page.driver.openRoom({ room }))).toBe('signaling/invalid-link');
    },
  );

  it('[ER2] says that there is no such room', async () => {
    const page = await world.page('Ada');
    expect(await codeOf(page.driver.openRoom({ room: UNKNOWN_ROOM }))).toBe('signaling/room-not-found');
  });

  it('[ER3] says that the room is gone when its creator has ended it', async () => {
    const ada = await world.page('Ada');
    const room = await ada.driver.createRoom();
    await ada.driver.endRoom(room);
    const ben = await world.page('Ben');
    expect(['signaling/room-not-found', 'signaling/room-ended']).toContain(
      await codeOf(ben.driver.openRoom({ room })),
    );
  });

  it.each<[string, (backend: Backend, port: number) => Backend]>([
    [
      'nothing',
      (backend, port) => ({
        ...backend,
        auth: `http://127.0.0.1:${port}`,
        firestore: { host: '127.0.0.1', port },
      }),
    ],
    ['Auth, but no Firestore', (backend, port) => ({ ...backend, firestore: { host: '127.0.0.1', port } })],
  ])('[ER4] says that the backend cannot be reached when there is %s', async (_, broken) => {
    const [port = 0] = await findFreePorts(1);
    const page = await world.page('Ada', { backend: broken(world.backend, port) });
    const started = performance.now();
    expect(await codeOf(page.driver.openRoom({ room: UNKNOWN_ROOM }))).toBe('signaling/unavailable');
    expect(performance.now() - started).toBeLessThan(REASONABLE_MS);
  });

  it('[ER5] can be called off, and done again', async () => {
    const ada = await world.page('Ada');
    const room = await ada.driver.createRoom();
    const ben = await world.page('Ben');
    const hold = await holdCommits(ben.page);
    const opening = codeOf(ben.driver.openRoom({ room }));
    await hold.caught;
    await ben.driver.abort();
    expect(await opening).toBe('signaling/aborted');
    await hold.release();
    await ben.driver.openRoom({ room });
    expect(await ben.driver.roomState()).toBe('lobby');
  });
});

describe('joining a room', () => {
  it('[ER6] says that every seat is taken, and takes the one that gets free', async () => {
    const [ada, ben] = await world.call({ capacity: 2 });
    const cleo = await world.visitor('Cleo', { room: ada.room });
    expect(await codeOf(cleo.page.driver.join())).toBe('signaling/room-full');

    await ben.page.driver.leave();
    await cleo.page.event('roster', { peers: [ada.id] }, 0);
    await cleo.page.driver.join();
    await linked(ada, cleo);
  });

  it('[ER7] can be called off, and done again', async () => {
    const ada = await world.member('Ada', { capacity: 2 });
    const ben = await world.visitor('Ben', { room: ada.room });
    const hold = await holdCommits(ben.page.page);
    const joining = codeOf(ben.page.driver.join());
    await hold.caught;
    await ben.page.driver.abort();
    expect(await joining).toBe('signaling/aborted');
    await hold.release();

    await ben.page.driver.leave();
    const again = await world.member('Ben', { room: ada.room, page: ben.page });
    await linked(ada, again);
  });

  it('[ER8] is for the lobby only', async () => {
    const ada = await world.member('Ada');
    expect(await codeOf(ada.page.driver.join())).toBe('signaling/invalid-state');
  });
});

describe('a room that its creator ends', () => {
  it('[ER9] is left by everybody, with the reason', async () => {
    const [ada, ben] = await world.call();
    await ada.page.driver.endRoom(ada.room);
    await ben.page.event('room-state', { state: 'left', reason: 'room-ended' });
    expect(await world.below(ada.room)).toEqual([]);
  });
});

describe('sending', () => {
  it('[ER10] to a peer that has left says that the channel is closed', async () => {
    const [ada, ben] = await world.call();
    await ben.page.driver.leave();
    await ada.page.event('link-state', { peer: ben.id, state: 'closed' });
    expect(await codeOf(ada.page.driver.send(ben.id, 'hello?'))).toBe('signaling/channel-closed');
  });
});
