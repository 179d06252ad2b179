import { admissionPath, beaconPath, mailPath, seatPath, uidOf } from '@firesignal/protocol';
import type { DocumentData, Timestamp } from 'firebase/firestore';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Overseer } from '../../scripts/conformance/overseer.ts';
import { BrowserWorld, expectNoRepairs, type Visitor } from '../support/browser/world.ts';
import type { JoinOptions } from '../support/minimal-client/page.ts';
import { MINIMAL, MinimalPage } from '../support/minimal-client/minimal-page.ts';

const world = BrowserWorld.use([MINIMAL]);
let overseer: Overseer;
const pages: MinimalPage[] = [];

beforeEach(() => {
  overseer = new Overseer(world.backend);
});
afterEach(async () => {
  await overseer.close();
  const open = pages.splice(0);
  for (const page of open) await page.close();
  expect(open.flatMap(({ faults }) => faults)).toEqual([]);
});

type Minimal = { readonly page: MinimalPage; readonly id: string; readonly seat: number };

async function seatOf(room: string, peer: string): Promise<number> {
  for (let seat = 0; seat < 16; seat += 1)
    if ((await overseer.read(seatPath(room, seat)))?.['peer'] === peer) return seat;
  throw new Error('This peer has no seat.');
}

async function minimalPage(): Promise<MinimalPage> {
  const page = await MinimalPage.open(world.stage.browser, world.stage.origin);
  pages.push(page);
  return page;
}

type MinimalOptions = Partial<JoinOptions> & { readonly page?: MinimalPage };

async function minimal(
  room: string,
  { page, name = 'Mina', ...options }: MinimalOptions = {},
): Promise<Minimal> {
  page ??= await minimalPage();
  const id = await page.join(world.backend, room, { name, ...options });
  return { page, id, seat: await seatOf(room, id) };
}

/** Both ways, a message that has arrived. */
async function talk(full: Visitor, { page, id }: Minimal): Promise<void> {
  await Promise.all([
    full.page.event('link-state', { peer: id, state: 'connected' }),
    page.until(`open ${full.id}`),
  ]);
  await full.page.driver.send(id, 'hello Mina');
  await page.until(`message ${full.id} hello Mina`);
  await page.send(full.id, 'hello Ada');
  await full.page.event('message', { peer: id, message: { type: 'text', text: 'hello Ada' } });
}

describe('a minimal client and a full one', () => {
  it.each(['full', 'minimal'])('[MP15] talk both ways, the %s one having come first', async (first) => {
    let ada: Visitor;
    let mina: Minimal;
    if (first === 'full') {
      ada = await world.member('Ada', { media: 'camera' });
      mina = await minimal(ada.room);
    } else {
      const visitor = await world.visitor('Ada', { media: 'camera' });
      mina = await minimal(visitor.room);
      await visitor.page.driver.join();
      ada = visitor;
    }
    await talk(ada, mina);
    await expectNoRepairs(ada);
  });

  it('[MP5] meet by an offer of the full one: the other has none, not even in its beacon', async () => {
    const ada = await world.member('Ada');
    const mina = await minimal(ada.room);
    await talk(ada, mina);
    const mail = await overseer.read(mailPath(ada.room, ada.id, mina.seat));
    expect(mail).not.toHaveProperty('offer');
    expect(mail).toHaveProperty('answer');
    expect(await overseer.read(beaconPath(ada.room, mina.id))).not.toHaveProperty('offer');
  });

  it('[MP6] meet over a new connection when the first one has broken', async () => {
    const ada = await world.member('Ada');
    const mina = await minimal(ada.room);
    await talk(ada, mina);
    const { conn } = await ada.page.driver.link(mina.id);
    const mark = await ada.page.mark();
    await ada.page.driver.closeConnection(mina.id);
    await ada.page.event('link-state', { peer: mina.id, state: 'connected' }, mark);
    expect((await ada.page.driver.link(mina.id)).conn).toBeGreaterThan(conn);
    await ada.page.driver.send(mina.id, 'hello again');
    await mina.page.until(`message ${ada.id} hello again`);
  });

  it('[MP9] talk over the same connection when the minimal one has asked for new ICE', async () => {
    const ada = await world.member('Ada');
    const mina = await minimal(ada.room, { faults: ['asks for new ICE with its first answer'] });
    const isRestart = { direction: 'out', parts: ['offer'], route: 'mailbox' };
    const { trace: first } = await ada.page.event('signal', { peer: mina.id, trace: isRestart });
    const { trace, index } = await ada.page.event('signal', {
      peer: mina.id,
      trace: { ...isRestart, rev: first.rev + 1 },
    });
    expect(trace.conn).toBe(first.conn);
    await ada.page.event('signal', { peer: mina.id, trace: { direction: 'in', parts: ['answer'] } }, index);
    await talk(ada, mina);
    expect((await ada.page.driver.link(mina.id)).conn).toBe(first.conn);
    await expectNoRepairs(ada);
  });

  it('[MP14] part with nothing left of it', async () => {
    const ada = await world.member('Ada');
    const mina = await minimal(ada.room);
    await talk(ada, mina);
    await mina.page.leave();
    await ada.page.event('link-state', { peer: mina.id, state: 'closed' });
    expect((await world.below(ada.room)).filter((path) => path.includes(mina.id))).toEqual([]);
    expect(await overseer.read(seatPath(ada.room, mina.seat))).toBeUndefined();
    await ada.page.driver.leave();
    expect(await world.below(ada.room)).toEqual([]);
  });
});

describe('a minimal client', () => {
  it('[MP13] takes its seat and puts up its beacon in one commit', async () => {
    const ada = await world.visitor('Ada');
    const mina = await minimal(ada.room);
    const seat = await overseer.read(seatPath(ada.room, mina.seat));
    const beacon = await overseer.read(beaconPath(ada.room, mina.id));
    expect(seat).toMatchObject({ peer: mina.id, answerOnly: true, met: [] });
    expect(beacon?.['renewedAt']).toEqual(seat?.['joinedAt']);
  });

  it('[MP13] finds itself in its seat when the commit has got through and the answer says that it has not', async () => {
    const ada = await world.member('Ada');
    const page = await minimalPage();
    let refused = 0;
    await page.page.route(/documents:commit/, async (route) => {
      const response = await route.fetch();
      const isJoin = route.request().postData()?.includes('/seats/') === true;
      if (!isJoin || refused > 0) return route.fulfill({ response });
      refused += 1;
      const error = { code: 403, status: 'PERMISSION_DENIED', message: 'It was sent twice.' };
      return route.fulfill({ status: 403, json: { error } });
    });
    const mina = await minimal(ada.room, { page });
    expect(refused).toBe(1);
    await talk(ada, mina);
    const seats = (await world.below(ada.room)).filter((path) => path.startsWith('seats/'));
    expect(seats).toHaveLength(2);
  });

  const renewedAt = ({ data }: { readonly data: DocumentData | undefined }): number =>
    (data?.['renewedAt'] as Timestamp | undefined)?.toMillis() ?? 0;

  it('[MP12] renews its beacon after a minute, and at once when it is marked lost', async () => {
    const ada = await world.member('Ada');
    const page = await minimalPage();
    await page.page.clock.install();
    const mina = await minimal(ada.room, { page });
    await talk(ada, mina);
    await overseer.watch(`rooms/${ada.room}/beacons`);
    const path = beaconPath(ada.room, mina.id);
    const begin = renewedAt(overseer.sightings.find((sighting) => sighting.path === path)!);
    const later = (time: number) =>
      overseer.until((seen) => seen.path === path && renewedAt(seen) > time, { withinMs: 10_000 });

    await overseer.change(seatPath(ada.room, mina.seat), {
      lostAt: new Date(),
      lostBy: await seatOf(ada.room, ada.id),
    });
    const proof = await later(begin);
    expect(proof).toBeDefined();

    await page.page.clock.runFor(61_000);
    expect(await later(renewedAt(proof!))).toBeDefined();
  });
});

describe('a minimal client, when somebody is thrown out,', () => {
  /** What a moderator's commit comes to. */
  const throwOut = async (room: string, seat: number, peer: string): Promise<void> => {
    await overseer.change(seatPath(room, seat), { kicked: new Date() });
    await overseer.remove(beaconPath(room, peer));
    await overseer.remove(admissionPath(room, uidOf(peer)));
  };

  it('is over if it is the one', async () => {
    const ada = await world.member('Ada');
    const mina = await minimal(ada.room);
    await talk(ada, mina);
    await throwOut(ada.room, mina.seat, mina.id);
    await Promise.all([mina.page.until('over'), mina.page.until(`closed ${ada.id}`)]);
  });

  it('[KI4] closes its link to another one, whose seat is free for the next', async () => {
    const ada = await world.page('Ada');
    const room = await ada.driver.createRoom({ capacity: 2 });
    const [moss, mina] = [await minimal(room, { name: 'Moss' }), await minimal(room)];
    await Promise.all([mina.page.until(`open ${moss.id}`), moss.page.until(`open ${mina.id}`)]);
    await throwOut(room, moss.seat, moss.id);
    await mina.page.until(`closed ${moss.id}`);
    const nora = await minimal(room, { name: 'Nora' });
    expect(nora.seat).toBe(moss.seat);
    await mina.page.until(`open ${nora.id}`);
  });
});

describe('two minimal clients', () => {
  it.each(['lower', 'higher'])(
    '[MP4] talk both ways, the one in the lower seat having offered, and that in the %s come first',
    async (first) => {
      const ada = await world.page('Ada');
      const room = await ada.driver.createRoom({ capacity: 2 });
      const page = await minimalPage();
      // The client takes any free seat.
      await page.page.evaluate((value) => void (Math.random = () => value), first === 'lower' ? 0 : 0.99);
      const mina = await minimal(room, { page });
      expect(mina.seat).toBe(first === 'lower' ? 0 : 1);
      const moss = await minimal(room, { name: 'Moss' });
      await Promise.all([mina.page.until(`open ${moss.id}`), moss.page.until(`open ${mina.id}`)]);
      await mina.page.send(moss.id, 'hello Moss');
      await moss.page.until(`message ${mina.id} hello Moss`);
      await moss.page.send(mina.id, 'hello Mina');
      await mina.page.until(`message ${moss.id} hello Mina`);
      const [lower, higher] = mina.seat < moss.seat ? [mina, moss] : [moss, mina];
      expect(await overseer.read(mailPath(room, higher.id, lower.seat))).toHaveProperty('offer');
      expect(await overseer.read(mailPath(room, lower.id, higher.seat))).not.toHaveProperty('offer');
      await mina.page.leave();
      await moss.page.leave();
      expect(await world.below(room)).toEqual([]);
    },
  );
});
