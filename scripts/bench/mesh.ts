import type { Backend } from '../browser/harness/contract.ts';
import type { HarnessPage } from '../browser/harness-page.ts';
import type { Stage } from '../browser/stage.ts';
import { withinLimit } from './limit.ts';
import type { Sample } from './results.ts';

/** As many as a mesh is for. */
const PEERS = 6;
/** An emulator that has just started is several times slower: these meetings are made, and not counted. */
const UNCOUNTED_MEETINGS = 3;
/** Until a page that has just opened a room does nothing any more. */
const REST_MS = 700;

type Peer = { readonly page: HarnessPage; readonly id: string };
type Timed = { readonly joinMs: number[]; failed: number };

/**
 * Lets six meet, one by one, so many times over. Gives what the sixth took from its call of `join()` until it was linked to
 * all, as all see it, and what the second took until it was linked to the first. Nothing is sent: six cameras keep a machine
 * so busy that it is measured instead.
 */
export async function measureMesh(
  stage: Stage,
  backend: Backend,
  options: { readonly runs: number; readonly say: (line: string) => void },
): Promise<[sixth: Sample, second: Sample]> {
  const sixth: Timed = { joinMs: [], failed: 0 };
  const second: Timed = { joinMs: [], failed: 0 };
  for (let run = -UNCOUNTED_MEETINGS; run < options.runs; run += 1) {
    const pages: HarnessPage[] = [];
    try {
      const joinMs = await meetOnce(stage, backend, pages);
      if (run < 0) continue;
      second.joinMs.push(joinMs[1] ?? Number.NaN);
      sixth.joinMs.push(joinMs[PEERS - 1] ?? Number.NaN);
    } catch (error) {
      sixth.failed += 1;
      options.say(`✗ meeting ${run + 1}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      for (const page of pages) await page.close();
    }
  }
  return [
    { name: 'sixth to come', ...sixth },
    { name: 'second to come', ...second },
  ];
}

/** Milliseconds from each one's join to its links, in the order of their coming. */
async function meetOnce(stage: Stage, backend: Backend, pages: HarnessPage[]): Promise<readonly number[]> {
  while (pages.length < PEERS) {
    const page = await stage.openHarness(`peer ${pages.length + 1}`);
    pages.push(page);
    await page.driver.connect(backend);
    await page.driver.signIn();
  }
  const [creator] = pages as [HarnessPage, ...HarnessPage[]];
  const room = await creator.driver.createRoom({ capacity: PEERS });
  const present: Peer[] = [];
  const joinMs: number[] = [];
  for (const page of pages) {
    const { peerId: id } = await page.driver.openRoom({ room, showsVideo: false });
    await page.answersPrepared(present.length);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    joinMs.push(await withinLimit(join({ page, id }, present)));
    present.push({ page, id });
  }
  for (const { page } of present.toReversed()) await page.driver.leave();
  await creator.driver.endRoom(room);
  return joinMs;
}

async function join(joiner: Peer, present: readonly Peer[]): Promise<number> {
  const linked = present.flatMap((other) => [connected(joiner, other), connected(other, joiner)]);
  const [opened] = await Promise.all([Promise.all(linked), joiner.page.driver.join()]);
  return Math.max(...opened) - (await joiner.page.event('join-called')).at;
}

async function connected({ page }: Peer, other: Peer): Promise<number> {
  return (await page.event('link-state', { peer: other.id, state: 'connected' })).at;
}
