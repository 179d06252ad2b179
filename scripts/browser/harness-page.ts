import path from 'node:path';
import type { ErrorCode } from 'firesignal';
import type { Browser, Page } from 'playwright-core';
import { newContext } from './chromium.ts';
import type {
  DriverAnswer,
  EventKind,
  EventOf,
  EventPattern,
  HarnessDriver,
  HarnessEvent,
} from './harness/contract.ts';
import type { PageSource } from './page-server.ts';

export const HARNESS: PageSource = {
  name: 'harness',
  script: path.join(import.meta.dirname, 'harness', 'driver.ts'),
};

/** Nothing that is waited for takes longer, on a slow machine either; it is a bound, not a pace. */
export const WAIT_LIMIT_MS = 30_000;

/** The driver as seen from outside the page: everything is a promise. */
export type RemoteDriver = {
  readonly [K in keyof HarnessDriver]: (
    ...args: Parameters<HarnessDriver[K]>
  ) => Promise<Awaited<ReturnType<HarnessDriver[K]>>>;
};

/** A call into the page failed there. `code` is the SDK's, where the SDK has thrown it. */
export class PageCallError extends Error {
  override readonly name = 'PageCallError';
  readonly code: ErrorCode | undefined;
  /** The message as it was thrown. */
  readonly reason: string;
  constructor(where: string, answer: Extract<DriverAnswer, { ok: false }>) {
    super(`${where}: ${answer.code ?? answer.name}: ${answer.message}`);
    this.code = answer.code;
    this.reason = answer.message;
  }
}

export type HarnessPageOptions = {
  /** Shown in errors, and as the peer's name. */
  readonly name: string;
  readonly origin: string;
  /** Count the SDK's timers and listeners too. */
  readonly instrumented?: boolean;
};

/** One page with the harness, in a browser context of its own. */
export class HarnessPage {
  readonly name: string;
  readonly page: Page;
  /** Errors that nobody caught, and crashes. There must be none. */
  readonly faults: string[] = [];
  readonly driver: RemoteDriver;
  #isToCrash = false;

  private constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(`${name}: ${error.stack ?? error.message}`));
    page.on('crash', () => {
      if (!this.#isToCrash) this.faults.push(`${name}: the page crashed`);
    });
    this.driver = new Proxy({} as RemoteDriver, {
      get: (_target, method) =>
        typeof method === 'string' ? (...args: unknown[]) => this.#call(method, args) : undefined,
    });
  }

  static async open(browser: Browser, options: HarnessPageOptions): Promise<HarnessPage> {
    const context = await newContext(browser);
    const opened = new HarnessPage(options.name, await context.newPage());
    await opened.load(options);
    return opened;
  }

  /** Loads the harness, anew if it was loaded before. */
  async load({ origin, instrumented = false }: Omit<HarnessPageOptions, 'name'>): Promise<void> {
    const file = instrumented ? `${HARNESS.name}/instrumented` : HARNESS.name;
    // Module scripts run before the load event, which goto() waits for.
    await this.page.goto(`${origin}/${file}`);
  }

  /** Waits for an event of the page; `from` is the index of the first one that counts. */
  event<K extends EventKind>(
    kind: K,
    pattern: Readonly<Record<string, unknown>> = {},
    from = 0,
    limitMs = WAIT_LIMIT_MS,
  ): Promise<EventOf<K>> {
    const wanted: EventPattern = { ...pattern, kind };
    return this.#within(
      this.driver.waitFor(wanted, from) as Promise<EventOf<K>>,
      `an event like ${JSON.stringify(wanted)}`,
      limitMs,
    );
  }

  /** Waits until a page that has opened a room has so many answers to standing offers ready. */
  async answersPrepared(answers: number): Promise<void> {
    let from = 0;
    for (let prepared = 0; prepared < answers; prepared += 1)
      from = (await this.event('gathered', { description: 'answer' }, from)).index + 1;
  }

  /** The index that the page's next event will have: to wait for what comes from now on. */
  async mark(): Promise<number> {
    return (await this.driver.events()).length;
  }

  /** Waits until so many frames of each of so many incoming videos have been decoded. */
  frames(peer: string, frames: number, streams = 1): Promise<readonly number[]> {
    return this.#within(this.driver.waitForFrames(peer, frames, streams), `${String(frames)} decoded frames`);
  }

  /** Everything that happened, for a person who has to find out why a test failed. */
  async story(): Promise<string> {
    const events = await this.driver.events().catch((): HarnessEvent[] => []);
    return [
      `--- ${this.name}`,
      ...events.map(({ at, index: _, ...data }) => `${at.toFixed(1)} ${JSON.stringify(data)}`),
      ...this.faults,
    ].join('\n');
  }

  /** Ends the page's process: nothing of the page runs any more, not even what it does when it is closed. */
  async crash(): Promise<void> {
    this.#isToCrash = true;
    const crashed = this.page.waitForEvent('crash', { timeout: WAIT_LIMIT_MS });
    const session = await this.page.context().newCDPSession(this.page);
    // Its answer never comes.
    session.send('Page.crash').catch(() => undefined);
    await crashed;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #call(method: string, args: readonly unknown[]): Promise<unknown> {
    const answer = await this.page.evaluate(
      ([name, values]) => {
        if (window.firesignalHarness === undefined) throw new Error('The harness is not loaded.');
        return window.firesignalHarness(name, values);
      },
      [method, args] as const,
    );
    if (answer.ok) return answer.value;
    throw new PageCallError(`${this.name}.${method}()`, answer);
  }

  async #within<T>(promise: Promise<T>, what: string, limitMs = WAIT_LIMIT_MS): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.name} waited ${String(limitMs / 1000)} s in vain for ${what}.`)),
        limitMs,
      );
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
