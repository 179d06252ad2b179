import type { ErrorCode } from 'firesignal';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Backend, OpenOptions } from '../../../scripts/browser/harness/contract.ts';
import { PageCallError, type HarnessPage } from '../../../scripts/browser/harness-page.ts';
import type { PageSource } from '../../../scripts/browser/page-server.ts';
import { openStage, type Stage } from '../../../scripts/browser/stage.ts';
import { documentsBelow, type Database } from '../../../scripts/demo/admin.ts';
import { stackFromEnvironment } from '../stack-environment.ts';

/** Somebody on a visit to a room, in a page. */
export type Visitor = { readonly page: HarnessPage; readonly id: string; readonly room: string };

export type PageOptions = {
  /** @defaultValue the emulators of this test run */
  readonly backend?: Backend;
  /** Count timers and listeners too. */
  readonly instrumented?: boolean;
};

/** One browser for a file of tests; pages for one test each. A page with an uncaught error fails its test. */
export class BrowserWorld {
  #stage: Stage | undefined;
  #pages: HarnessPage[] = [];

  /** Call it once at the top of a file, with the pages that are served beside the harness. */
  static use(pages: readonly PageSource[] = []): BrowserWorld {
    const world = new BrowserWorld();
    beforeAll(async () => {
      const { chromium } = stackFromEnvironment();
      if (chromium === undefined)
        throw new Error('No browser was handed over. Run these tests with "npm test".');
      world.#stage = await openStage({ chromium, pages });
    });
    afterEach(async ({ task }) => {
      await world.#closePages(task.result?.state === 'fail');
    });
    afterAll(async () => {
      await world.#stage?.close();
    });
    return world;
  }

  /** The emulators of this test run, as pages find them. */
  get backend(): Backend {
    const { projectId, auth, firestore } = stackFromEnvironment();
    return { projectId, auth: auth.url, firestore: { host: firestore.host, port: firestore.port } };
  }

  /** The Firestore emulator of this test run, past the rules. */
  get database(): Database {
    const { projectId, firestore } = stackFromEnvironment();
    return { projectId, firestore: firestore.url };
  }

  get stage(): Stage {
    if (this.#stage === undefined) throw new Error('The browser is not there yet: beforeAll opens it.');
    return this.#stage;
  }

  /** A page with a client that nobody has used yet. */
  async page(
    name: string,
    { backend = this.backend, instrumented = false }: PageOptions = {},
  ): Promise<HarnessPage> {
    const page = await this.stage.openHarness(name, { instrumented });
    this.#pages.push(page);
    await page.driver.connect(backend);
    return page;
  }

  /** Somebody in the lobby of a room; without a room, of a new one. */
  async visitor(
    name: string,
    { room, capacity = 4, page, ...options }: VisitorOptions & PageOptions = {},
  ): Promise<Visitor> {
    const ownPage = page ?? (await this.page(name, options));
    const roomId = room ?? (await ownPage.driver.createRoom({ capacity }));
    const { media = 'none', standingOffers } = options;
    const { peerId } = await ownPage.driver.openRoom({
      room: roomId,
      name,
      media,
      ...(standingOffers !== undefined && { standingOffers }),
    });
    return { page: ownPage, id: peerId, room: roomId };
  }

  /** Somebody with a seat. */
  async member(name: string, options: VisitorOptions & PageOptions = {}): Promise<Visitor> {
    const visitor = await this.visitor(name, options);
    await visitor.page.driver.join();
    return visitor;
  }

  /** Two in a room of their own, linked. */
  async call(options: VisitorOptions & PageOptions = {}): Promise<[Visitor, Visitor]> {
    const ada = await this.member('Ada', options);
    const ben = await this.member('Ben', { ...options, room: ada.room });
    await linked(ada, ben);
    return [ada, ben];
  }

  /** Paths of all documents below a room, relative to it. */
  async below(room: string): Promise<readonly string[]> {
    const root = `rooms/${room}`;
    return (await documentsBelow(this.database, root))
      .filter((path) => path !== root)
      .map((path) => path.slice(root.length + 1));
  }

  async #closePages(failed: boolean): Promise<void> {
    const pages = this.#pages;
    this.#pages = [];
    if (failed) for (const page of pages) process.stderr.write(`${await page.story()}\n`);
    const faults = pages.flatMap((page) => page.faults);
    for (const page of pages) await page.close();
    expect(faults, 'errors that nobody caught in a page').toEqual([]);
  }
}

type VisitorOptions = Partial<Pick<OpenOptions, 'room' | 'media' | 'standingOffers'>> & {
  /** Of the room that is made where none is given. */
  readonly capacity?: number;
  /** A page to use again. */
  readonly page?: HarnessPage;
};

/** Waits until two visitors are linked, as both see it. */
export async function linked(a: Visitor, b: Visitor): Promise<void> {
  await Promise.all([
    a.page.event('link-state', { peer: b.id, state: 'connected' }),
    b.page.event('link-state', { peer: a.id, state: 'connected' }),
  ]);
}

/** What came about did so by itself, not since a deadline had passed. */
export async function expectNoRepairs(...visitors: readonly Visitor[]): Promise<void> {
  for (const { page } of visitors) {
    const repairs = (await page.driver.events()).filter(({ kind }) => kind === 'repair');
    expect(repairs, `repairs by ${page.name}`).toEqual([]);
  }
}

/** The code with which a call into a page fails. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | 'no error'> {
  try {
    await call;
    return 'no error';
  } catch (error) {
    if (error instanceof PageCallError && error.code !== undefined) return error.code;
    throw error;
  }
}

/** Sends a text one way and waits until it has arrived, whole. */
export async function say(from: Visitor, to: Visitor, text: string): Promise<void> {
  const sent = await from.page.driver.send(to.id, text);
  await to.page.event('message', { peer: from.id, message: sent });
}
