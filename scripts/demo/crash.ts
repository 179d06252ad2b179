import { PageCallError } from '../browser/harness-page.ts';
import { linked, now, type Meeting, type Member } from './meeting.ts';
import type { CrashRecord } from './mesh-record.ts';

/** ICE needs seconds to miss somebody; the mark comes after what could still repair the link. */
const MARK_LIMIT_MS = 120_000;
/** A seat that is marked is kept for a minute and a half. */
const SEAT_LIMIT_MS = 150_000;
/** As somebody would who keeps trying. */
const TRY_EVERY_MS = 3_000;

/** Not yet: the seat is kept, or the security rules keep it for a moment longer than it looked. */
const NOT_YET: ReadonlySet<unknown> = new Set(['signaling/room-full', 'signaling/permission-denied']);

/**
 * The page of one is killed. The others notice, one of them marks the seat, and when its time is over
 * somebody else takes it.
 */
export async function killOne(
  meeting: Meeting,
  victim: Member,
  others: readonly Member[],
  newcomerName: string,
): Promise<Omit<CrashRecord, 'newcomer'> & { readonly newcomer: Member }> {
  const newcomer = await meeting.enter(await meeting.guest(newcomerName));
  const killedAt = now();
  await victim.page.crash();
  const [noticed, markedAt] = await Promise.all([
    Promise.all(others.map((other) => notices(other, victim))),
    Promise.all(others.map((other) => marks(other, victim))),
  ]);
  const seatedAt = await takesSeat(newcomer);
  const links = await Promise.all(others.map((other) => linked(newcomer, other)));
  return {
    victim: victim.page.name,
    newcomer,
    killedAt,
    noticed,
    markedAt: Math.min(...markedAt),
    seatedAt,
    linkedAt: Math.max(...links),
  };
}

async function notices({ page }: Member, victim: Member): Promise<CrashRecord['noticed'][number]> {
  const pattern = { peer: victim.id, state: 'interrupted' };
  const { at } = await page.event('link-state', pattern, 0, MARK_LIMIT_MS);
  return { name: page.name, at };
}

async function marks({ page }: Member, victim: Member): Promise<number> {
  return (await page.event('roster', { lost: [victim.id] }, 0, MARK_LIMIT_MS)).at;
}

async function takesSeat({ page }: Member): Promise<number> {
  const end = now() + SEAT_LIMIT_MS;
  for (;;) {
    try {
      await page.driver.join();
      return (await page.event('joined')).at;
    } catch (error) {
      const isEarly = error instanceof PageCallError && NOT_YET.has(error.code);
      if (!isEarly || now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  }
}
