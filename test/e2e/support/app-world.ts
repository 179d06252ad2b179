import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '../../../scripts/browser/chromium.ts';
import { startStack, type Stack } from '../../../scripts/stack/index.ts';
import { emulatorFromEnvironment, stackFromEnvironment } from '../../support/stack-environment.ts';
import { AppPage } from './app-page.ts';

/** Emulators take up to two minutes to start on a busy machine. */
const START_LIMIT_MS = 180_000;
const DESKTOP = { width: 1280, height: 800 };

type PersonOptions = {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Runs in the page before anything else. */
  readonly before?: () => void;
};

/** The app as it is deployed, on a Hosting emulator of this file's own; and a browser with people in it. */
export class AppWorld {
  #stack: Stack | undefined;
  #browser: Browser | undefined;
  #people: AppPage[] = [];

  /** Call it once at the top of a file. */
  static use(): AppWorld {
    const world = new AppWorld();
    beforeAll(() => world.#open(), START_LIMIT_MS);
    afterEach(({ task }) => world.#sendHome(task.result?.state === 'fail'));
    afterAll(async () => {
      await world.#browser?.close();
      await world.#stack?.stop();
    });
    return world;
  }

  get stack(): Stack {
    if (this.#stack === undefined) throw new Error('The stack is not there yet: beforeAll starts it.');
    return this.#stack;
  }

  /** Somebody with a camera, a microphone, and a browser that has never been here. */
  async person(name: string, { viewport = DESKTOP, before }: PersonOptions = {}): Promise<AppPage> {
    if (this.#browser === undefined || this.stack.hosting === undefined)
      throw new Error('The browser is not there yet: beforeAll opens it.');
    const context = await this.#browser.newContext({ viewport, baseURL: this.stack.hosting.url });
    if (before !== undefined) await context.addInitScript(before);
    const person = await AppPage.in(context, name);
    this.#people.push(person);
    return person;
  }

  /** Two in a call: the one who made the room, and the one who got the link. */
  async pair(options: { readonly seats?: number } = {}): Promise<readonly [AppPage, AppPage, string]> {
    const ada = await this.person('Ada');
    const ben = await this.person('Ben');
    const link = await ada.createRoom(options);
    await ada.join();
    await ben.openAndJoin(link);
    await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);
    return [ada, ben, link];
  }

  async #open(): Promise<void> {
    const { chromium } = stackFromEnvironment();
    if (chromium === undefined)
      throw new Error('No browser was handed over. Run these tests with "npm test".');
    const emulator = emulatorFromEnvironment();
    this.#stack = await startStack({
      services: ['auth', 'firestore', 'hosting'],
      ...(emulator !== undefined && { emulator }),
    });
    this.#browser = await launchChromium({ executable: chromium });
  }

  async #sendHome(failed: boolean): Promise<void> {
    const people = this.#people;
    this.#people = [];
    if (failed) for (const person of people) process.stderr.write(`${await person.story()}\n`);
    const faults = people.flatMap((person) => person.faults);
    for (const { context } of people) await context.close();
    expect(faults, 'errors that nobody caught in a page').toEqual([]);
  }
}
