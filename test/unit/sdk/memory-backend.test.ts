import { describe, expect, it, vi } from 'vitest';
import { MemoryBackend } from '../../../web/sdk/src/transport/memory.ts';
import type { CommitFault } from '../../../web/sdk/src/transport/memory/conditions.ts';
import type { Fault, FaultPlan } from '../../../web/sdk/src/transport/memory/fault-plan.ts';
import type { MemoryTransport } from '../../../web/sdk/src/transport/memory/memory-transport.ts';
import { NO_RULES } from '../../../web/sdk/src/transport/memory/rules.ts';
import {
  SERVER_TIME,
  type DocumentWrite,
  type TransportError,
  type WatchSnapshot,
} from '../../../web/sdk/src/transport/signal-transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const WAY_MS = 100;
const PATH = 'things/a';

/** Ada, over a plan, and Ben, whom nothing happens to. */
function setting(plan: Partial<FaultPlan> = {}) {
  const clock = new FakeClock();
  const conditions = { seed: 1, latencyMs: [WAY_MS, WAY_MS] as const, ...plan };
  const backend = new MemoryBackend({ clock, rules: NO_RULES, conditions });
  return { clock, backend, ada: backend.connect('ada'), ben: backend.connect('ben') };
}

const set = (n: number): readonly DocumentWrite[] => [{ kind: 'set', path: PATH, data: { n } }];

/** What becomes of a promise, and when. */
function settling(clock: FakeClock, promise: Promise<unknown>) {
  const beganAt = clock.now();
  const result: { outcome?: string; afterMs?: number } = {};
  const end = (outcome: string): void =>
    void Object.assign(result, { outcome, afterMs: clock.now() - beganAt });
  promise.then(
    () => end('done'),
    (error: unknown) => end((error as TransportError).kind),
  );
  return result;
}

/** What is shown of the one document, and when. */
function shown(clock: FakeClock, transport: MemoryTransport) {
  const beganAt = clock.now();
  const seen: (readonly [atMs: number, n: unknown])[] = [];
  const errors: string[] = [];
  const next = ({ documents }: WatchSnapshot): void =>
    void seen.push([clock.now() - beganAt, (documents.get('a') as { n: number } | undefined)?.n]);
  const stop = transport.watch({ document: PATH }, { next, error: ({ kind }) => errors.push(kind) });
  return { seen, errors, stop };
}

describe('MemoryBackend › commits', () => {
  it('are applied after one way and acknowledged after two', async () => {
    const { clock, backend, ada } = setting();
    const commit = settling(clock, ada.commit(set(1)));
    await clock.advance(WAY_MS - 1);
    expect(backend.documents.size).toBe(0);
    await clock.advance(1);
    expect(backend.documents.size).toBe(1);
    await clock.advance(WAY_MS);
    expect(commit).toEqual({ outcome: 'done', afterMs: 2 * WAY_MS });
  });

  it.each<[CommitFault, string | undefined, number, number]>([
    ['denied', 'denied', 0, 2 * WAY_MS],
    ['unavailable', 'unavailable', 0, 2 * WAY_MS],
    ['rate-limited', 'rate-limited', 0, 2 * WAY_MS],
    ['unacknowledged', 'unavailable', 1, 2 * WAY_MS],
    ['twice', 'done', 2, 2 * WAY_MS],
    ['hanging', undefined, 0, 0],
    [{ lateMs: 5_000 }, 'done', 1, 5_000 + 2 * WAY_MS],
  ])('with the fault %j end as %s, applied %i times', async (outcome, expected, times, afterMs) => {
    const { clock, backend, ada } = setting({ faults: [{ kind: 'commit', client: 'ada', nth: 2, outcome }] });
    const commits = [1, 2, 3].map((n) => settling(clock, ada.commit(set(n))));
    await clock.advance(60_000);
    expect(commits.map((commit) => commit.outcome)).toEqual(['done', expected, 'done']);
    if (expected !== undefined) expect(commits[1]!.afterMs).toBe(afterMs);
    const applied = backend.commits.filter(
      ({ writes }) => writes[0]?.kind === 'set' && writes[0].data['n'] === 2,
    );
    expect(applied).toHaveLength(times);
  });

  it('have the time of their arrival', async () => {
    const { clock, backend, ada } = setting();
    void ada.commit([{ kind: 'set', path: PATH, data: { at: SERVER_TIME } }]);
    const sentAt = clock.now();
    await clock.advance(1_000);
    expect(backend.documents.get(PATH)).toEqual({ at: { epochMs: sentAt + WAY_MS } });
  });

  it('fail without a network, and those on their way arrive unacknowledged', async () => {
    const { clock, backend, ada } = setting();
    const before = settling(clock, ada.commit(set(1)));
    ada.setOnline(false);
    const after = settling(clock, ada.commit(set(2)));
    await clock.advance(1_000);
    expect([before.outcome, after.outcome]).toEqual(['unavailable', 'unavailable']);
    expect(backend.documents.get(PATH)).toEqual({ n: 1 });
  });
});

describe('MemoryBackend › watches', () => {
  const faulted = (...faults: Fault[]) => setting({ faults });

  it('are answered after two ways, and told of a commit after one', async () => {
    const { clock, ada, ben } = setting();
    const { seen } = shown(clock, ada);
    await clock.advance(1_000);
    void ben.commit(set(1));
    await clock.advance(1_000);
    expect(seen).toEqual([
      [2 * WAY_MS, undefined],
      [1_000 + 2 * WAY_MS, 1],
    ]);
  });

  it('may be told of the last of several states only', async () => {
    const { clock, ada, ben } = setting({ collapse: 1 });
    const { seen } = shown(clock, ada);
    await clock.advance(1_000);
    for (const n of [1, 2, 3]) {
      void ben.commit(set(n));
      await clock.advance(10);
    }
    await clock.advance(1_000);
    expect(seen.map(([, n]) => n)).toEqual([undefined, 3]);
  });

  it('may be told twice, which costs nothing', async () => {
    const { clock, ada, ben } = setting({ repeat: 1 });
    const reads: number[] = [];
    ada.watch({ document: PATH }, { next: (snapshot) => reads.push(snapshot.reads), error: () => undefined });
    await clock.advance(1_000);
    void ben.commit(set(1));
    await clock.advance(1_000);
    expect(reads).toEqual([1, 0, 1, 0]);
  });

  it('never go back, however the delays are', async () => {
    const { clock, ada, ben } = setting({ latencyMs: [0, 500] });
    const { seen } = shown(clock, ada);
    for (let n = 1; n <= 50; n += 1) {
      void ben.commit(set(n));
      // The next one is sent when this one has arrived for certain, and before everybody has heard of it.
      await clock.advance(500);
    }
    await clock.advance(5_000);
    const numbers = seen.flatMap(([, n]) => (typeof n === 'number' ? [n] : []));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    expect(numbers.at(-1)).toBe(50);
  });

  it.each(['offline', 'stall'] as const)('make up for what they missed while %s', async (kind) => {
    const { clock, ada, ben } = faulted({ kind, client: 'ada', from: 1_000, to: 5_000 });
    const { seen } = shown(clock, ada);
    await clock.advance(1_500);
    for (const n of [1, 2]) void ben.commit(set(n));
    await clock.advance(10_000);
    expect(seen).toEqual([
      [2 * WAY_MS, undefined],
      [5_000 + WAY_MS, 2],
    ]);
  });

  it.each(['offline', 'stall'] as const)(
    'make up for what was on its way when it began: %s',
    async (kind) => {
      const { clock, ada, ben } = faulted({ kind, client: 'ada', from: 1_000, to: 5_000 });
      const { seen } = shown(clock, ada);
      await clock.advance(850);
      void ben.commit(set(1));
      await clock.advance(10_000);
      expect(seen.map(([, n]) => n)).toEqual([undefined, 1]);
    },
  );

  it('end when the plan says so, and can be begun again', async () => {
    const { clock, backend, ada } = faulted({
      kind: 'watches',
      client: 'ada',
      at: 1_000,
      error: 'unavailable',
    });
    const first = shown(clock, ada);
    await clock.advance(2_000);
    expect(first.errors).toEqual(['unavailable']);
    expect(backend.watchCount).toBe(0);
    const second = shown(clock, ada);
    await clock.advance(2_000);
    expect([second.seen.length, second.errors.length]).toEqual([1, 0]);
  });
});

describe('MemoryBackend › clients', () => {
  it('hear that the backend cannot be reached when that lasts, and when it can be again', async () => {
    const { clock, ada } = setting();
    const told: boolean[] = [];
    ada.onReachable((reachable) => told.push(reachable));
    shown(clock, ada);
    await clock.advance(1_000);
    for (const lastsMs of [1_000, 3_000]) {
      ada.setOnline(false);
      await clock.advance(lastsMs);
      ada.setOnline(true);
      await clock.advance(1_000);
    }
    expect(told).toEqual([true, false, true]);
  });

  it('that vanish leave no trace but what they have sent', async () => {
    const { clock, backend, ada } = setting();
    const { seen } = shown(clock, ada);
    await clock.advance(1_000);
    const before = settling(clock, ada.commit(set(1)));
    ada.vanish();
    const after = settling(clock, ada.commit(set(2)));
    await clock.advance(10_000);
    expect([before, after]).toEqual([{}, {}]);
    expect(backend.documents.get(PATH)).toEqual({ n: 1 });
    expect(seen).toHaveLength(1);
    expect(backend.watchCount).toBe(0);
  });

  it('may misjudge the time of the server', () => {
    const { clock, backend } = setting();
    expect(backend.connect('cleo', { skewMs: -5_000 }).serverNow()).toBe(clock.now() - 5_000);
  });

  it('do the same under the same plan, and something else under another seed', async () => {
    const run = async (seed: number): Promise<unknown> => {
      const { clock, ada, ben } = setting({ seed, latencyMs: [0, 900], collapse: 0.5, repeat: 0.5 });
      const { seen } = shown(clock, ada);
      for (let n = 0; n < 20; n += 1) {
        void ben.commit(set(n));
        await clock.advance(100);
      }
      await clock.advance(5_000);
      return seen;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('live on the time of the system unless they are given another', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const transport = new MemoryBackend({ rules: NO_RULES }).connect('ada');
      const commit = transport.commit(set(1));
      await vi.runAllTimersAsync();
      await commit;
    } finally {
      vi.useRealTimers();
    }
  });
});
