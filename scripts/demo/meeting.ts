import type { HarnessPage } from '../browser/harness-page.ts';
import type { CallWorld } from './call.ts';
import type { MeshPlan } from './mesh-record.ts';

/** Somebody with a page, signed in. */
export type Guest = { readonly page: HarnessPage; readonly uid: string };

/** Somebody who has opened the room. */
export type Member = Guest & { readonly id: string };

/** A room and the pages of all who have come to it. */
export class Meeting {
  readonly world: CallWorld;
  readonly plan: MeshPlan;
  readonly roomId: string;
  readonly #pages: HarnessPage[];

  constructor(world: CallWorld, plan: MeshPlan, roomId: string, pages: HarnessPage[]) {
    this.world = world;
    this.plan = plan;
    this.roomId = roomId;
    this.#pages = pages;
  }

  /** One more, who was not there from the start. */
  async guest(name: string): Promise<Guest> {
    const page = await this.world.stage.openHarness(name);
    this.#pages.push(page);
    return signedIn(this.world, page);
  }

  /** Lets a guest into the lobby. */
  async enter(guest: Guest, media: 'thumbnail' | 'none' = 'thumbnail'): Promise<Member> {
    const { page } = guest;
    const { peerId } = await page.driver.openRoom({
      room: this.roomId,
      name: page.name,
      media,
      // Six pages that begin to show videos in the middle of a join would be what is measured.
      showsVideo: false,
    });
    return { ...guest, id: peerId };
  }
}

export async function signedIn({ backend }: CallWorld, page: HarnessPage): Promise<Guest> {
  await page.driver.connect(backend);
  return { page, uid: (await page.driver.signIn()).uid };
}

/** Waits until two are linked, as both see it, and tells since when. */
export async function linked(one: Member, other: Member): Promise<number> {
  const events = await Promise.all([
    one.page.event('link-state', { peer: other.id, state: 'connected' }),
    other.page.event('link-state', { peer: one.id, state: 'connected' }),
  ]);
  return Math.max(...events.map(({ at }) => at));
}

/** A message each way. Returns how many have arrived whole. */
export async function talk(one: Member, other: Member): Promise<number> {
  const ways = [
    [one, other],
    [other, one],
  ] as const;
  for (const [from, to] of ways) {
    const sent = await from.page.driver.send(to.id, `A word from ${from.page.name} to ${to.page.name}`);
    await to.page.event('message', { peer: from.id, message: sent });
  }
  return ways.length;
}

/** Lets each show the other's video, and waits until both do. */
export async function see(one: Member, other: Member): Promise<void> {
  await Promise.all([one.page.driver.showVideo(other.id), other.page.driver.showVideo(one.id)]);
  await Promise.all([
    one.page.event('first-frame', { peer: other.id }),
    other.page.event('first-frame', { peer: one.id }),
  ]);
}

/** The time in milliseconds since the epoch, as the pages tell it. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
