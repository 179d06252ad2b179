import type { SignalState } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { MinimalLink } from '../../support/minimal-client/minimal-link.ts';
import { settled } from '../../support/tasks.ts';
import { fitted, vectorsOf } from '../../support/vectors.ts';

type Step =
  | { readonly receive: SignalState }
  | { readonly say: readonly object[] }
  | { readonly passMs: number }
  | { readonly fail: true };
type Trace = {
  readonly name: string;
  readonly rule: string;
  readonly offers: boolean;
  readonly steps: readonly Step[];
};

const { traces } = vectorsOf('negotiation') as { readonly traces: readonly Trace[] };
let network: FakeNetwork;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  network = new FakeNetwork();
  vi.stubGlobal(
    'RTCPeerConnection',
    vi.fn(function () {
      return network.create();
    }),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets time pass, second by second, with all that comes of it. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    vi.advanceTimersByTime(Math.min(left, 1_000));
    await settled();
  }
}

async function take(step: Exclude<Step, { readonly say: unknown }>, link: MinimalLink): Promise<void> {
  if ('receive' in step) link.receive(step.receive);
  else if ('passMs' in step) await pass(step.passMs);
  else network.connections.at(-1)?.become('failed');
  await settled();
}

describe('vectors › negotiation of a client that only answers', () => {
  it.each(traces.map((trace) => [trace.name, trace] as const))('[MP16] %s', async (_, { offers, steps }) => {
    const said: SignalState[] = [];
    const link = new MinimalLink(offers, {
      onSay: (state) => said.push(state),
      onState: () => undefined,
      onMessage: () => undefined,
    });
    await settled();
    let known = 0;
    for (const step of steps) {
      if (!('say' in step)) {
        await take(step, link);
        continue;
      }
      const now = said.slice(known);
      expect(now).toEqual(step.say.map((state, index) => fitted(state, now[index])));
      for (const { answer, offer, candidates } of now) {
        expect(candidates?.id).toBe(answer?.id ?? offer?.id ?? candidates?.id);
        // Also after an ICE restart, when gathering still looks complete.
        expect(candidates?.lines).not.toBe('');
      }
      known = said.length;
    }
    link.close();
    expect(said).toHaveLength(known);
    expect(network.openConnections).toEqual([]);
  });
});
