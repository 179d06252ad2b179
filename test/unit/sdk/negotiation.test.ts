import type { CandidateBlock, SignalState } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CANDIDATE_FLUSH_MS, GATHER_CAP_MS } from '../../../web/sdk/src/defaults.ts';
import type { SignalingError } from '../../../web/sdk/src/errors.ts';
import { Negotiation, type LocalState } from '../../../web/sdk/src/link/negotiation.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { asPeerConnection, FakeNetwork, FakePeerConnection } from '../../support/fake-peer-connection.ts';
import { sectionsOf, setupOf } from '../../support/fake-sdp.ts';
import { queueTask, settled } from '../../support/tasks.ts';

const CONN = 2;

/** One side of a negotiation, and what it has published. */
class Side {
  readonly pc: FakePeerConnection;
  readonly negotiation: Negotiation;
  readonly published: LocalState[] = [];
  readonly failures: SignalingError[] = [];
  agreements = 0;
  /** How states get to the other side. */
  send: (state: SignalState) => void = () => undefined;

  constructor(clock: FakeClock, network: FakeNetwork, polite: boolean) {
    this.pc = new FakePeerConnection(network);
    this.negotiation = new Negotiation({
      pc: asPeerConnection(this.pc),
      conn: CONN,
      polite,
      clock,
      beforeAnswer: () => Promise.resolve(),
      publish: (state) => {
        this.published.push(state);
        this.send({ ...state, rev: this.published.length });
      },
      onAgreed: () => {
        this.agreements += 1;
        this.negotiation.listen();
      },
      onFailure: (error) => this.failures.push(error),
    });
  }

  get last(): LocalState | undefined {
    return this.published.at(-1);
  }
}

type Pair = {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly maker: Side;
  readonly taker: Side;
};

function sides(): Pair {
  const [clock, network] = [new FakeClock(), new FakeNetwork()];
  const [maker, taker] = [new Side(clock, network, false), new Side(clock, network, true)];
  for (const { pc } of [maker, taker]) pc.createDataChannel('', { id: 0 });
  return { clock, network, maker, taker };
}

/** Both sides hear each other's states in tasks of their own. */
function wire({ maker, taker }: Pair): void {
  maker.send = (state) => queueTask(() => taker.negotiation.handle(state));
  taker.send = (state) => queueTask(() => maker.negotiation.handle(state));
}

async function connected(): Promise<Pair> {
  const pair = sides();
  wire(pair);
  pair.maker.negotiation.start();
  await settled();
  return pair;
}

const CLOSING = (side: Side, other: Side) => {
  expect(side.failures).toEqual([]);
  expect(side.pc.signalingState).toBe('stable');
  expect(side.pc.currentRemoteDescription?.sdp).toContain(other.pc.fingerprint);
  expect(sectionsOf(side.pc.currentLocalDescription!.sdp)).toEqual(
    sectionsOf(other.pc.currentLocalDescription!.sdp),
  );
};

describe('Negotiation › first exchange', () => {
  it('connects two sides with one state each', async () => {
    const { maker, taker, clock } = await connected();
    CLOSING(maker, taker);
    CLOSING(taker, maker);
    expect([maker.pc.connectionState, taker.pc.connectionState]).toEqual(['connected', 'connected']);
    expect(maker.published.map((state) => Object.keys(state))).toEqual([['conn', 'offer', 'candidates']]);
    expect(taker.published.map((state) => Object.keys(state))).toEqual([['conn', 'answer', 'candidates']]);
    expect(clock.pending).toBe(0);
  });

  it('[NG1] answers the first offer DTLS-passive, and later ones as they are', async () => {
    const { maker, taker } = await connected();
    expect(setupOf(maker.published[0]!.offer!.sdp)).toBe('actpass');
    expect(setupOf(taker.published[0]!.answer!.sdp)).toBe('passive');
    expect(setupOf(taker.pc.currentRemoteDescription!.sdp)).toBe('active');
    maker.pc.addTransceiver('audio');
    await settled();
    expect(setupOf(taker.pc.currentRemoteDescription!.sdp)).toBe('actpass');
  });

  it('sends descriptions without the candidates in them', async () => {
    const { maker, taker } = await connected();
    for (const { sdp } of [maker.last!.candidates!, maker.published[0]!.offer!, taker.last!.answer!].filter(
      (part) => 'sdp' in part,
    ))
      expect(sdp).not.toMatch(/a=(candidate|end-of-candidates)/);
    expect(taker.last!.candidates!.lines).toMatch(/^candidate:/);
  });

  it('[NG2] an answer must name the offer that is pending', async () => {
    const pair = sides();
    const { maker, taker } = pair;
    maker.negotiation.start();
    await settled();
    taker.negotiation.handle({ ...maker.last!, rev: 1 });
    await settled();
    const answer = taker.last!.answer!;
    maker.negotiation.handle({ conn: CONN, rev: 1, answer: { ...answer, id: 'another0' } });
    await settled();
    expect(maker.pc.signalingState).toBe('have-local-offer');
    maker.negotiation.handle({ conn: CONN, rev: 2, answer: { ...answer, conn: CONN + 1 } });
    await settled();
    expect(maker.pc.signalingState).toBe('have-local-offer');
    maker.negotiation.handle({ conn: CONN, rev: 3, answer });
    await settled();
    expect(maker.pc.signalingState).toBe('stable');
    expect(maker.failures).toEqual([]);
  });

  it('takes up an offer that was made before, and its answer', async () => {
    const network = new FakeNetwork();
    const clock = new FakeClock();
    const taker = new Side(clock, network, true);
    const maker = new Side(clock, network, false);
    for (const { pc } of [maker, taker]) pc.createDataChannel('', { id: 0 });
    await maker.pc.setLocalDescription();
    await settled();
    const offer = { conn: CONN, id: 'standing', sdp: maker.pc.localDescription!.sdp };
    maker.negotiation.adopt(offer);
    taker.negotiation.handle({ conn: CONN, rev: 1, offer });
    await settled();
    maker.negotiation.handle({ ...taker.last!, rev: 1 });
    await settled();
    CLOSING(maker, taker);
    expect(maker.agreements).toBe(1);
  });

  it.each(['offer', 'answer'] as const)(
    '[NG3] reports a failure when the %s cannot be applied',
    async (kind) => {
      const pair = sides();
      wire(pair);
      const failing = kind === 'offer' ? pair.taker : pair.maker;
      failing.pc.refusesNext = true;
      pair.maker.negotiation.start();
      await settled();
      expect(failing.failures.map(({ code }) => code)).toEqual(['signaling/negotiation-failed']);
      expect(failing.agreements).toBe(0);
    },
  );

  it('says and does nothing more once closed, and leaves no timer', async () => {
    const { clock, network, maker, taker } = sides();
    network.gathering = 'manual';
    maker.negotiation.start();
    await settled();
    expect(clock.pending).toBe(1);
    maker.negotiation.close();
    maker.pc.close();
    expect(clock.pending).toBe(0);
    taker.negotiation.start();
    await clock.advance(GATHER_CAP_MS);
    maker.negotiation.handle({ ...taker.last!, rev: 1 });
    await clock.advance(10_000);
    expect(maker.published).toEqual([]);
    expect(maker.failures).toEqual([]);
  });
});

describe('Negotiation › candidates', () => {
  async function answered(): Promise<Pair & { offer: LocalState }> {
    const pair = sides();
    pair.maker.negotiation.start();
    await settled();
    return { ...pair, offer: pair.maker.last! };
  }

  it('[NG4] candidates that come before their description wait for it', async () => {
    const { taker, offer } = await answered();
    taker.negotiation.handle({ conn: CONN, rev: 1, candidates: offer.candidates! });
    await settled();
    expect(taker.pc.remoteCandidates).toEqual([]);
    taker.negotiation.handle({ conn: CONN, rev: 2, offer: offer.offer! });
    await settled();
    expect(taker.pc.remoteCandidates).toHaveLength(2);
  });

  it('adds each candidate once, and ends the list with the empty one', async () => {
    const { taker, offer } = await answered();
    for (let rev = 1; rev < 4; rev += 1) taker.negotiation.handle({ ...offer, rev });
    await settled();
    const { ufrag, lines } = offer.candidates!;
    expect(taker.pc.remoteCandidates).toEqual([`${ufrag} ${lines}`, `${ufrag} `]);
  });

  it('ignores candidates of other ICE credentials, and of another connection', async () => {
    const { taker, offer } = await answered();
    const block: CandidateBlock = offer.candidates!;
    taker.negotiation.handle({
      conn: CONN,
      rev: 1,
      offer: offer.offer!,
      candidates: { ...block, ufrag: 'other' },
    });
    taker.negotiation.handle({ conn: CONN, rev: 2, candidates: { ...block, conn: CONN + 1 } });
    await settled();
    expect(taker.pc.remoteCandidates).toEqual([]);
    expect(taker.failures).toEqual([]);
  });

  it('waits for gathering a moment, then sends what there is; late ones follow together', async () => {
    const pair = sides();
    const { clock, network, maker } = pair;
    network.gathering = 'manual';
    maker.negotiation.start();
    await settled();
    maker.pc.findCandidate('192.0.2.1');
    await clock.advance(GATHER_CAP_MS - 1);
    expect(maker.published).toHaveLength(0);
    await clock.advance(1);
    expect(maker.last!.candidates).toMatchObject({ complete: false });
    maker.pc.findCandidate('192.0.2.2');
    await clock.advance(CANDIDATE_FLUSH_MS / 2);
    maker.pc.findCandidate('192.0.2.3');
    expect(maker.published).toHaveLength(1);
    await clock.advance(CANDIDATE_FLUSH_MS / 2);
    expect(maker.published).toHaveLength(2);
    expect(maker.last!.candidates!.lines.split('\n')).toHaveLength(3);
    maker.pc.finishGathering();
    expect(maker.last!.candidates).toMatchObject({ complete: true });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['the maker', 'maker'],
    ['the taker', 'taker'],
  ] as const)(
    '[NG5] says the rest and the end of its candidates after the exchange, too: %s',
    async (_, name) => {
      const pair = sides();
      const { clock, network } = pair;
      network.gathering = 'manual';
      wire(pair);
      pair.maker.negotiation.start();
      await clock.advance(3 * GATHER_CAP_MS);
      expect([pair.maker.pc.signalingState, pair.taker.pc.signalingState]).toEqual(['stable', 'stable']);
      const [late, other] = name === 'maker' ? [pair.maker, pair.taker] : [pair.taker, pair.maker];
      late.pc.findCandidate('192.0.2.77');
      await clock.advance(CANDIDATE_FLUSH_MS);
      late.pc.finishGathering();
      await clock.advance(CANDIDATE_FLUSH_MS);
      const [candidate, end] = other.pc.remoteCandidates.slice(-2);
      expect(candidate).toContain('192.0.2.77');
      expect(end).toMatch(/ $/);
      expect(pair.clock.pending).toBe(0);
    },
  );
});

describe('Negotiation › glare', () => {
  it.each([
    ['at once', 0],
    ['the maker a little earlier', 1],
    ['the taker a little earlier', 2],
  ])('[NG6] ends stable, with the changes of both: %s', async (_, who) => {
    const { maker, taker, clock } = await connected();
    const change = {
      maker: () => maker.pc.addTransceiver('audio'),
      taker: () => taker.pc.addTransceiver('video'),
    };
    if (who !== 2) change.maker();
    if (who === 1) await new Promise<void>((resolve) => queueTask(resolve));
    change.taker();
    if (who === 2) {
      await new Promise<void>((resolve) => queueTask(resolve));
      change.maker();
    }
    await settled();
    await clock.advance(1_000);
    CLOSING(maker, taker);
    CLOSING(taker, maker);
    const kinds = sectionsOf(maker.pc.currentLocalDescription!.sdp).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['application', 'audio', 'video']);
  });

  it('[NG7] an answer clears the own offer that it supersedes', async () => {
    const { maker, taker } = await connected();
    // The taker's offer has been published, but the maker's comes first.
    const held: SignalState[] = [];
    taker.send = (state) => held.push(state);
    taker.pc.addTransceiver('video');
    await settled();
    expect(held.at(-1)!.offer).toBeDefined();
    maker.pc.addTransceiver('audio');
    await settled();
    const answering = held.find(({ answer }) => answer?.id === maker.last!.offer!.id)!;
    expect(answering.offer).toBeUndefined();
  });

  it('applies the answer of a state before the offer that came with it', async () => {
    const pair = await connected();
    const { maker, taker } = pair;
    const toMaker: SignalState[] = [];
    taker.send = (state) => toMaker.push(state);
    maker.pc.addTransceiver('audio');
    await settled();
    taker.pc.addTransceiver('video');
    await settled();
    const collapsed = toMaker.at(-1)!;
    expect(collapsed.answer?.id).toBe(maker.last!.offer!.id);
    expect(collapsed.offer).toBeDefined();
    wire(pair);
    maker.negotiation.handle(collapsed);
    await settled();
    CLOSING(maker, taker);
    CLOSING(taker, maker);
  });
});

describe('Negotiation › delivery', () => {
  /** What a mailbox may do to a sequence of states: skip, repeat and delay, but never leave the last one out. */
  class Mailbox {
    #latest: SignalState | undefined;
    #seen = 0;
    readonly #stale: SignalState[] = [];
    readonly #deliver: (state: SignalState) => void;
    constructor(deliver: (state: SignalState) => void) {
      this.#deliver = deliver;
    }
    put(state: SignalState): void {
      this.#latest = state;
      this.#stale.push(state);
    }
    /** Delivers the latest state, or one of before, which the revision tells. */
    deliver(age: number): void {
      const state = this.#stale.at(-1 - age) ?? this.#latest;
      if (state === undefined || state.rev <= this.#seen) return;
      this.#seen = state.rev;
      this.#deliver(state);
    }
    repeat(): void {
      const seen = this.#stale.find(({ rev }) => rev === this.#seen);
      if (seen !== undefined) this.#deliver(seen);
    }
  }

  const steps = fc.array(
    fc.oneof(
      fc.record({
        do: fc.constant('deliver' as const),
        to: fc.integer({ min: 0, max: 1 }),
        age: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({
        do: fc.constant('repeat' as const),
        to: fc.integer({ min: 0, max: 1 }),
        age: fc.constant(0),
      }),
      fc.record({
        do: fc.constant('change' as const),
        to: fc.integer({ min: 0, max: 1 }),
        age: fc.constant(0),
      }),
      fc.record({ do: fc.constant('settle' as const), to: fc.constant(0), age: fc.constant(0) }),
    ),
    { maxLength: 25 },
  );

  it('[NG8] converges whatever states are skipped, repeated or late, as long as the last one comes', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const pair = sides();
        const { maker, taker, clock } = pair;
        const both = [maker, taker] as const;
        const boxes = both.map(
          (_, index) => new Mailbox((state) => both[1 - index]!.negotiation.handle(state)),
        );
        both.forEach((side, index) => (side.send = (state) => boxes[index]!.put(state)));
        maker.negotiation.start();
        let changes = 0;
        for (const step of script) {
          if (step.do === 'deliver') boxes[step.to]!.deliver(step.age);
          else if (step.do === 'repeat') boxes[step.to]!.repeat();
          else if (step.do === 'settle') await settled();
          // Only an established connection is changed: before, the link has the say.
          else if (both[step.to]!.agreements > 0) {
            both[step.to]!.pc.addTransceiver('audio');
            changes += 1;
          } else await Promise.resolve();
        }
        for (let round = 0; round < 12; round += 1) {
          await clock.advance(1_000);
          for (const box of boxes) box.deliver(0);
        }
        await clock.advance(1_000);
        CLOSING(maker, taker);
        CLOSING(taker, maker);
        expect(sectionsOf(maker.pc.currentLocalDescription!.sdp)).toHaveLength(1 + changes);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
