import { PageCallError, type HarnessPage } from '../browser/harness-page.ts';
import { settleAccounts } from './accounts.ts';
import type { CallWorld } from './call.ts';
import { killOne } from './crash.ts';
import { linked, Meeting, now, see, signedIn, talk, type Guest, type Member } from './meeting.ts';
import type { MeshPeer, MeshPlan, MeshRecord, Refusal } from './mesh-record.ts';
import { ruleReadsOf } from './rule-reads.ts';

/** In the order of their coming; one more than there are seats, and one who comes after a crash. */
const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal'] as const;
const nameOf = (number: number): string => NAMES[number] ?? `Peer ${number}`;
export const PEERS_MAX = NAMES.length - 2;

type Draft = { -readonly [K in keyof MeshRecord]: MeshRecord[K] } & {
  problems: string[];
  stories: string[];
};

/** So many pages meet in a room, all talk to and see each other, and leave nothing behind. What goes wrong is part of the record. */
export async function runMesh(world: CallWorld, plan: MeshPlan): Promise<MeshRecord> {
  const record: Draft = {
    startedAt: now(),
    plan,
    members: [],
    messages: 0,
    problems: [],
    stories: [],
  };
  const pages: HarnessPage[] = [];
  const members: Member[] = [];
  try {
    await play(world, record, pages, members);
  } catch (error) {
    record.problems.push(error instanceof Error ? error.message : String(error));
    record.members = await Promise.all(members.map((member) => described(member, members)));
    for (const page of pages) record.stories.push(await page.story());
  } finally {
    for (const page of pages) {
      record.problems.push(...page.faults);
      await page.close();
    }
  }
  return record;
}

async function play(world: CallWorld, record: Draft, pages: HarnessPage[], members: Member[]): Promise<void> {
  const { plan } = record;
  const step = world.onStep ?? (() => undefined);
  step('signing in');
  const creator = await world.stage.openHarness(nameOf(0));
  pages.push(creator);
  while (pages.length < plan.peers) pages.push(await world.stage.openHarness(nameOf(pages.length)));
  const guests = await Promise.all(pages.map((page) => signedIn(world, page)));
  if (new Set(guests.map(({ uid }) => uid)).size < guests.length)
    record.problems.push('Two pages signed in as the same user.');

  step('creating a room');
  const roomId = await creator.driver.createRoom({ capacity: plan.peers });
  const meeting = new Meeting(world, plan, roomId, pages);
  step('joining');
  if (plan.isRush) await comeAtOnce(meeting, record, guests, members);
  else await comeOneByOne(meeting, record, guests, members);
  await world.onVideo?.(...pages);

  step('refusing one more');
  record.refusal = await refuse(meeting, nameOf(plan.peers));
  // Read while everybody is there: a link that has closed tells less.
  const talked = await Promise.all(members.map((member) => described(member, members)));
  record.members = talked;

  const leaving = plan.hasCrash ? await withCrash(meeting, record, members) : members;
  step('leaving');
  for (const { page } of leaving.toReversed()) await page.driver.leave();
  record.members = await Promise.all(
    talked.map(async (peer) => {
      const page = leaving.find(({ id }) => id === peer.peerId)?.page;
      return page === undefined ? peer : { ...peer, events: await page.driver.events() };
    }),
  );
  step('counting');
  await settle(meeting, record, leaving);
}

/** Kills the page of the one who came last. Returns who is there when somebody else has its seat. */
async function withCrash(
  meeting: Meeting,
  record: Draft,
  members: readonly Member[],
): Promise<readonly Member[]> {
  meeting.world.onStep?.('killing a page');
  const [victim, ...others] = members.toReversed();
  if (victim === undefined) return members;
  const present = others.toReversed();
  const { newcomer, ...crash } = await killOne(meeting, victim, present, nameOf(meeting.plan.peers + 1));
  record.crash = { ...crash, newcomer: newcomer.page.name };
  return [...present, newcomer];
}

/** As people do who come for a talk: the next one comes when those who are there talk to and see each other. */
async function comeOneByOne(
  meeting: Meeting,
  record: Draft,
  guests: readonly Guest[],
  members: Member[],
): Promise<void> {
  for (const guest of guests) {
    const present = [...members];
    const member = await meeting.enter(guest);
    members.push(member);
    // What a person who looks around in the lobby waits for without noticing.
    await member.page.answersPrepared(present.length);
    await Promise.all([member.page.driver.join(), ...present.map((other) => linked(member, other))]);
    await Promise.all(
      present.map(async (other) => {
        const messages = await talk(member, other);
        record.messages += messages;
        await see(member, other);
      }),
    );
  }
}

/** All look around in the empty room, and join at the same moment. */
async function comeAtOnce(
  meeting: Meeting,
  record: Draft,
  guests: readonly Guest[],
  members: Member[],
): Promise<void> {
  for (const guest of guests) members.push(await meeting.enter(guest));
  const pairs = members.flatMap((one, number) =>
    members.slice(0, number).map((other) => [one, other] as const),
  );
  await Promise.all([
    ...members.map(({ page }) => page.driver.join()),
    ...pairs.map(([one, other]) => linked(one, other)),
  ]);
  for (const [one, other] of pairs) record.messages += await talk(one, other);
  await Promise.all(pairs.map(([one, other]) => see(one, other)));
}

/** Somebody comes for whom there is no seat. */
async function refuse(meeting: Meeting, name: string): Promise<Refusal> {
  const { page, id: _, uid: __ } = await meeting.enter(await meeting.guest(name), 'none');
  const refusal = await page.driver.join().then(
    () => ({ name, code: 'none', reason: 'There was a seat all the same.' }),
    (error: unknown) => ({ name, ...refusalOf(error) }),
  );
  await page.driver.leave();
  return refusal;
}

function refusalOf(error: unknown): Omit<Refusal, 'name'> {
  if (error instanceof PageCallError && error.code !== undefined)
    return { code: error.code, reason: error.reason };
  throw error;
}

/** What a member has seen so far. */
async function described({ page, id }: Member, members: readonly Member[]): Promise<MeshPeer> {
  const links = members
    .filter((other) => other.id !== id)
    .map((other) => page.driver.link(other.id).catch(() => undefined));
  return {
    name: page.name,
    peerId: id,
    events: await page.driver.events().catch(() => []),
    links: (await Promise.all(links)).filter((link) => link !== undefined),
  };
}

async function settle(
  { world, roomId, plan }: Meeting,
  record: Draft,
  members: readonly Member[],
): Promise<void> {
  const pages = members.map(({ page }) => page);
  const uids = members.map(({ uid }) => uid);
  const accounts = await settleAccounts(world, pages, roomId, uids);
  if (plan.hasCrash) {
    // Nobody knows what the killed page had counted. Its admission goes with the room.
    record.leftovers = accounts.remains;
    return;
  }
  const requests = await Promise.all(pages.map((page) => page.driver.requests()));
  const { ledger, requestStream, leftovers, stories } = accounts;
  Object.assign(record, { ledger, requestStream, leftovers, ruleReads: ruleReadsOf(requests.flat()) });
  record.stories.push(...stories);
}
