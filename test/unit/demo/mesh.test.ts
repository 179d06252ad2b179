import type { SignalTrace } from 'firesignal';
import { describe, expect, it } from 'vitest';
import type {
  HarnessEvent,
  HarnessEventData,
  LinkReport,
} from '../../../scripts/browser/harness/contract.ts';
import { MESH_BUDGETS, rushBudget } from '../../../scripts/demo/budgets.ts';
import { joinToAllMs, pairsConnected, pairsOf, pathsOf } from '../../../scripts/demo/mesh-figures.ts';
import type { MeshPeer, MeshPlan, MeshRecord } from '../../../scripts/demo/mesh-record.ts';
import { describeMesh, describeMeshBriefly, describeMeshSummary } from '../../../scripts/demo/mesh-report.ts';
import { failuresOfMesh, summarizeMesh } from '../../../scripts/demo/mesh-summary.ts';
import { meshTimelineOf } from '../../../scripts/demo/mesh-timeline.ts';

const NAMES = ['Ada', 'Ben', 'Cleo'];
const JOIN_AT = [100, 200, 300];
/** How long each took to be linked to those before it, the last one of them. */
const TOOK = [0, 50, 80];
const PLAN: MeshPlan = { peers: 3, isRush: false, hasCrash: false };
const RUN = { emulator: 'official', rttMs: 0, calls: 1 } as const;

const idOf = (name: string): string => `${name.toLowerCase()}~epoch`;

/** A link of the later of two to the earlier, over its standing offer. */
function answered(direction: 'in' | 'out', at: number): readonly SignalTrace[] {
  const other = direction === 'out' ? 'in' : 'out';
  return [
    { at: at - 10, direction: other, route: 'beacon', parts: ['offer'], conn: 1, rev: 1 },
    { at, direction, route: 'mailbox', parts: ['answer'], conn: 1, rev: 1 },
  ];
}

function member(number: number): MeshPeer {
  const others = NAMES.map((name, other) => ({ name, other })).filter(({ other }) => other !== number);
  const linkedAt = (other: number): number => {
    const later = Math.max(number, other);
    return JOIN_AT[later]! + TOOK[later]! - (number < other ? 5 : 0);
  };
  const events: [number, HarnessEventData][] = [
    [JOIN_AT[number]! - 20, { kind: 'lobby', peerId: idOf(NAMES[number]!) }],
    ...(number > 0
      ? ([[JOIN_AT[number]! - 10, { kind: 'gathered', description: 'answer' }]] as [
          number,
          HarnessEventData,
        ][])
      : []),
    [JOIN_AT[number]!, { kind: 'join-called' }],
    ...others.flatMap(({ name, other }): [number, HarnessEventData][] => [
      [linkedAt(other), { kind: 'link-state', peer: idOf(name), state: 'connected', conn: 1 }],
      [
        linkedAt(other) + 10,
        { kind: 'message', peer: idOf(name), message: { type: 'text', length: 4, checksum: 1 } },
      ],
      [linkedAt(other) + 100, { kind: 'first-frame', peer: idOf(name) }],
    ]),
  ];
  return {
    name: NAMES[number]!,
    peerId: idOf(NAMES[number]!),
    events: events
      .sort(([one], [other]) => one - other)
      .map(([at, data], index): HarnessEvent => ({ ...data, at, index })),
    links: others.map(({ name, other }): LinkReport => {
      const later = Math.max(number, other);
      return {
        peer: idOf(name),
        seat: other,
        state: 'connected',
        conn: 1,
        remoteMedia: { audio: true, video: true },
        signals: answered(number > other ? 'out' : 'in', JOIN_AT[later]! + 3),
        framesDecoded: [2],
      };
    }),
  };
}

const GOOD: MeshRecord = {
  startedAt: 0,
  plan: PLAN,
  members: [member(0), member(1), member(2)],
  messages: 6,
  ledger: { writes: 14, reads: 23, deletes: 12 },
  ruleReads: 16,
  requestStream: { writes: 14, deletes: 12, repeats: 0 },
  leftovers: [],
  refusal: { name: 'Dan', code: 'signaling/room-full', reason: 'Every seat of the room is taken.' },
  problems: [],
  stories: [],
};

/** The same with what one peer saw changed. */
function without(number: number, kind: HarnessEvent['kind']): readonly MeshPeer[] {
  return GOOD.members.map((one, index) =>
    index === number ? { ...one, events: one.events.filter((event) => event.kind !== kind) } : one,
  );
}

describe('figures of a mesh', () => {
  it('know every pair once, who came later as its joiner', () => {
    expect(pairsOf(GOOD.members).map(({ present, joiner }) => `${present.name} ${joiner.name}`)).toEqual([
      'Ada Ben',
      'Ada Cleo',
      'Ben Cleo',
    ]);
  });

  it('take a pair for linked when both say so', () => {
    expect(pairsConnected(GOOD.members)).toBe(3);
    expect(pairsConnected(without(0, 'link-state'))).toBe(1);
  });

  it('measure each join until all who were there before are linked', () => {
    expect(joinToAllMs(GOOD)).toEqual([undefined, 50, 80]);
  });

  it('measure a join of a rush until all others are linked', () => {
    const rush = { ...GOOD, plan: { ...PLAN, isRush: true } };
    expect(joinToAllMs(rush)).toEqual([280, 180, 80]);
  });

  it('have no time where somebody never got linked', () => {
    expect(joinToAllMs({ ...GOOD, members: without(1, 'link-state') })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('tell which way every pair went, and the longest critical path', () => {
    expect(pathsOf(GOOD)).toEqual({ hops: 1, standing: 3, mailed: 0 });
    const [ada, ben, cleo] = GOOD.members as [MeshPeer, MeshPeer, MeshPeer];
    const mailed = ben.links.map((link) => ({
      ...link,
      signals: link.signals.filter(({ route }) => route !== 'beacon'),
    }));
    const record = { ...GOOD, members: [ada, { ...ben, links: mailed }, cleo] };
    expect(pathsOf(record)).toMatchObject({ standing: 2, mailed: 1 });
  });
});

describe('the verdict on a mesh', () => {
  it('is good when everything happened within its budget', () => {
    expect(failuresOfMesh(GOOD)).toEqual([]);
    expect(summarizeMesh([GOOD], PLAN, RUN)).toEqual({
      calls: 1,
      connected: 1,
      joinToOpenMs: 80,
      criticalPathHops: 1,
      messagesExchanged: 6,
      framesDecoded: 12,
      writes: 14,
      reads: 23,
      deletes: 12,
      ruleReads: 16,
      requestStream: { writes: 14, deletes: 12, repeats: 0 },
      leftovers: 0,
      emulator: 'official',
      route: 'standing-offer',
      rttMs: 0,
      peers: 3,
      pairs: 3,
      pairsConnected: 3,
      rush: false,
      joinToAllMs: [null, 50, 80],
      ratioToSecond: 1.6,
      refused: 'signaling/room-full',
      crash: null,
      ok: true,
      failures: [],
    });
  });

  it.each<[string, Partial<MeshRecord>, RegExp]>([
    ['a pair that did not connect', { members: without(2, 'link-state') }, /^1 of 3 pairs connected/],
    ['a video that nobody saw', { members: without(1, 'first-frame') }, /^1 of 3 pairs decoded/],
    ['a message that got lost', { messages: 5 }, /^5 of 6 messages/],
    ['something left behind', { leftovers: ['rooms/r/seats/0'] }, /left behind: rooms\/r\/seats\/0/],
    ['rules that read too much', { ruleReads: 29 }, /29 rule reads, 28 allowed/],
    [
      'too many writes',
      { ledger: { ...GOOD.ledger!, writes: 17 }, requestStream: null },
      /17 writes, 16 allowed/,
    ],
    [
      'a count that disagrees',
      { requestStream: { writes: 15, deletes: 12, repeats: 0 } },
      /has 14 writes, the .* stream 15/,
    ],
    [
      'one more who got a seat',
      { refusal: { name: 'Dan', code: 'none', reason: '' } },
      /one more was told none, not signaling\/room-full/,
    ],
    ['an error in a page', { problems: ['Ada: ReferenceError\n  at …'] }, /^Ada: ReferenceError$/],
  ])('is bad with %s', (_, change, failure) => {
    const record = { ...GOOD, ...change };
    expect(failuresOfMesh(record)).toContainEqual(expect.stringMatching(failure));
    expect(summarizeMesh([record], PLAN, RUN).ok).toBe(false);
  });

  it('forgives the deliveries of a commit that the emulator carried out twice, and nothing else', () => {
    const requestStream = { ...GOOD.requestStream!, repeats: 1 };
    const { reads } = MESH_BUDGETS.get(3)!;
    const cost = (more: number): MeshRecord => ({
      ...GOOD,
      requestStream,
      ledger: { ...GOOD.ledger!, reads: reads + more },
    });
    expect(failuresOfMesh(cost(5))).toEqual([]);
    expect(failuresOfMesh(cost(6))).toHaveLength(1);
  });

  it('is bad when nothing was reached, or not every call was made', () => {
    const { ledger: _, leftovers: __, refusal: ___, ...aborted } = GOOD;
    expect(failuresOfMesh({ ...aborted, members: [], messages: 0 })).toEqual([
      '0 of 3 pairs connected',
      '0 of 6 messages arrived',
      "0 of 3 pairs decoded each other's video",
      'unknown hops on the critical path, 1 allowed',
      'one more was told nothing, not signaling/room-full',
      'nobody could look for leftovers',
      'the ledger was not reached',
    ]);
    expect(summarizeMesh([GOOD], PLAN, { ...RUN, calls: 2 })).toMatchObject({
      connected: 1,
      pairsConnected: 0,
      ok: false,
      failures: ['1 of 2 calls were made'],
    });
  });

  it('gives a rush the budget that one more piece of mail for each pair takes', () => {
    expect(rushBudget(6)).toEqual({ writes: 50, reads: 90, ruleReads: 120, deletes: 48 });
    const plan = { ...PLAN, isRush: true };
    expect(failuresOfMesh({ ...GOOD, plan, ruleReads: 51 })).toEqual([]);
    expect(failuresOfMesh({ ...GOOD, plan, ruleReads: 52 })).toEqual(['52 rule reads, 51 allowed']);
  });

  it('forgives a rush the mail that had to be written once more, and nobody else', () => {
    const [ada, ben, cleo] = GOOD.members as [MeshPeer, MeshPeer, MeshPeer];
    const again = ben.links.map((link, index) =>
      index > 0
        ? link
        : { ...link, signals: [...link.signals, { ...link.signals.at(-1)!, rev: 2, at: 220 }] },
    );
    const members = [ada, { ...ben, links: again }, cleo];
    const plan = { ...PLAN, isRush: true };
    const { writes, ruleReads } = rushBudget(3);
    const ledger = { ...GOOD.ledger!, writes: writes + 1 };
    const record = { ...GOOD, plan, ledger, ruleReads: ruleReads + 3, requestStream: null };
    expect(failuresOfMesh(record)).toHaveLength(2);
    expect(failuresOfMesh({ ...record, members })).toEqual([]);
    expect(describeMesh({ ...record, members })).toContain('1 written once more, for late candidates');
    const slow = { ...GOOD, members, ledger: { ...GOOD.ledger!, writes: 17 }, requestStream: null };
    expect(failuresOfMesh(slow)).toEqual(['17 writes, 16 allowed']);
  });

  it('does not count hops of a rush, in which nobody has seen an offer, nor compare its peers', () => {
    const plan = { ...PLAN, isRush: true };
    expect(summarizeMesh([{ ...GOOD, plan }], plan, RUN)).toMatchObject({
      rush: true,
      criticalPathHops: null,
      ratioToSecond: null,
      joinToAllMs: [280, 180, 80],
    });
  });
});

describe('a page that is killed', () => {
  const plan = { ...PLAN, hasCrash: true };
  const { ledger: _, ruleReads: __, requestStream: ___, ...uncounted } = GOOD;
  const crashed: MeshRecord = {
    ...uncounted,
    plan,
    crash: {
      victim: 'Cleo',
      newcomer: 'Eve',
      killedAt: 1_000,
      noticed: [
        { name: 'Ada', at: 6_000 },
        { name: 'Ben', at: 6_500 },
      ],
      markedAt: 26_000,
      seatedAt: 117_000,
      linkedAt: 117_200,
    },
  };

  it('is told by times from its end, and by no cost', () => {
    expect(failuresOfMesh(crashed)).toEqual([]);
    expect(summarizeMesh([crashed], plan, RUN)).toMatchObject({
      crash: { noticedMs: 5_500, markedMs: 25_000, seatedMs: 116_000, linkedMs: 116_200 },
      writes: null,
      ruleReads: null,
      ok: true,
    });
    const text = describeMesh(crashed);
    expect(text).toMatch(/\+5\.0 s {2}Ada sees the link interrupted/);
    expect(text).toMatch(/\+25\.0 s {2}the seat is marked lost/);
    expect(text).toMatch(/\+116\.2 s {2}Eve is linked to all/);
  });

  it('is a failure when nobody could take its seat', () => {
    const { crash: _____, ...unfinished } = crashed;
    expect(failuresOfMesh(unfinished)).toEqual(['nobody took the seat of the killed page']);
  });
});

describe('timeline of a mesh', () => {
  it('has a column for each peer, and a step when the last of the others has reached it', () => {
    const rows = new Map(meshTimelineOf(GOOD.members).map(({ step, at }) => [step, at]));
    expect(rows.get('answers prepared')).toEqual([undefined, 190, 290]);
    expect(rows.get('join() called')).toEqual(JOIN_AT);
    expect(rows.get('linked to all')).toEqual([375, 375, 380]);
    expect(rows.get('video of all')).toEqual([475, 475, 480]);
    expect([...rows.keys()]).not.toContain('left');
  });

  it('leaves a step empty for who has not reached it with everybody', () => {
    const rows = meshTimelineOf(without(1, 'first-frame'));
    expect(rows.find(({ step }) => step === 'video of all')?.at).toEqual([475, undefined, 480]);
  });
});

describe('report of a mesh', () => {
  const text = describeMesh(GOOD);

  it('shows every join beside the second, with its budget', () => {
    expect(text).toMatch(/Ben +50 ms\n/);
    expect(text).toMatch(/Cleo +80 ms +1\.60 times the second's, 2\.0 is the budget/);
  });

  it('shows pairs, routes and counts beside their budgets, and marks what is over', () => {
    expect(text).toContain('3 of 3 connected');
    expect(text).toContain('3 standing offers answered · 0 pairs by mail');
    expect(text).toContain('writes 14 of 16 · reads 23 of 26 · rule reads 16 of 28 · deletes 12 of 15');
    expect(describeMesh({ ...GOOD, ruleReads: 30 })).toContain('rule reads 30 of 28 ✗');
  });

  it('shows the costs of a rush beside its own budget, and beside that of people who come one by one', () => {
    const rush = describeMesh({ ...GOOD, plan: { ...PLAN, isRush: true }, ruleReads: 30 });
    expect(rush).toContain('writes 14 of 17 · reads 23 of 27 · rule reads 30 of 51 · deletes 12 of 15');
    expect(rush).toContain('one by one: writes 14 of 16 · reads 23 of 26 · rule reads 30 of 28 ✗');
  });

  it('shows what one more was told', () => {
    expect(text).toContain('Dan was told signaling/room-full: Every seat of the room is taken.');
  });

  it('is a line for one of many, and ends with how many of them were whole', () => {
    expect(describeMeshBriefly(GOOD, 3)).toMatch(/^✓ call +3 {2}3 of 3 pairs · 50 80 ms · writes 14/);
    const summary = summarizeMesh([GOOD, GOOD], PLAN, { ...RUN, calls: 2 });
    expect(describeMeshSummary(summary)).toMatch(/^2 of 2: 3 peers, 3 pairs, one by one/);
    expect(describeMeshSummary(summary)).toContain("at most 1.60 times the second's (budget 2.0)");
  });
});
