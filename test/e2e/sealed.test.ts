import { describe, expect, it } from 'vitest';
import { documentsBelow, documentText } from '../../scripts/demo/admin.ts';
import { roomLink } from '../../web/sdk/src/room-link.ts';
import { BrowserWorld, expectNoRepairs, linked, say, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();
const SITE = 'https://meet.example';
/** What an offer, an answer, a candidate or a person looks like, and no base64url by chance. */
const READABLE =
  /candidate:|a=|v=0|fingerprint:|IN IP4|\.local\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|Ada Lovelace|Ben Bitdiddle/;

/** All documents of a room, with everything that is in them. */
async function everythingIn(room: string): Promise<string> {
  const paths = await documentsBelow(world.database, `rooms/${room}`);
  const texts = await Promise.all(paths.map((path) => documentText(world.database, path).catch(() => '')));
  return texts.join('\n');
}

/** Everything that a page sends to Firestore from now on. */
function sentBy({ page }: Visitor): readonly string[] {
  const bodies: string[] = [];
  page.page.on('request', (request) => {
    if (request.url().includes('/documents')) bodies.push(request.postData() ?? '');
  });
  return bodies;
}

async function sealedPair(sealed: boolean) {
  const page = await world.page('Ada Lovelace');
  const roomId = await page.driver.createRoom({ capacity: 4, sealed });
  const key = await page.driver.keyOf(roomId);
  const room = roomLink(SITE, roomId, { key: key ?? undefined });
  const ada = await world.visitor('Ada Lovelace', { room, page });
  const adaSent = sentBy(ada);
  await ada.page.driver.join();
  const waiting = await everythingIn(roomId);
  const ben = await world.visitor('Ben Bitdiddle', { room });
  const benSent = sentBy(ben);
  await ben.page.driver.join();
  await linked(ada, ben);
  const sent = (): string => [...adaSent, ...benSent].join('\n');
  return { ada, ben, roomId, key, waiting, sent };
}

describe('a sealed room', () => {
  it('[SE13] [SE18] [SE19] links two browsers, and shows nothing of them to who reads all of the database', async () => {
    const { ada, ben, roomId, key, waiting, sent } = await sealedPair(true);
    expect(key).toHaveLength(43);
    await say(ada, ben, 'hello Ben');
    await say(ben, ada, 'hello Ada');
    await expectNoRepairs(ada, ben);
    expect((await ben.page.driver.link(ada.id)).conn).toBe(1);
    const code = await ada.page.driver.safetyCode(ben.id);
    expect(code).toMatch(/^(?:\d{5} ){7}\d{5}$/);
    expect(await ben.page.driver.safetyCode(ada.id)).toBe(code);
    // A new connection is made over mail.
    const seen = await ada.page.mark();
    await ada.page.driver.closeConnection(ben.id);
    await ada.page.event('link-state', { peer: ben.id, state: 'connected' }, seen);
    expect((await ada.page.driver.link(ben.id)).conn).toBeGreaterThan(1);
    await say(ada, ben, 'hello again');
    for (const text of [waiting, await everythingIn(roomId), sent()]) {
      expect(text).toMatch(/"?sealed"?/);
      expect(READABLE.exec(text)?.[0]).toBeUndefined();
      expect(text).not.toContain(key);
    }
    await Promise.all([ada.page.driver.leave(), ben.page.driver.leave()]);
    expect(await world.below(roomId)).toEqual([]);
  });

  it('the same search finds two people in a room that is not sealed', async () => {
    const { roomId, waiting, sent } = await sealedPair(false);
    for (const text of [waiting, await everythingIn(roomId), sent()]) expect(text).toMatch(READABLE);
  });

  it('[SE21] is not opened without its key', async () => {
    const page = await world.page('Ada');
    const roomId = await page.driver.createRoom({ sealed: true });
    const other = await world.page('Mallory');
    await expect(other.driver.openRoom({ room: roomId, name: 'Mallory' })).rejects.toThrow(
      'signaling/key-missing',
    );
    expect(await world.below(roomId)).toEqual([]);
  });
});
