import { fileURLToPath } from 'node:url';
import { admissionsPath, seatsPath } from '@firesignal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../web/sdk/src/transport/memory.ts';
import type { MemoryTransport } from '../../web/sdk/src/transport/memory/memory-transport.ts';
import { TransportError, type WatchTarget } from '../../web/sdk/src/transport/signal-transport.ts';
import { Cast, STEPS, type Step } from './support/room-steps.ts';
import { openFirestore, type Client, type FirestoreSite } from './support/sites.ts';

const RULES = fileURLToPath(new URL('../../firestore.rules', import.meta.url));

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

  const outcome = (commit: Promise<void>): Promise<string> =>
    commit.then(
      () => 'done',
      (error: unknown) => (error instanceof TransportError ? error.kind : String(error)),
    );

  /** Tries a step in both worlds. */
  async function attempt({ by, writes }: Step, cast: Cast): Promise<readonly [string, string]> {
    const all = writes(cast);
    if (by !== undefined)
      return [await outcome(users[by]!.transport.commit(all)), await outcome(twins[by]!.commit(all))];
    if (!memory.apply(all)) return ['', ''];
    await site.force(all);
    return ['', ''];
  }

  const idsIn = async (target: WatchTarget): Promise<readonly (readonly string[])[]> => {
    const [real, twin] = await Promise.all([users[0]!.transport.read(target), twins[0]!.read(target)]);
    return [real, twin].map(({ documents }) => [...documents.keys()]);
  };

  it('[TC28] allow and refuse what the security rules allow and refuse, whatever is tried', async () => {
    const tried = { done: 0, denied: 0 };
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        const cast = await Cast.of(
          users.map(({ uid }) => uid),
          () => memory.documents,
        );
        const story: string[] = [];
        await attempt({ by: 0, says: '', writes: () => [cast.creation] }, cast);
        for (const step of steps) {
          const [real, twin] = await attempt(step, cast);
          story.push(`${String(step.by)} ${step.says}: ${real}`);
          expect(twin, `in memory\n${story.join('\n')}`).toBe(real);
          if (real === 'done' || real === 'denied') tried[real] += 1;
        }
        for (const path of [seatsPath(cast.roomId), admissionsPath(cast.roomId)]) {
          const [real, twin] = await idsIn({ collection: path });
          expect(twin).toEqual(real);
        }
      }),
      { numRuns: 50 },
    );
    // Both happen often enough to mean something.
    expect(tried.done).toBeGreaterThan(80);
    expect(tried.denied).toBeGreaterThan(80);
  }, 120_000);
});
