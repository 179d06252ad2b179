import type { Page, Route } from 'playwright-core';

/** Requests that wait, on their way from a page, until they are let go. */
export type Hold = {
  /** The body of the first request that was caught. */
  readonly caught: Promise<string>;
  /** Lets all of them go, and catches no more. */
  readonly release: () => Promise<void>;
};

/** Holds a page's commits to Firestore: between the decision to write and the write, other things can happen. */
export async function holdCommits(page: Page): Promise<Hold> {
  const COMMITS = '**/documents:commit*';
  const held: Route[] = [];
  let onCaught: (body: string) => void = () => undefined;
  const caught = new Promise<string>((resolve) => {
    onCaught = resolve;
  });
  let released = false;
  const handler = async (route: Route): Promise<void> => {
    if (released) return route.continue();
    held.push(route);
    onCaught(route.request().postData() ?? '');
  };
  await page.route(COMMITS, handler);
  return {
    caught,
    release: async () => {
      released = true;
      for (const route of held.splice(0)) await route.continue();
      await page.unroute(COMMITS, handler);
    },
  };
}
