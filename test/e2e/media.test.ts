import type { SignalTrace } from 'firesignal';
import { describe, expect, it } from 'vitest';
import { BrowserWorld, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();

const FRAMES = 5;

async function descriptions(visitor: Visitor, peer: Visitor): Promise<readonly SignalTrace[]> {
  const { signals } = await visitor.page.driver.link(peer.id);
  return signals.filter(({ parts }) => parts.includes('offer') || parts.includes('answer'));
}

describe('camera and microphone', () => {
  it('[MD1] switched on later reach the other side without a new description', async () => {
    const [ada, ben] = await world.call();
    const before = await descriptions(ada, ben);
    await ada.page.driver.setCamera(true);

    await ben.page.event('media', { peer: ada.id, audio: true, video: true });
    await ben.page.event('first-frame', { peer: ada.id });
    await ben.page.frames(ada.id, FRAMES);
    expect(await descriptions(ada, ben)).toEqual(before);
    expect((await ben.page.driver.link(ada.id)).remoteMedia).toEqual({ audio: true, video: true });
  });

  it('[MD2] switched off are said to be off, though their tracks stay', async () => {
    const [ada, ben] = await world.call({ media: 'camera' });
    await ben.page.frames(ada.id, FRAMES);
    const mark = await ben.page.mark();
    await ada.page.driver.setCamera(false);
    await ben.page.event('media', { peer: ada.id, audio: false, video: false }, mark);
    expect((await ben.page.driver.link(ada.id)).remoteMedia).toEqual({ audio: false, video: false });
  });

  it('[MD3] a joiner hears at once that a peer has none', async () => {
    const [ada, ben] = await world.call();
    expect((await ben.page.driver.link(ada.id)).remoteMedia).toEqual({ audio: false, video: false });
  });
});

describe('renegotiation', () => {
  it('[LK3] for one more track goes over the data channel, not through Firestore', async () => {
    const [ada, ben] = await world.call({ media: 'camera' });
    await ben.page.frames(ada.id, FRAMES);
    const before = await descriptions(ada, ben);
    const written = (await ada.page.driver.ledger(ada.room)).writes;
    await ada.page.driver.addCanvasTrack(ben.id);

    await ben.page.event('remote-track', { peer: ada.id, track: 'video' });
    await ben.page.frames(ada.id, FRAMES, 2);
    const after = (await descriptions(ada, ben)).slice(before.length);
    expect(after.map(({ route, direction }) => `${direction} ${route}`)).toEqual([
      'out channel',
      'in channel',
    ]);
    expect((await ada.page.driver.ledger(ada.room)).writes).toBe(written);
  });
});
