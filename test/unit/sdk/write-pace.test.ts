import { beaconPath, LIMITS, mailPath, roomPath } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WritePace } from '../../../web/sdk/src/room/write-pace.ts';
import { keepsPace } from '../../../web/sdk/src/transport/memory/rule-words.ts';
import { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import { ALICE, BOB, ROOM_ID } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MAIL = mailPath(ROOM_ID, BOB, 1);
const BEACON = beaconPath(ROOM_ID, ALICE);
const ROWS = [
  { path: MAIL, max: LIMITS.MAIL_BURST_MAX, refillSeconds: LIMITS.MAIL_REFILL_SECONDS },
  { path: BEACON, max: LIMITS.BEACON_BURST_MAX, refillSeconds: LIMITS.BEACON_REFILL_SECONDS },
];

/** Writes in a row, each acknowledged at once. */
function row(path: string, count: number) {
  const clock = new FakeClock();
  const pace = new WritePace(clock);
  const bursts = Array.from({ length: count }, () => {
    const burst = pace.burst(path)!;
    pace.wrote(path, burst);
    return burst;
  });
  return { clock, pace, bursts };
}

describe.each(ROWS)('WritePace › $path', ({ path, max, refillSeconds }) => {
  const refillMs = refillSeconds * 1_000;

  it('counts writes in a row up to the most that there may be', () => {
    const { bursts, pace } = row(path, max);
    expect(bursts).toEqual(Array.from({ length: max }, (_, n) => n + 1));
    expect(pace.waitMs(path)).toBe(refillMs);
  });

  it('waits for the rest of the time that one write takes to be forgotten, and no longer', async () => {
    const { clock, pace } = row(path, max);
    await clock.advance(refillMs - 1);
    expect(pace.waitMs(path)).toBe(1);
    await clock.advance(1);
    expect([pace.waitMs(path), pace.burst(path)]).toEqual([0, max]);
  });

  it('forgets one write after the other, and begins anew when all are', async () => {
    const { clock, pace } = row(path, 3);
    await clock.advance(2 * refillMs);
    expect(pace.burst(path)).toBe(2);
    await clock.advance(1_000 * refillMs);
    expect(pace.burst(path)).toBe(1);
  });

  it('begins anew where the document is gone', () => {
    const { pace } = row(path, max);
    pace.forget(path);
    expect([pace.waitMs(path), pace.burst(path)]).toEqual([0, 1]);
  });

  it('waits no longer for a clock that has been put back', () => {
    const { pace, clock } = row(path, max);
    clock.now = () => -3_600_000;
    expect(pace.waitMs(path)).toBe(refillMs);
    expect(pace.burst(path)).toBe(max);
  });

  it('goes on from the higher number when nobody knows what became of a write, however long ago', async () => {
    const { pace, clock } = row(path, 4);
    await clock.advance(2 * refillMs);
    pace.failed(path, pace.burst(path));
    await clock.advance(2 * refillMs);
    expect([pace.waitMs(path), pace.burst(path)]).toEqual([0, 5]);
    pace.failed(path);
    expect(pace.burst(path)).toBe(5);
  });

  /*
   * A server with a clock of its own: each write takes its time to get there, and its answer to come back. Some are refused
   * for other reasons, and some are applied unheard.
   */
  it('claims what the rules allow, whatever the delays, clocks and losses', async () => {
    const ms = fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 3 * refillMs }));
    const write = fc.record({
      idleMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, ms),
      upMs: ms,
      downMs: ms,
      fate: fc.constantFrom('applied', 'applied', 'applied', 'unheard', 'refused'),
    });
    const skewMs = fc.integer({ min: -86_400_000, max: 86_400_000 });
    await fc.assert(
      fc.asyncProperty(skewMs, fc.array(write, { maxLength: 3 * max }), async (skew, writes) => {
        const clock = new FakeClock();
        const pace = new WritePace(clock);
        let stored: { readonly burst: number; readonly at: Instant } | undefined;
        for (const { idleMs, upMs, downMs, fate } of writes) {
          await clock.advance(idleMs);
          await clock.advance(pace.waitMs(path));
          const burst = pace.burst(path)!;
          expect(burst).toBeGreaterThanOrEqual(1);
          expect(burst).toBeLessThanOrEqual(max);
          await clock.advance(upMs);
          const now = clock.now() + skew;
          expect(stored === undefined || keepsPace(burst, stored, refillSeconds, now)).toBe(true);
          if (fate !== 'refused') stored = { burst, at: new Instant(now) };
          await clock.advance(downMs);
          if (fate === 'applied') pace.wrote(path, burst);
          else pace.failed(path, burst);
        }
      }),
    );
  });
});

describe('WritePace › other documents', () => {
  it('have no number, and wait for nothing', () => {
    const { pace } = row(MAIL, LIMITS.MAIL_BURST_MAX);
    expect([pace.burst(roomPath(ROOM_ID)), pace.waitMs(roomPath(ROOM_ID))]).toEqual([undefined, 0]);
    expect([pace.burst(BEACON), pace.waitMs(BEACON)]).toEqual([1, 0]);
  });
});
