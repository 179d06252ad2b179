import { setTimeout as delay } from 'node:timers/promises';
import { seatPath, uidOf } from '@firesignal/protocol';
import { documentsBelow, leaveMark } from '../demo/admin.ts';
import { heardFrames } from './channel-tap.ts';
import type { Verdicts } from './rows.ts';
import type { SessionWorld, Suspect } from './session.ts';

const LEAVE_LIMIT_MS = 20_000;
/** After its seat, the rest of a client goes within two seconds. */
const LOOK_INTERVAL_MS = 250;
const LOOKS_MAX = 8;

/** Tells the client to leave, and looks at how it does. */
export async function watchFarewell(
  world: SessionWorld,
  { peerId, seat }: Suspect,
  verdicts: Verdicts,
): Promise<void> {
  const { database, overseer, full, tellToLeave } = world;
  const from = overseer.sightings.length;
  const isConnected = await full.page.driver.link(peerId).then(
    ({ state }) => state === 'connected',
    () => false,
  );
  tellToLeave();
  const freed = await overseer.until(
    ({ path, data }) => path === seatPath(full.roomId, seat) && data === undefined,
    { withinMs: LEAVE_LIMIT_MS, from },
  );
  if (freed === undefined) {
    verdicts.judge('farewell', false, `the seat is still there after ${LEAVE_LIMIT_MS / 1_000} s`);
    for (const row of ['bye', 'oneLeave'] as const) verdicts.skip(row, 'it has not left');
    return;
  }
  const isOwn = (path: string): boolean =>
    path.includes(peerId) || path.endsWith(`/admissions/${uidOf(peerId)}`) || path.endsWith(`/from/${seat}`);
  const remains = async (): Promise<readonly string[]> =>
    (await documentsBelow(database, `rooms/${full.roomId}`)).filter(isOwn);
  let left = await remains();
  // One that leaves bit by bit has another fault than one that leaves something behind.
  for (let look = 0; look < LOOKS_MAX && left.length > 0; look += 1) {
    await delay(LOOK_INTERVAL_MS);
    left = await remains();
  }
  const kinds = [...new Set(left.map((path) => path.split('/')[2] ?? ''))].join(', ');
  verdicts.judge('farewell', left.length === 0, `it has left behind: ${kinds}`);
  if (isConnected)
    verdicts.judge(
      'bye',
      (await heardFrames(full.page)).some(({ type }) => type === 'bye'),
      'none has come, although the channel was open',
    );
  else verdicts.skip('bye', 'it is not connected');
  await judgeCommits(world, uidOf(peerId), verdicts);
}

/** The time of a request is that of its commit. */
async function judgeCommits(
  { database, full, requests }: SessionWorld,
  uid: string,
  verdicts: Verdicts,
): Promise<void> {
  if (requests === null) {
    verdicts.skip('oneLeave', 'only the official emulator tells');
    return;
  }
  const mark = `rooms/${full.roomId}/marks/${crypto.randomUUID()}`;
  await leaveMark(database, mark);
  await requests.until(mark);
  const first = new Map<string, string>();
  for (const { uid: who, method, path, time, allowed } of requests.evaluations)
    if (who === uid && method === 'delete' && allowed && path.startsWith(`rooms/${full.roomId}/`))
      first.set(path, first.get(path) ?? time);
  verdicts.judge('oneLeave', new Set(first.values()).size === 1, 'deletes in several commits');
}
