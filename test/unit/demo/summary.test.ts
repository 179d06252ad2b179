import { describe, expect, it } from 'vitest';
import { CALL_BUDGET } from '../../../scripts/demo/budgets.ts';
import type { CallRecord } from '../../../scripts/demo/call-record.ts';
import { failuresOf, median, summarize } from '../../../scripts/demo/summary.ts';

const GOOD: CallRecord = {
  startedAt: 0,
  creator: { name: 'Ada', events: [] },
  joiner: { name: 'Ben', events: [] },
  joinToOpenMs: 80,
  hops: 1,
  route: 'standing-offer',
  messages: 6,
  frames: { creator: 7, joiner: 8 },
  ledger: { writes: 7, reads: 12, deletes: 6 },
  requestStream: { writes: 7, deletes: 6, repeats: 0 },
  leftovers: [],
  problems: [],
  stories: [],
};
const RUN = { emulator: 'official', rttMs: 0, calls: 1 } as const;

describe('the verdict on a call', () => {
  it('is good when everything happened within its budget', () => {
    expect(failuresOf(GOOD)).toEqual([]);
    expect(summarize([GOOD], RUN)).toEqual({
      calls: 1,
      connected: 1,
      joinToOpenMs: 80,
      criticalPathHops: 1,
      messagesExchanged: 6,
      framesDecoded: 15,
      writes: 7,
      reads: 12,
      deletes: 6,
      requestStream: { writes: 7, deletes: 6, repeats: 0 },
      leftovers: 0,
      emulator: 'official',
      route: 'standing-offer',
      rttMs: 0,
      peers: 2,
      pairs: 1,
      pairsConnected: 1,
      rush: false,
      ok: true,
      failures: [],
    });
  });

  it('is good without a request stream, where the emulator has none', () => {
    expect(failuresOf({ ...GOOD, requestStream: null })).toEqual([]);
    expect(summarize([{ ...GOOD, requestStream: null }], RUN).requestStream).toBeNull();
  });

  it('forgives the deliveries of a commit that the emulator carried out twice, and nothing else', () => {
    const requestStream = { writes: 7, deletes: 6, repeats: 1 };
    const ledger = { ...GOOD.ledger!, reads: CALL_BUDGET.reads + 1 };
    expect(failuresOf({ ...GOOD, ledger, requestStream })).toEqual([]);
    expect(summarize([{ ...GOOD, ledger, requestStream }, GOOD], { ...RUN, calls: 2 })).toMatchObject({
      ok: true,
      requestStream,
    });
    const more = { ...GOOD.ledger!, reads: CALL_BUDGET.reads + 4 };
    expect(failuresOf({ ...GOOD, ledger: more, requestStream })).toHaveLength(1);
  });

  it.each<[string, Partial<CallRecord>, RegExp]>([
    ['a second hop', { hops: 2 }, /2 hops on the critical path, 1 allowed/],
    ['no messages', { messages: 0 }, /no messages/],
    ['video in one direction only', { frames: { creator: 0, joiner: 9 } }, /no video/],
    ['something left behind', { leftovers: ['rooms/r/seats/0'] }, /left behind: rooms\/r\/seats\/0/],
    [
      'too many writes',
      { ledger: { ...CALL_BUDGET, writes: 10 }, requestStream: null },
      /10 writes, 9 allowed/,
    ],
    [
      'too many reads',
      { ledger: { ...CALL_BUDGET, reads: 13 }, requestStream: null },
      /13 reads, 12 allowed/,
    ],
    ['too many deletes', { ledger: { ...CALL_BUDGET, deletes: 10 }, requestStream: null }, /10 deletes/],
    [
      'a count that disagrees',
      { requestStream: { writes: 8, deletes: 6, repeats: 0 } },
      /has 7 writes, the .* stream 8/,
    ],
    ['an error in a page', { problems: ['Ada: ReferenceError\n  at …'] }, /^Ada: ReferenceError$/],
  ])('is bad with %s', (_, change, failure) => {
    const record = { ...GOOD, ...change };
    expect(failuresOf(record)).toEqual([expect.stringMatching(failure)]);
    expect(summarize([record], RUN).ok).toBe(false);
  });

  it('is bad when the call was not made, or not to its end', () => {
    const { joinToOpenMs: _, ledger: __, leftovers: ___, ...aborted } = GOOD;
    expect(failuresOf(aborted)).toEqual([
      'the pages did not connect',
      'nobody could look for leftovers',
      'the ledger was not reached',
    ]);
    expect(summarize([], RUN)).toMatchObject({
      connected: 0,
      pairsConnected: 0,
      ok: false,
      failures: ['0 of 1 calls were made'],
    });
  });
});

describe('the summary of many calls', () => {
  const slow: CallRecord = {
    ...GOOD,
    joinToOpenMs: 100,
    hops: 3,
    route: 'mailbox',
    ledger: { writes: 9, reads: 10, deletes: 8 },
    requestStream: { writes: 9, deletes: 8, repeats: 0 },
  };

  it('has the median time, and the largest counts', () => {
    expect(summarize([GOOD, slow, GOOD], { ...RUN, calls: 3 })).toMatchObject({
      connected: 3,
      joinToOpenMs: 80,
      criticalPathHops: 3,
      messagesExchanged: 18,
      writes: 9,
      reads: 12,
      deletes: 8,
      requestStream: { writes: 9, deletes: 8, repeats: 0 },
      route: 'mailbox',
      ok: false,
      failures: ['call 2: 3 hops on the critical path, 1 allowed'],
    });
  });
});

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNull();
  });
});
