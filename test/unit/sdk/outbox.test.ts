import type { ErrorCode, SignalState } from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import { MAIL_DENIALS_MAX, MAIL_RETRY_MAX_MS, MAIL_RETRY_MS } from '../../../web/sdk/src/defaults.ts';
import { SignalingError } from '../../../web/sdk/src/errors.ts';
import { deferred, type Deferred } from '../../../web/sdk/src/lib/settle.ts';
import { Outbox } from '../../../web/sdk/src/link/outbox.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/tasks.ts';

const HOUR_MS = 3_600_000;
const state = (rev: number): SignalState => ({ conn: 1, rev });

/** An outbox whose deliveries a test ends, one by one. */
function setting() {
  const clock = new FakeClock();
  const deliveries: { rev: number; at: number; outcome: Deferred<undefined> }[] = [];
  const refusals: ErrorCode[] = [];
  const began = clock.now();
  const outbox = new Outbox({
    clock,
    deliver: (take) => {
      const { rev } = take()!;
      const outcome = deferred<undefined>();
      deliveries.push({ rev, at: clock.now() - began, outcome });
      return outcome.promise;
    },
    onRefused: ({ code }) => refusals.push(code),
  });
  const end = async (code?: ErrorCode): Promise<void> => {
    const { outcome } = deliveries.at(-1)!;
    if (code === undefined) outcome.resolve(undefined);
    else outcome.reject(new SignalingError(code));
    await settled();
  };
  return { clock, outbox, deliveries, refusals, end, revs: () => deliveries.map(({ rev }) => rev) };
}

describe('Outbox', () => {
  it('has one delivery under way, and then brings the latest of what came meanwhile', async () => {
    const { outbox, revs, end, clock } = setting();
    for (const rev of [1, 2, 3, 4]) outbox.push(state(rev));
    await settled();
    expect(revs()).toEqual([1]);
    await end();
    expect(revs()).toEqual([1, 4]);
    await end();
    expect(revs()).toEqual([1, 4]);
    expect(clock.pending).toBe(0);
  });

  it('tries again after growing pauses for as long as the backend is away', async () => {
    const { outbox, deliveries, end, clock, refusals } = setting();
    outbox.push(state(1));
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      await end(attempt % 2 === 0 ? 'signaling/unavailable' : 'signaling/timeout');
      await clock.advance(MAIL_RETRY_MAX_MS);
      expect(deliveries).toHaveLength(attempt + 1);
    }
    expect(refusals).toEqual([]);
    await end();
    expect(clock.pending).toBe(0);
  });

  it('doubles its pauses up to a maximum, and begins again after a success', async () => {
    const { outbox, deliveries, end, clock } = setting();
    outbox.push(state(1));
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      const failedAt = clock.now();
      await end('signaling/unavailable');
      while (deliveries.length === attempt) await clock.advance(250);
      pauses.push(clock.now() - failedAt);
    }
    expect(pauses.slice(0, 3)).toEqual([MAIL_RETRY_MS, 2 * MAIL_RETRY_MS, 4 * MAIL_RETRY_MS]);
    expect(pauses.slice(-2)).toEqual([MAIL_RETRY_MAX_MS, MAIL_RETRY_MAX_MS]);
    await end();
    outbox.push(state(2));
    await end('signaling/unavailable');
    await clock.advance(MAIL_RETRY_MS);
    expect(deliveries.at(-1)!.rev).toBe(2);
    expect(deliveries).toHaveLength(11);
  });

  it('sends what is newer in place of what failed', async () => {
    const { outbox, revs, end, clock } = setting();
    outbox.push(state(1));
    outbox.push(state(2));
    await end('signaling/unavailable');
    outbox.push(state(3));
    expect(revs()).toEqual([1]);
    await clock.advance(MAIL_RETRY_MS);
    expect(revs()).toEqual([1, 3]);
  });

  it('does not go back to what failed when something newer waits already', async () => {
    const { outbox, revs, end, clock } = setting();
    outbox.push(state(1));
    outbox.push(state(2));
    await end('signaling/unavailable');
    await clock.advance(MAIL_RETRY_MS);
    expect(revs()).toEqual([1, 2]);
  });

  it('does not sit out the pause when the network is back', async () => {
    const { outbox, revs, end, clock } = setting();
    outbox.push(state(1));
    await end('signaling/unavailable');
    outbox.hurry();
    expect(revs()).toEqual([1, 1]);
    outbox.hurry();
    expect(revs()).toEqual([1, 1]);
    await end();
    expect(clock.pending).toBe(0);
  });

  it('takes a refusal for an answer after a few attempts, and tries the next state all the same', async () => {
    const { outbox, revs, end, clock, refusals } = setting();
    outbox.push(state(1));
    for (let attempt = 1; attempt <= MAIL_DENIALS_MAX; attempt += 1) {
      expect(refusals).toEqual([]);
      await end('signaling/permission-denied');
      await clock.advance(MAIL_RETRY_MAX_MS);
    }
    expect(refusals).toEqual(['signaling/permission-denied']);
    await clock.advance(HOUR_MS);
    expect(revs()).toEqual([1, 1, 1]);
    outbox.push(state(2));
    expect(revs()).toEqual([1, 1, 1, 2]);
  });

  it('is silent once closed, whatever becomes of the delivery under way', async () => {
    for (const code of [undefined, 'signaling/unavailable', 'signaling/permission-denied'] as const) {
      const { outbox, revs, end, clock, refusals } = setting();
      outbox.push(state(1));
      outbox.push(state(2));
      outbox.close();
      await end(code);
      outbox.push(state(3));
      outbox.hurry();
      await clock.advance(HOUR_MS);
      expect(revs()).toEqual([1]);
      expect(refusals).toEqual([]);
      expect(clock.pending).toBe(0);
    }
  });
});
