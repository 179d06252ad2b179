import type { Page } from 'playwright-core';
import { newContext } from '../browser/chromium.ts';
import type { Backend } from '../browser/harness/contract.ts';
import type { HarnessPage } from '../browser/harness-page.ts';
import type { Stage } from '../browser/stage.ts';
import { withinLimit } from './limit.ts';
import { REFERENCE } from './reference/page-source.ts';

/** A way to make calls. */
export type Contender = {
  readonly name: string;
  /** Opens two pages and warms them up: only the join is left to be measured. */
  readonly open: () => Promise<Pair>;
};

/** Two pages that call each other. */
export type Pair = {
  /** Makes one call and ends it. Milliseconds from the joiner's call of join to both data channels open. */
  readonly joinOnce: (run: number) => Promise<number>;
  readonly close: () => Promise<void>;
};

export type Media = 'camera' | 'none';

/** Firesignal: both signed in, lobby open. */
export function firesignal(stage: Stage, backend: Backend, media: Media): Contender {
  const open = async (): Promise<Pair> => {
    const waiter = await stage.openHarness('waiter');
    const joiner = await stage.openHarness('joiner');
    for (const page of [waiter, joiner]) {
      await page.driver.connect(backend);
      await page.driver.signIn();
    }
    return {
      joinOnce: () => callOnce(waiter, joiner, media),
      close: async () => {
        await waiter.close();
        await joiner.close();
      },
    };
  };
  return { name: 'Firesignal', open };
}

async function callOnce(waiter: HarnessPage, joiner: HarnessPage, media: Media): Promise<number> {
  const room = await waiter.driver.createRoom({ capacity: 2 });
  const { peerId: there } = await waiter.driver.openRoom({ room, media, showsVideo: false });
  await waiter.driver.join();
  const mark = await joiner.mark();
  const { peerId: comes } = await joiner.driver.openRoom({ room, media, showsVideo: false });
  try {
    // Whoever waits in the lobby has an answer ready. A person is there for seconds.
    await joiner.event('gathered', { description: 'answer' }, mark);
    return await measureJoin({ page: waiter, peer: comes }, { page: joiner, peer: there });
  } finally {
    await joiner.driver.leave();
    await waiter.driver.leave();
    await waiter.driver.endRoom(room);
  }
}

/** One end of a link: a page, and the peer it is linked to. */
type End = { readonly page: HarnessPage; readonly peer: string };

async function measureJoin(waiter: End, joiner: End): Promise<number> {
  const connected = async ({ page, peer }: End): Promise<number> =>
    (await page.event('link-state', { peer, state: 'connected' })).at;
  const mark = await joiner.page.mark();
  const [, called, ...opened] = await withinLimit(
    Promise.all([
      joiner.page.driver.join(),
      joiner.page.event('join-called', {}, mark),
      connected(waiter),
      connected(joiner),
    ]),
  );
  return Math.max(...opened) - called.at;
}

/** The Socket.IO reference: both connected to the relay. */
export function reference(stage: Stage, relayUrl: string, media: Media): Contender {
  const open = async (): Promise<Pair> => {
    const waiter = await openReference(stage);
    const joiner = await openReference(stage);
    for (const page of [waiter, joiner])
      await page.evaluate(([url, wanted]) => window.firesignalReference?.connect(url, wanted), [
        relayUrl,
        media,
      ] as const);
    return {
      joinOnce: (run) => callReferenceOnce(waiter, joiner, `room-${run}`),
      close: async () => {
        await waiter.context().close();
        await joiner.context().close();
      },
    };
  };
  return { name: 'Socket.IO', open };
}

async function callReferenceOnce(waiter: Page, joiner: Page, room: string): Promise<number> {
  await enter(waiter, room);
  const calledAt = await enter(joiner, room);
  try {
    const opened = await withinLimit(Promise.all([openedAt(waiter), openedAt(joiner)]));
    return Math.max(...opened) - calledAt;
  } finally {
    await leave(joiner);
    await leave(waiter);
  }
}

async function openReference(stage: Stage): Promise<Page> {
  const page = await (await newContext(stage.browser)).newPage();
  await page.goto(`${stage.origin}/${REFERENCE.name}`);
  return page;
}

async function enter(page: Page, room: string): Promise<number> {
  const entered = await page.evaluate((name) => window.firesignalReference?.enter(name), room);
  return entered?.calledAt ?? Number.NaN;
}

async function openedAt(page: Page): Promise<number> {
  return (await page.evaluate(() => window.firesignalReference?.opened())) ?? Number.NaN;
}

async function leave(page: Page): Promise<void> {
  await page.evaluate(() => window.firesignalReference?.leave());
}
