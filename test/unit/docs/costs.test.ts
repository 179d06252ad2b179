import { quotaPath, roomPath } from '@firesignal/protocol';
import { SignalingClient, type Room } from 'firesignal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CALL_BUDGET, MESH_BUDGETS } from '../../../scripts/demo/budgets.ts';
import { ruleReadsOf } from '../../../scripts/demo/rule-reads.ts';
import { REARM_INTERVAL_MS } from '../../../web/sdk/src/defaults.ts';
import { systemClock } from '../../../web/sdk/src/lib/clock.ts';
import type { SignalTransport, WatchTarget } from '../../../web/sdk/src/transport/signal-transport.ts';
import { roomRules } from '../../../web/sdk/src/transport/memory/room-rules.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { FakeBackend } from '../../support/fake-transport.ts';
import { settled } from '../../support/tasks.ts';
import { tableRows } from './support.ts';

type Counts = { readonly writes: number; readonly reads: number; readonly deletes: number };
/** Read by the rules to judge all commits, also those that they have refused. */
type Judged = Counts & { readonly ruleReads: number };

/** Longer than it takes everybody to be linked. */
const SETTLING_MS = 1_000;

const pairs = (n: number): number => (n * (n - 1)) / 2;

/** The first table of the page: peers, written, read, deleted, read by rules. */
const CALLS = tableRows('docs/costs.md')
  .slice(1)
  .map((cells) => cells.map(Number))
  .filter((row) => row.length === 5 && row.every(Number.isInteger)) as [
  peers: number,
  writes: number,
  reads: number,
  deletes: number,
  ruleReads: number,
][];

/** Counts deliveries as they are billed: each document that is new or has changed, and one for a first answer without any. */
function billed(transport: SignalTransport): SignalTransport {
  return new Proxy(transport, {
    get: (target, key) => {
      if (key === 'watch') return watchBilled.bind(undefined, target);
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function watchBilled(
  transport: SignalTransport,
  target: WatchTarget,
  observer: Parameters<SignalTransport['watch']>[1],
): () => void {
  let known: ReadonlyMap<string, unknown> | undefined;
  return transport.watch(target, {
    ...observer,
    next: ({ documents }) => {
      const delivered = [...documents].filter(([id, data]) => known?.get(id) !== data).length;
      const reads = known === undefined ? Math.max(1, delivered) : delivered;
      known = documents;
      observer.next({ documents, reads });
    },
  });
}

async function pass(ms: number): Promise<void> {
  await settled();
  await vi.advanceTimersByTimeAsync(ms);
  await settled();
}

type Joining = (clients: readonly SignalingClient[], roomId: string) => Promise<readonly Room[]>;

const oneByOne =
  (pauseMs: number): Joining =>
  async (clients, roomId) => {
    const rooms: Room[] = [];
    for (const client of clients) {
      const room = await client.openRoom(roomId);
      await settled();
      await room.join();
      rooms.push(room);
      await pass(pauseMs);
    }
    return rooms;
  };

/** Everybody has looked around in the empty room before anybody joins. */
const atOnce: Joining = async (clients, roomId) => {
  const rooms = await Promise.all(clients.map((client) => client.openRoom(roomId)));
  await settled();
  // Each would put the seats into an order of its own, and seldom begin with the same seat: here never.
  let drawn = 0;
  vi.spyOn(Math, 'random').mockImplementation(() => {
    const [joiner, seat] = [Math.floor(drawn / clients.length), drawn % clients.length];
    drawn += 1;
    return ((seat + clients.length - (joiner % clients.length)) % clients.length) / clients.length;
  });
  await Promise.all(rooms.map((room) => room.join()));
  await pass(SETTLING_MS);
  return rooms;
};

/** A call of so many as the page describes it, between real clients on fake connections. */
async function countsOf(peers: number, joining: Joining): Promise<Judged> {
  const backend = new FakeBackend(systemClock, roomRules);
  const network = new FakeNetwork();
  const clients = Array.from(
    { length: peers },
    (_, n) =>
      new SignalingClient({
        transport: billed(backend.transport(`peer${String(n)}`)),
        createPeerConnection: network.create,
      }),
  );
  const roomId = await clients[0]!.createRoom({ capacity: peers });
  const rooms = await joining(clients, roomId);
  for (const { links } of rooms)
    expect([...links.values()].map(({ state }) => state)).toEqual(Array(peers - 1).fill('connected'));
  for (const room of rooms) {
    await room.leave();
    await settled();
  }
  expect([...backend.documents.keys()].sort()).toEqual([quotaPath('peer0'), roomPath(roomId)]);
  const ledgers = clients.map((client) => client.ledger(roomId));
  const sum = (kind: keyof Counts): number => ledgers.reduce((total, ledger) => total + ledger[kind], 0);
  const commits = [...backend.commits, ...backend.refused].map(({ writes }) => ({
    kind: 'commit' as const,
    writes,
  }));
  return {
    writes: sum('writes'),
    reads: sum('reads'),
    deletes: sum('deletes'),
    ruleReads: ruleReadsOf(commits),
  };
}

describe('docs › costs of a call', () => {
  beforeEach(() => {
    vi.stubGlobal('MediaStream', FakeMediaStream);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('are there, for two and for more', () => {
    expect(CALLS.map(([peers]) => peers)).toContain(2);
    expect(CALLS.length).toBeGreaterThan(2);
  });

  it.each(CALLS)('of %i are what clients make of it', async (peers, writes, reads, deletes) => {
    expect(await countsOf(peers, oneByOne(REARM_INTERVAL_MS))).toMatchObject({ writes, reads, deletes });
  });

  it.each(CALLS)('of %i are the same for people in a hurry', async (peers, writes, reads, deletes) => {
    expect(await countsOf(peers, oneByOne(0))).toMatchObject({ writes, reads, deletes });
  });

  it('of six who join at once are what clients make of it, and are shown beside the budget', async () => {
    const [budget, oneByOneRow, atOnceRow] = tableRows('docs/costs.md')
      .filter(([name]) => ['budget', 'one by one', 'all at once'].includes(name!))
      .map(([, ...cells]) => cells.map(Number));
    const limits = MESH_BUDGETS.get(6)!;
    expect(budget).toEqual([limits.writes, limits.reads, limits.deletes, limits.ruleReads]);
    expect(oneByOneRow).toEqual(CALLS.find(([peers]) => peers === 6)!.slice(1));
    const { writes, reads, deletes, ruleReads } = await countsOf(6, atOnce);
    expect(atOnceRow).toEqual([writes, reads, deletes, ruleReads]);
  });

  it.each(CALLS)('of %i follow the formulae', (n, writes, reads, deletes, ruleReads) => {
    expect([writes, reads, deletes, ruleReads]).toEqual([
      2 + 3 * n + pairs(n) + pairs(n - 1),
      3 * n + 1 + 4 * pairs(n),
      3 * n + pairs(n),
      5 * n - 1 + pairs(n) + pairs(n - 1),
    ]);
  });

  it('of two are those in the README, with the budgets of the demo', () => {
    const [, writes, reads, deletes] = CALLS.find(([peers]) => peers === 2)!;
    const rows = tableRows('README.md').slice(-3);
    expect(rows.map(([, count, budget]) => [Number(count), Number(budget)])).toEqual([
      [writes, CALL_BUDGET.writes],
      [reads, CALL_BUDGET.reads],
      [deletes, CALL_BUDGET.deletes],
    ]);
  });
});
