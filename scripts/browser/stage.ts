import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { HARNESS, HarnessPage } from './harness-page.ts';
import { startPageServer, type PageServer, type PageSource } from './page-server.ts';

/** A browser with the project's pages in reach. */
export type Stage = {
  readonly browser: Browser;
  /** Where the pages are served. */
  readonly origin: string;
  /** Opens the harness in a context of its own. */
  readonly openHarness: (name: string, options?: { readonly instrumented?: boolean }) => Promise<HarnessPage>;
  /** Closes everything: pages, browser, server. */
  readonly close: () => Promise<void>;
};

export type StageOptions = {
  /** Path of a browser of the Chromium family. */
  readonly chromium: string;
  readonly headed?: boolean;
  /** Pages to serve beside the harness. */
  readonly pages?: readonly PageSource[];
};

export async function openStage(options: StageOptions): Promise<Stage> {
  const [browser, server] = await both(
    launchChromium({ executable: options.chromium, ...(options.headed === true && { headed: true }) }),
    startPageServer([HARNESS, ...(options.pages ?? [])]),
  );
  return {
    browser,
    origin: server.origin,
    openHarness: (name, { instrumented = false } = {}) =>
      HarnessPage.open(browser, { name, origin: server.origin, instrumented }),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Waits for both; if one fails, the other is not left open. */
async function both(
  launching: Promise<Browser>,
  serving: Promise<PageServer>,
): Promise<[Browser, PageServer]> {
  try {
    return await Promise.all([launching, serving]);
  } catch (error) {
    await Promise.allSettled([
      launching.then((browser) => browser.close()),
      serving.then((server) => server.close()),
    ]);
    throw error;
  }
}
