import { LIMITS, quotaPath, roomPath } from '@firesignal/protocol';
import { beforeEach, describe, it } from 'vitest';
import { newRoom, quotaOf, roomBy, secondsAgo } from './support/documents.ts';
import { anon, mallory, signedInAs, type Actor } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsGet,
  denies,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  seed,
  set,
  update,
  type Write,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

type Count = Parameters<typeof quotaOf>[1];

let n = 0;
let uid: string;
let maker: Actor;
beforeEach(() => {
  uid = `maker${String(n++)}`;
  maker = signedInAs(uid);
});

/** Another room of the maker's, counted like this. */
async function another(count: Count = {}): Promise<Write[]> {
  const { roomId, nonce } = await newRoom(uid);
  return Stage.making(uid, roomBy(uid, nonce), roomId, count);
}
const has = (count: number, since = secondsAgo(60)) =>
  seed({ [quotaPath(uid)]: quotaOf('0'.repeat(32), { count, since }) });

describe('quotas', () => {
  it('[QT1] counts every room in the commit that makes it', async () => {
    const [room, quota] = (await another()) as [Write, Write];
    await denies(maker, room);
    await allows(maker, room, quota);
    const [second] = await another();
    await denies(maker, second!);
  });

  it('[QT1] denies a room with the count of another one, or of somebody else', async () => {
    const [room] = await another();
    const [, other] = await another();
    await denies(maker, room!, other!);
    const { roomId } = await newRoom(uid);
    await denies(maker, room!, set(quotaPath('mallory'), quotaOf(roomId)));
  });

  it('[QT1] makes one room of one count, and never two in a commit', async () => {
    const since = secondsAgo(60);
    await has(3, since);
    const [a, b] = [await another({ count: 4, since }), await another({ count: 5, since })] as [
      Write[],
      Write[],
    ];
    await deniesEach(maker, {
      'two rooms, counted once': [...a, b[0]!],
      'two rooms, each counted': [...a, ...b],
      'two rooms, counted at last': [a[0]!, b[0]!, a[1]!, b[1]!],
    });
    await allows(maker, ...a);
  });

  it('[QT2] adds one for each room, up to the largest count', async () => {
    const since = secondsAgo(60);
    const max = LIMITS.ROOMS_COUNT_MAX;
    await has(3, since);
    for (const count of [1, 2, 3, 5, 3.5, -1, max]) await denies(maker, ...(await another({ count, since })));
    await denies(maker, ...(await another({ count: 4, since: secondsAgo(59) })));
    await denies(maker, ...(await another({ count: 4 })));
    await allows(maker, ...(await another({ count: 4, since })));
    await has(max - 1, since);
    await allows(maker, ...(await another({ count: max, since })));
    await denies(maker, ...(await another({ count: max + 1, since })));
    await denies(maker, ...(await another()));
  });

  it('[QT2] begins again from one when the window is over, and not before', async () => {
    await has(LIMITS.ROOMS_COUNT_MAX, secondsAgo(LIMITS.ROOMS_WINDOW_SECONDS - 30));
    await denies(maker, ...(await another()));
    await has(LIMITS.ROOMS_COUNT_MAX, secondsAgo(LIMITS.ROOMS_WINDOW_SECONDS + 1));
    for (const count of [0, 2]) await denies(maker, ...(await another({ count })));
    await denies(maker, ...(await another({ since: secondsAgo(1) })));
    await allows(maker, ...(await another()));
  });

  it('[QT2] begins with one, now', async () => {
    for (const count of [0, 2, -1, 1.5, LIMITS.ROOMS_COUNT_MAX])
      await denies(maker, ...(await another({ count })));
    await denies(maker, ...(await another({ since: secondsAgo(1) })));
    await allows(maker, ...(await another()));
  });

  it('[QT3] denies a quota with any field wrong, missing or unknown', async () => {
    const { roomId } = await newRoom(uid);
    const quota = quotaOf(roomId);
    await deniesEach(maker, setting(quotaPath(uid), broken(quota)));
    await deniesEach(
      maker,
      setting(quotaPath(uid), {
        'a short id': { ...quota, room: roomId.slice(1) },
        'a long id': { ...quota, room: `${roomId}0` },
        'upper case': { ...quota, room: 'A'.repeat(32) },
        'a path': { ...quota, room: roomPath(roomId) },
      }),
    );
    await allows(maker, set(quotaPath(uid), quota));
  });

  it('[QT4] is read and written by its user alone, and deleted by nobody', async () => {
    await has(3);
    const path = quotaPath(uid);
    await allowsGet(maker, path);
    await allowsGet(mallory, quotaPath('mallory'));
    for (const actor of [mallory, anon]) {
      await deniesGet(actor, path);
      await denies(actor, set(path, quotaOf('0'.repeat(32))));
      await denies(actor, update(path, { count: LIMITS.ROOMS_COUNT_MAX }));
    }
    for (const actor of [maker, mallory]) {
      await denies(actor, remove(path));
      await deniesList(actor, 'quotas');
    }
    await denies(maker, remove(quotaPath('nobody')));
    await denies(mallory, set(quotaPath(`${uid}-later`), quotaOf('0'.repeat(32))));
    const later = { ...quotaOf('0'.repeat(32), { since: secondsAgo(2 * LIMITS.ROOMS_WINDOW_SECONDS) }) };
    await seed({ [path]: later });
    await deniesEach(maker, {
      'no id of a room': set(path, quotaOf('x')),
      'over already': set(path, quotaOf('0'.repeat(32), { expiresAt: secondsAgo(1) })),
    });
  });
});
