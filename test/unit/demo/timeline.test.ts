import { describe, expect, it } from 'vitest';
import type { HarnessEvent, HarnessEventData } from '../../../scripts/browser/harness/contract.ts';
import type { CallRecord } from '../../../scripts/demo/call-record.ts';
import { describeCall } from '../../../scripts/demo/report.ts';
import { signalsOf, timelineOf } from '../../../scripts/demo/timeline.ts';

function events(...list: [number, HarnessEventData][]): HarnessEvent[] {
  return list.map(([at, data], index) => ({ ...data, at, index }));
}

const PEER = 'uid~epoch';
const answered = { route: 'mailbox', parts: ['answer'], conn: 1, rev: 1 } as const;
const offered = { route: 'beacon', parts: ['offer', 'candidates'], conn: 1, rev: 1 } as const;

const RECORD: CallRecord = {
  startedAt: 1_000,
  creator: {
    name: 'Ada',
    events: events(
      [1_010, { kind: 'signed-in', uid: 'a' }],
      [1_020, { kind: 'join-called' }],
      [1_230, { kind: 'signal', peer: PEER, trace: { ...answered, at: 1_230, direction: 'in' } }],
      [1_250, { kind: 'link-state', peer: PEER, state: 'connected', conn: 1 }],
    ),
    link: {
      peer: PEER,
      seat: 1,
      state: 'connected',
      conn: 1,
      remoteMedia: { audio: true, video: true },
      signals: [
        { ...offered, at: 1_100, direction: 'out' },
        { ...answered, at: 1_230, direction: 'in' },
      ],
      framesDecoded: [7],
      pair: { local: 'host', remote: 'prflx', protocol: 'udp' },
    },
  },
  joiner: {
    name: 'Ben',
    events: events(
      [1_015, { kind: 'signed-in', uid: 'b' }],
      [1_200, { kind: 'join-called' }],
      [1_205, { kind: 'signal', peer: PEER, trace: { ...answered, at: 1_205, direction: 'out' } }],
      [1_260, { kind: 'link-state', peer: PEER, state: 'connected', conn: 1 }],
    ),
    link: {
      peer: PEER,
      seat: 0,
      state: 'connected',
      conn: 1,
      remoteMedia: { audio: true, video: true },
      signals: [
        { ...offered, at: 1_150, direction: 'in' },
        { ...answered, at: 1_205, direction: 'out' },
      ],
      framesDecoded: [8],
    },
  },
  joinToOpenMs: 60,
  hops: 1,
  route: 'standing-offer',
  messages: 6,
  frames: { creator: 7, joiner: 8 },
  ledger: { writes: 7, reads: 13, deletes: 6 },
  requestStream: null,
  leftovers: [],
  problems: [],
  stories: [],
};

describe('timeline of a call', () => {
  it('has each step once, when each side first reached it, and none that nobody reached', () => {
    expect(timelineOf(RECORD)).toEqual([
      { step: 'signed in', creator: 1_010, joiner: 1_015 },
      { step: 'join() called', creator: 1_020, joiner: 1_200 },
      { step: 'standing offer answered', creator: 1_230, joiner: 1_205 },
      { step: 'channel open', creator: 1_250, joiner: 1_260 },
    ]);
  });

  it('has each signal once, a standing offer when it was taken', () => {
    expect(signalsOf(RECORD)).toEqual([
      { at: 1_150, from: 'Ada', to: 'Ben', route: 'beacon', parts: 'offer + candidates', conn: 1, rev: 1 },
      { at: 1_205, from: 'Ben', to: 'Ada', route: 'mailbox', parts: 'answer', conn: 1, rev: 1 },
    ]);
  });
});

describe('report of a call', () => {
  const text = describeCall(RECORD);

  it('shows times since the start and since join()', () => {
    expect(text).toMatch(/channel open +250 ms +\+50 ms +260 ms +\+60 ms/);
  });

  it('shows what went over which route', () => {
    expect(text).toMatch(/before {2}Ada → Ben {2}beacon +offer \+ candidates +conn 1, rev 1/);
    expect(text).toMatch(/\+5 ms {2}Ben → Ada {2}mailbox +answer/);
  });

  it('shows counts beside their budgets, and marks what is over', () => {
    expect(text).toContain('writes 7 of 9 · reads 13 of 12 ✗ · deletes 6 of 9');
    expect(text).toContain('1 hop of 1');
  });

  it('shows candidate types, and what is not known as not known', () => {
    expect(text).toContain('Ada: host → prflx (udp) · Ben: none');
    expect(text).toMatch(/Request stream +this emulator has none/);
  });
});
