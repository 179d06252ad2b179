import { fileURLToPath } from 'node:url';
import { quotaPath } from '@firesignal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../web/sdk/src/transport/memory.ts';
import type { MemoryTransport } from '../../web/sdk/src/transport/memory/memory-transport.ts';
import {
  Instant,
  TransportError,
  type DocumentWrite,
  type SignalTransport,
} from '../../web/sdk/src/transport/signal-transport.ts';
import { Cast, type Step } from './support/cast.ts';
import { COURSES } from './support/room-steps.ts';
import { openFirestore, type Client, type FirestoreSite } from './support/sites.ts';

/**
 * A lease of no time is over when it begins. The official emulator judges a read by a time that can be a moment before that of
 * the last commit: no reader is that quick.
 */
const agedLeases = (writes: readonly DocumentWrite[]): readonly DocumentWrite[] =>
  writes
    .filter((write) => write.kind !== 'delete' && write.data['leaseSeconds'] === 0)
    .map(({ path }) => ({ kind: 'update', path, data: { at: new Instant(Date.now() - 1_000) } }));

const RULES = fileURLToPath(new URL('../../firestore.rules', import.meta.url));

/** For a longer search: `FIRESIGNAL_CONTRACT_TIMES=10 npm test -- --project contract`. */
const TIMES = Number(process.env['FIRESIGNAL_CONTRACT_TIMES'] ?? 1);

describe('The rules of the backend in memory', () => {
  let site: FirestoreSite;
  let users: readonly Client[];
  const memory = new MemoryBackend();
  let twins: readonly MemoryTransport[];
  beforeAll(async () => {
    site = await openFirestore(RULES);
    users = await Promise.all([site.client(), site.client(), site.client()]);
    twins = users.map(({ uid }) => memory.connect(uid));
  });
  afterAll(() => site.close());

  const outcome = (work: Promise<string>): Promise<string> =>
    work.catch((error: unknown) => (error instanceof TransportError ? error.kind : String(error)));

  /** Tries a step in both worlds. */
  async function attempt({ by, writes, reads }: Step, cast: Cast): Promise<readonly string[]> {
    const all = writes(cast);
    if (by === undefined) {
      await force(all);
      return ['', ''];
    }
    const target = reads?.(cast);
    const act = async (transport: SignalTransport): Promise<string> => {
      if (target !== undefined) return `sees ${[...(await transport.read(target)).documents.keys()].join()}`;
      await transport.commit(all);
      return 'done';
    };
    const [real, twin] = [await outcome(act(users[by]!.transport)), await outcome(act(twins[by]!))];
    if (real === 'done' && twin === 'done') await force(agedLeases(all));
    return [real, twin];
  }

  async function force(writes: readonly DocumentWrite[]): Promise<void> {
    if (writes.length === 0) return;
    expect(memory.apply(writes)).toBe(true);
    await site.force(writes);
  }

  it(
    '[TC28] allow and refuse what the security rules allow and refuse, whatever is tried',
    async () => {
      const tried = { done: 0, denied: 0 };
      await fc.assert(
        fc.asyncProperty(COURSES, async ({ door, steps }) => {
          const cast = await Cast.of(
            users.map(({ uid }) => uid),
            door,
            () => memory.documents,
          );
          const story = [JSON.stringify(door)];
          await force(cast.uids.map((uid) => ({ kind: 'delete', path: quotaPath(uid) })));
          await attempt({ by: 0, says: '', writes: () => cast.creation }, cast);
          for (const step of steps) {
            const [real, twin] = await attempt(step, cast);
            story.push(`${String(step.by)} ${step.says}: ${real}`);
            expect(twin, `in memory\n${story.join('\n')}`).toBe(real);
            if (real === 'done' || real === 'denied') tried[real] += 1;
          }
        }),
        { numRuns: 40 * TIMES },
      );
      // Both happen often enough to mean something.
      expect(tried.done).toBeGreaterThan(150);
      expect(tried.denied).toBeGreaterThan(150);
    },
    TIMES * 120_000,
  );
});
