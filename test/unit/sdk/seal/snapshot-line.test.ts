import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deferred } from '../../../../web/sdk/src/lib/settle.ts';
import { SnapshotLine } from '../../../../web/sdk/src/seal/snapshot-line.ts';
import type { WatchSnapshot } from '../../../../web/sdk/src/transport/signal-transport.ts';
import { settled } from '../../../support/tasks.ts';

const snapshot = (n: number, reads = 1): WatchSnapshot => ({ documents: new Map([['n', n]]), reads });
const numberOf = ({ documents }: WatchSnapshot): number => documents.get('n') as number;

it('[SE17] snapshots come out in their order, the last one always, with all reads counted', async () => {
  const steps = fc.array(fc.constantFrom('arrives', 'opened'), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (course) => {
      const opening: ReturnType<typeof deferred<undefined>>[] = [];
      const out: WatchSnapshot[] = [];
      const line = new SnapshotLine(
        async (one) => {
          const done = deferred<undefined>();
          opening.push(done);
          await done.promise;
          return one;
        },
        (one) => out.push(one),
        () => undefined,
      );
      let arrived = 0;
      let opened = 0;
      for (const step of course) {
        if (step === 'arrives') line.push(snapshot((arrived += 1)));
        else opening[opened++]?.resolve(undefined);
        await settled();
        // Never two at once.
        expect(opening.length - Math.min(opened, opening.length)).toBeLessThanOrEqual(1);
      }
      for (const one of opening) one.resolve(undefined);
      await settled();
      for (const one of opening) one.resolve(undefined);
      await settled();
      const numbers = out.map(numberOf);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(numbers.at(-1) ?? 0).toBe(arrived);
      expect(out.reduce((sum, { reads }) => sum + reads, 0)).toBe(arrived);
    }),
  );
});

it('[SE17] nothing comes out of a watch that has been stopped', async () => {
  const done = deferred<undefined>();
  const out: number[] = [];
  const line = new SnapshotLine(
    (one) => done.promise.then(() => one),
    (one) => out.push(numberOf(one)),
    () => undefined,
  );
  line.push(snapshot(1));
  line.push(snapshot(2));
  line.stop();
  done.resolve(undefined);
  await settled();
  expect(out).toEqual([]);
});
