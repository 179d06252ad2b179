import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { newContext } from '../../../scripts/browser/chromium.ts';
import { WAIT_LIMIT_MS } from '../../../scripts/browser/harness-page.ts';
import type { PageSource } from '../../../scripts/browser/page-server.ts';
import type { Backend } from './minimal-client.ts';
import type { JoinOptions, MinimalPageApi } from './page.ts';

export const MINIMAL: PageSource = { name: 'minimal', script: path.join(import.meta.dirname, 'page.ts') };

/** One page with the minimal client, in a browser context of its own. */
export class MinimalPage {
  readonly page: Page;
  /** Errors that nobody caught. There must be none. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(error.stack ?? error.message));
  }

  static async open(browser: Browser, origin: string): Promise<MinimalPage> {
    const page = await (await newContext(browser)).newPage();
    page.setDefaultTimeout(WAIT_LIMIT_MS);
    await page.goto(`${origin}/${MINIMAL.name}`);
    return new MinimalPage(page);
  }

  join(backend: Backend, room: string, options: JoinOptions): Promise<string> {
    return this.#call('join', backend, room, options);
  }

  async send(peer: string, text: string): Promise<void> {
    await this.#call('send', peer, text);
  }

  async leave(): Promise<void> {
    await this.#call('leave');
  }

  /** Waits for one of the things that page.ts tells of. */
  async until(what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`The minimal client waited in vain for: ${what}.`)),
        WAIT_LIMIT_MS,
      );
    });
    await Promise.race([this.#call('until', what), late]).finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #call<K extends keyof MinimalPageApi>(
    method: K,
    ...args: Parameters<MinimalPageApi[K]>
  ): Promise<Awaited<ReturnType<MinimalPageApi[K]>>> {
    return (await this.page.evaluate(
      ([name, values]) =>
        (window.minimal as unknown as Record<string, (...all: unknown[]) => unknown>)[name]?.(...values),
      [method as string, args as unknown[]] as const,
    )) as Awaited<ReturnType<MinimalPageApi[K]>>;
  }
}
