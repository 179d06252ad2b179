import type { Backend, HarnessEvent } from '../browser/harness/contract.ts';
import type { HarnessPage } from '../browser/harness-page.ts';
import type { Stage } from '../browser/stage.ts';
import { settleAccounts, type Books } from './accounts.ts';
import type { CallRecord } from './call-record.ts';
import { criticalPathHops, routeOf } from './hops.ts';

const MESSAGES_EACH_WAY = 3;
/** A few, so that a single key frame is not taken for video. */
const FRAMES_EACH_WAY = 5;

export type CallWorld = Books & {
  readonly stage: Stage;
  /** Where the pages find the backend: the emulators, or proxies in front of them. */
  readonly backend: Backend;
  /** Told what is being done. */
  readonly onStep?: (step: string) => void;
  /** Told while the pages show each other's video. */
  readonly onVideo?: (...pages: readonly HarnessPage[]) => Promise<void>;
};

type Draft = { -readonly [K in keyof CallRecord]: CallRecord[K] } & {
  problems: string[];
  stories: string[];
};

/** Two pages meet in a room, talk, see each other, and leave nothing behind. What goes wrong is part of the record. */
export async function runCall(world: CallWorld): Promise<CallRecord> {
  const record: Draft = {
    startedAt: performance.timeOrigin + performance.now(),
    creator: { name: 'Ada', events: [] },
    joiner: { name: 'Ben', events: [] },
    messages: 0,
    frames: { creator: 0, joiner: 0 },
    problems: [],
    stories: [],
  };
  const pages: HarnessPage[] = [];
  try {
    for (const { name } of [record.creator, record.joiner]) pages.push(await world.stage.openHarness(name));
    const [creator, joiner] = pages as [HarnessPage, HarnessPage];
    await play(world, record, creator, joiner);
  } catch (error) {
    record.problems.push(error instanceof Error ? error.message : String(error));
    for (const page of pages) record.stories.push(await page.story());
  } finally {
    for (const page of pages) {
      record.problems.push(...page.faults);
      await page.close();
    }
  }
  return record;
}

async function play(
  world: CallWorld,
  record: Draft,
  creator: HarnessPage,
  joiner: HarnessPage,
): Promise<void> {
  const step = world.onStep ?? (() => undefined);
  step('signing in');
  const users = await Promise.all(
    [creator, joiner].map(async (page) => {
      await page.driver.connect(world.backend);
      return page.driver.signIn();
    }),
  );
  if (users[0]?.uid === users[1]?.uid) record.problems.push('Both pages signed in as the same user.');

  step('creating a room');
  const roomId = await creator.driver.createRoom({ capacity: 2 });
  const { peerId: ada } = await creator.driver.openRoom({
    room: roomId,
    name: creator.name,
    media: 'camera',
  });
  await creator.driver.join();

  step('joining');
  const { peerId: ben } = await joiner.driver.openRoom({ room: roomId, name: joiner.name, media: 'camera' });
  // What a person who looks around in the lobby waits for without noticing.
  await joiner.event('gathered', { description: 'answer' });
  await Promise.all([
    joiner.driver.join(),
    creator.event('link-state', { peer: ben, state: 'connected' }),
    joiner.event('link-state', { peer: ada, state: 'connected' }),
  ]);

  step('talking');
  record.messages += await sendMessages(creator, ben, joiner, ada);
  record.messages += await sendMessages(joiner, ada, creator, ben);

  step('waiting for video');
  await Promise.all([
    creator.event('first-frame', { peer: ben }),
    joiner.event('first-frame', { peer: ada }),
    creator.frames(ben, FRAMES_EACH_WAY),
    joiner.frames(ada, FRAMES_EACH_WAY),
  ]);
  await world.onVideo?.(creator, joiner);
  record.creator = { ...record.creator, link: await creator.driver.link(ben) };
  record.joiner = { ...record.joiner, link: await joiner.driver.link(ada) };
  record.frames = {
    creator: sum(record.creator.link?.framesDecoded),
    joiner: sum(record.joiner.link?.framesDecoded),
  };

  step('leaving');
  await joiner.driver.leave();
  await creator.driver.leave();
  record.creator = { ...record.creator, events: await creator.driver.events() };
  record.joiner = { ...record.joiner, events: await joiner.driver.events() };
  Object.assign(record, timing(record));
  step('counting');
  const { ledger, requestStream, leftovers, stories } = await settleAccounts(
    world,
    [creator, joiner],
    roomId,
  );
  Object.assign(record, { ledger, requestStream, leftovers });
  record.stories.push(...stories);
}

/** Sends messages one way, and counts those that arrived whole. */
async function sendMessages(from: HarnessPage, to: string, at: HarnessPage, sender: string): Promise<number> {
  for (let number = 1; number <= MESSAGES_EACH_WAY; number++) {
    const sent = await from.driver.send(to, `Message ${number} from ${from.name}`);
    await at.event('message', { peer: sender, message: sent });
  }
  return MESSAGES_EACH_WAY;
}

/** How long the join took and what it waited for, from both sides' events and signals. */
function timing({ creator, joiner }: CallRecord): Pick<CallRecord, 'joinToOpenMs' | 'hops' | 'route'> {
  const joinAt = timeOf(joiner.events, { kind: 'join-called' });
  const connectedAt = {
    joiner: timeOf(joiner.events, { kind: 'link-state', state: 'connected' }),
    present: timeOf(creator.events, { kind: 'link-state', state: 'connected' }),
  };
  const signals = { joiner: joiner.link?.signals ?? [], present: creator.link?.signals ?? [] };
  return {
    joinToOpenMs: Math.max(connectedAt.joiner, connectedAt.present) - joinAt,
    hops: criticalPathHops({ ...signals, joinAt, connectedAt }),
    route: routeOf(signals.joiner),
  };
}

/** When something first happened. */
export function timeOf(
  events: readonly HarnessEvent[],
  wanted: { readonly kind: HarnessEvent['kind']; readonly state?: string },
): number {
  const found = events.find(
    (event) =>
      event.kind === wanted.kind &&
      (wanted.state === undefined || ('state' in event && event.state === wanted.state)),
  );
  return found?.at ?? Number.NaN;
}

function sum(values: readonly number[] | undefined): number {
  return values?.reduce((total, value) => total + value, 0) ?? 0;
}
