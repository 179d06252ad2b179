import { beforeAll, describe, expect, it } from 'vitest';
import { MESH_BUDGETS } from '../../scripts/demo/budgets.ts';
import { joinToAllMs, pairsConnected, pairsSeen, pathsOf } from '../../scripts/demo/mesh-figures.ts';
import { runMesh } from '../../scripts/demo/mesh.ts';
import type { MeshRecord } from '../../scripts/demo/mesh-record.ts';
import { BrowserWorld, expectNoRepairs, linked, say, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();

const PEERS = 6;
const PAIRS = 15;

async function allLinked(...visitors: readonly Visitor[]): Promise<void> {
  await Promise.all(
    visitors.flatMap((one, number) => visitors.slice(0, number).map((other) => linked(one, other))),
  );
}

/** Waits until the roster of each shows all of them and nobody else. */
async function allInRoster(...visitors: readonly Visitor[]): Promise<void> {
  const wanted = visitors.map(({ id }) => id).toSorted();
  await Promise.all(
    visitors.map(async ({ page }) => {
      for (;;) {
        const mark = await page.mark();
        const shown = await page.driver.roster();
        if (shown.toSorted().join() === wanted.join()) return;
        await page.event('roster', {}, mark);
      }
    }),
  );
}

/** The same page again, on another visit. */
function back(visitor: Visitor): Promise<Visitor> {
  return world.member(visitor.page.name, { room: visitor.room, page: visitor.page });
}

describe('six who come one by one', () => {
  let record: MeshRecord;

  beforeAll(async () => {
    const { backend, database, stage } = world;
    const plan = { peers: PEERS, isRush: false, hasCrash: false };
    record = await runMesh({ stage, backend, database, stream: null }, plan);
    expect([...record.problems, ...record.stories]).toEqual([]);
  });

  it('[CA11] are linked in fifteen pairs, each over a standing offer in one hop', () => {
    expect(pairsConnected(record.members)).toBe(PAIRS);
    expect(pathsOf(record)).toEqual({ hops: 1, standing: PAIRS, mailed: 0 });
    expect(joinToAllMs(record).slice(1)).not.toContain(undefined);
  });

  it('[CA1] exchange messages and video in every pair', () => {
    expect(record.messages).toBe(2 * PAIRS);
    expect(pairsSeen(record.members)).toBe(PAIRS);
  });

  it('[CA12] cost no more documents than their budget', () => {
    const { writes, reads, ruleReads, deletes } = MESH_BUDGETS.get(PEERS)!;
    expect(record.ledger?.writes).toBeLessThanOrEqual(writes);
    expect(record.ledger?.reads).toBeLessThanOrEqual(reads);
    expect(record.ruleReads).toBeLessThanOrEqual(ruleReads);
    expect(record.ledger?.deletes).toBeLessThanOrEqual(deletes);
  });

  it('[ER6] leave no seat for a seventh, who is told what to do', () => {
    expect(record.refusal).toMatchObject({
      code: 'signaling/room-full',
      reason: expect.stringContaining('Try again when somebody has left') as string,
    });
  });

  it('[CA3] leave nothing behind', () => {
    expect(record.leftovers).toEqual([]);
  });
});

describe('six who join at the same time', () => {
  it('[CA6] are each linked to all others', async () => {
    const ada = await world.visitor('Ada', { capacity: PEERS });
    const all = [ada];
    for (const name of ['Ben', 'Cleo', 'Dan', 'Eve', 'Fay'])
      all.push(await world.visitor(name, { room: ada.room }));
    await Promise.all([...all.map(({ page }) => page.driver.join()), allLinked(...all)]);
    await allInRoster(...all);
    await expectNoRepairs(...all);
    await Promise.all(all.map(({ page }) => page.driver.leave()));
    expect(await world.below(ada.room)).toEqual([]);
  });
});

describe('four who come and go', () => {
  it('[CA13] are linked whatever the order, and every roster shows who is there and nobody else', async () => {
    let ada = await world.member('Ada', { capacity: 4 });
    let ben = await world.member('Ben', { room: ada.room });
    let [cleo, dan] = await Promise.all([
      world.member('Cleo', { room: ada.room }),
      world.member('Dan', { room: ada.room }),
    ]);
    await allLinked(ada, ben, cleo, dan);
    await allInRoster(ada, ben, cleo, dan);

    // Two go at once, one of them comes back at once, and the first of all goes meanwhile.
    await Promise.all([ben.page.driver.leave(), cleo.page.driver.leave()]);
    [cleo] = await Promise.all([back(cleo), ada.page.driver.leave()]);
    await allLinked(cleo, dan);
    await allInRoster(cleo, dan);

    // All but one are new, and two of them come at once.
    [ada, ben] = await Promise.all([back(ada), back(ben)]);
    await allLinked(ada, ben, cleo, dan);
    await allInRoster(ada, ben, cleo, dan);
    await say(ada, dan, 'here we are again');
    await say(ben, cleo, 'so we are');

    // The last one who had been there from the start changes places with itself.
    await dan.page.driver.leave();
    dan = await back(dan);
    await allLinked(ada, ben, cleo, dan);
    await allInRoster(ada, ben, cleo, dan);
    await Promise.all([ada, ben, cleo, dan].map(({ page }) => page.driver.leave()));
    expect(await world.below(ada.room)).toEqual([]);
  });
});
