import type { SignalState } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALICE, BOB } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { Party } from '../../support/link-parties.ts';
import { MinimalLink } from '../../support/minimal-client/minimal-link.ts';
import { queueTask, settled } from '../../support/tasks.ts';

const PATIENCE_MS = 10_000;
let network: FakeNetwork;

beforeEach(() => {
  network = new FakeNetwork();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('MediaStream', FakeMediaStream);
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

/** The link of a full client, and that of a minimal one on its other side. */
function pair() {
  const clock = new FakeClock();
  const full = new Party({ clock, network }, ALICE, BOB);
  const said: SignalState[] = [];
  const heard: string[] = [];
  const minimal = new MinimalLink(false, {
    onSay: (state) => {
      said.push(state);
      queueTask(() => full.link.receive(state, 'mailbox'));
    },
    onState: (state) => heard.push(state),
    onMessage: (text) => heard.push(text),
  });
  full.other = { link: minimal };
  return { clock, full, minimal, said, heard };
}

async function connectedPair() {
  const all = pair();
  all.full.link.call();
  await settled();
  expect(all.full.link.state).toBe('connected');
  return all;
}

describe('MinimalLink', () => {
  it('meets the link of a full client, which offers; messages pass both ways', async () => {
    const { full, minimal, said, heard } = await connectedPair();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ conn: full.link.conn, answer: {}, candidates: { complete: true } });
    await full.link.send('hello');
    minimal.send('hello, too');
    await settled();
    expect(heard).toEqual(['open', 'hello']);
    expect(full.messages).toEqual(['hello, too']);
    minimal.close();
    expect(heard.at(-1)).toBe('closed');
    expect(network.openConnections).toEqual([full.pc]);
  });

  it('[DC1] sends and puts together texts that are longer than a frame', async () => {
    const { full, minimal, heard } = await connectedPair();
    // Two bytes each, so that parts end in the middle of a character.
    const long = `a${'é'.repeat(100_000)}`;
    await full.link.send(long);
    await full.link.send(new ArrayBuffer(100_000));
    await full.link.send('short');
    minimal.send(long);
    minimal.send('"'.repeat(40_000));
    await settled();
    expect(heard).toEqual(['open', long, 'short']);
    expect(full.messages).toEqual([long, '"'.repeat(40_000)]);
  });

  it('answers by mail what is offered over the channel', async () => {
    const { full, said } = await connectedPair();
    full.pc.addTransceiver('video');
    await settled();
    expect(full.mails).toHaveLength(1);
    expect(said).toHaveLength(2);
    expect(full.pc.signalingState).toBe('stable');
  });

  it('[MP7] does nothing for what is not above all before', async () => {
    const { full, minimal, said } = await connectedPair();
    const offer = full.mails[0]!;
    minimal.receive(offer);
    minimal.receive({ ...offer, rev: offer.rev + 1 });
    minimal.receive({
      ...offer,
      rev: offer.rev + 2,
      conn: 1,
      offer: { ...offer.offer!, conn: 1, id: 'another0' },
    });
    await settled();
    expect(said).toHaveLength(1);
    expect(network.openConnections).toHaveLength(2);
  });

  it('[MP11] asks for an offer that does not come, and gets it', async () => {
    const { full, said } = pair();
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    await settled();
    expect(said).toEqual([]);
    vi.advanceTimersByTime(1);
    await settled();
    expect(said[0]).toEqual({ conn: 1, rev: 1, want: 1 });
    expect(full.link.state).toBe('connected');
  });

  it('[MP11] asks for new ICE when its connection fails, and gets it over the same connection', async () => {
    const { clock, full, said } = await connectedPair();
    const { conn } = full.link;
    const own = network.connections.find((connection) => connection !== full.pc)!;
    own.become('failed');
    await settled();
    expect(said[1]).toMatchObject({ conn, restart: 1 });
    expect(own.connectionState).toBe('connected');
    await clock.advance(60_000);
    expect(full.link.conn).toBe(conn);
    expect(full.repairs).toEqual([]);
  });

  it('[MP10] grants a wish at most once in five seconds, and the last one that came meanwhile', async () => {
    const said: SignalState[] = [];
    const nothing = (): void => undefined;
    const link = new MinimalLink(true, {
      onSay: (state) => said.push(state),
      onState: nothing,
      onMessage: nothing,
    });
    await settled();
    const offers = (): number[] => said.flatMap(({ offer }) => (offer === undefined ? [] : [offer.conn]));
    for (const want of [1, 2, 3]) {
      link.receive({ conn: want + 1, rev: want, want });
      await settled();
    }
    expect(offers()).toEqual([1, 2]);
    vi.advanceTimersByTime(4_999);
    await settled();
    expect(offers()).toEqual([1, 2]);
    vi.advanceTimersByTime(1);
    await settled();
    expect(offers()).toEqual([1, 2, 4]);
    vi.advanceTimersByTime(5_000);
    await settled();
    expect(offers()).toEqual([1, 2, 4]);
    link.close();
  });
});
