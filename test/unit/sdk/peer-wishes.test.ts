import type { SignalState } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REMOTE_GENERATION_INTERVAL_MS, REMOTE_WISH_INTERVAL_MS } from '../../../web/sdk/src/defaults.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { connected, LONG_MS, parties, type Parties, type Party } from '../../support/link-parties.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const CONNECTED = ['connected', 'connected'];
const statesOf = ({ alice, bob }: Parties): string[] => [alice.link.state, bob.link.state];
const offersOf = ({ mails }: Party): number => new Set(mails.map(({ offer }) => offer?.id)).size;

type Asked = Pick<SignalState, 'want' | 'restart'> & { readonly conn?: number };

/** Has Bob, who is a full client, ask for things: with every state from now on, and at once. */
function wishing({ alice, bob }: Parties): (asked: Asked) => void {
  const receive = alice.link.receive.bind(alice.link);
  let last: SignalState = bob.mails.at(-1) ?? { conn: 1, rev: 0 };
  let raised: Asked = {};
  let ahead = 0;
  alice.link.receive = (state, route) => {
    last = state;
    receive({ ...state, ...raised, rev: state.rev + ahead }, route);
  };
  return ({ conn, ...asked }) => {
    raised = { ...raised, ...asked };
    ahead += 1;
    // Who names another connection has nothing to say about this one.
    const state = conn === undefined ? last : { conn };
    receive({ ...state, ...raised, rev: last.rev + ahead }, 'mailbox');
  };
}

describe('Link › what a peer asks for', () => {
  it('[MP8] begins a negotiation for a peer that nobody has called', async () => {
    const all = parties();
    const wish = wishing(all);
    wish({ want: 1 });
    await settled();
    expect(statesOf(all)).toEqual(CONNECTED);
    expect(all.bob.mails).toHaveLength(1);
  });

  it('[MP8] makes one more offer over the connection that the peer names, if that works', async () => {
    const all = await connected();
    const wish = wishing(all);
    const { conn } = all.alice.link;
    wish({ want: 1 });
    await settled();
    const last = all.alice.link.signals.findLast(({ direction }) => direction === 'out');
    expect(last).toMatchObject({ conn, parts: ['offer', 'candidates'], route: 'channel' });
    expect(all.alice.link.signals.at(-1)).toMatchObject({ direction: 'in', parts: ['answer', 'candidates'] });
    expect(all.network.connections).toHaveLength(2);
    expect(statesOf(all)).toEqual(CONNECTED);
  });

  it('[MP8] makes a new connection for a peer that names a higher one: it has given up what there is', async () => {
    const all = await connected();
    const wish = wishing(all);
    const { conn } = all.alice.link;
    wish({ conn: conn + 1, want: 1 });
    await all.clock.advance(REMOTE_GENERATION_INTERVAL_MS);
    expect(all.alice.link.conn).toBeGreaterThan(conn);
    expect(all.alice.states).toEqual(['connecting', 'connected', 'interrupted', 'connected']);
    expect(statesOf(all)).toEqual(CONNECTED);
  });

  it('[MP8] makes a new connection where the present one has broken, or was given up', async () => {
    const all = await connected();
    const wish = wishing(all);
    const { conn } = all.alice.link;
    all.network.isPassable = false;
    for (const side of [all.alice, all.bob]) side.pc.become('failed');
    await all.clock.advance(LONG_MS);
    expect(statesOf(all)).toEqual(['failed', 'failed']);
    all.network.isPassable = true;
    wish({ conn, want: 1 });
    await all.clock.advance(1_000);
    expect(statesOf(all)).toEqual(CONNECTED);
  });

  it('[MP8] does nothing for a wish that an offer on its way fulfils', async () => {
    const all = parties();
    const wish = wishing(all);
    all.alice.other = undefined;
    all.alice.link.call();
    await settled();
    wish({ want: 1 });
    await all.clock.advance(1_000);
    expect(all.network.connections).toHaveLength(1);
    expect(offersOf(all.alice)).toBe(1);
  });

  it('[MP9] restarts ICE over the same connection, and says it by both routes with one revision', async () => {
    const all = await connected();
    const wish = wishing(all);
    const { alice, bob } = all;
    const { conn } = alice.link;
    // Bob's side has broken, Alice's seems to work.
    bob.pc.become('failed');
    const mailsBefore = alice.mails.length;
    wish({ restart: 1 });
    await settled();
    const said = alice.link.signals.filter(
      ({ direction, parts }) => direction === 'out' && parts.includes('offer'),
    );
    const [channel, mail] = said.slice(-2);
    expect([channel?.route, mail?.route]).toEqual(['channel', 'mailbox']);
    expect(channel?.rev).toBe(mail?.rev);
    expect(alice.mails).toHaveLength(mailsBefore + 1);
    expect(alice.link.conn).toBe(conn);
    expect(all.network.connections).toHaveLength(2);
    expect(bob.pc.connectionState).toBe('connected');
    expect(statesOf(all)).toEqual(CONNECTED);
    // Later ones go by the channel alone again.
    alice.pc.addTransceiver('audio');
    await settled();
    expect(alice.mails).toHaveLength(mailsBefore + 1);
  });

  it('[MP9] says its new candidates with their end, and no end before', async () => {
    const all = await connected();
    const wish = wishing(all);
    const before = all.alice.mails.length;
    wish({ restart: 1 });
    await all.clock.advance(LONG_MS);
    const blocks = all.alice.mails.slice(before).map(({ candidates }) => candidates!);
    expect(blocks.at(-1)).toMatchObject({
      complete: true,
      lines: expect.stringContaining('candidate:') as string,
    });
    expect(blocks.filter(({ complete, lines }) => complete && lines === '')).toEqual([]);
  });

  it('[MP9] goes both ways also when the wish comes with the answer to an offer before', async () => {
    const { alice, bob, clock, network } = parties();
    const all = { alice, bob, clock, network };
    bob.link.expectCall();
    // The first answer asks.
    const receive = alice.link.receive.bind(alice.link);
    alice.link.receive = (state, route) => receive({ ...state, restart: 1 }, route);
    alice.link.call();
    await settled();
    expect(alice.mails.map(({ offer, conn }) => [offer?.id === undefined, conn])).toEqual([
      [false, alice.link.conn],
      [false, alice.link.conn],
    ]);
    expect(statesOf(all)).toEqual(CONNECTED);
  });

  it('[MP9] goes both ways also when an offer is under way', async () => {
    const all = await connected();
    const { alice, bob } = all;
    const wish = wishing(all);
    bob.pc.become('failed');
    const before = alice.mails.length;
    alice.pc.addTransceiver('audio');
    wish({ restart: 1 });
    await settled();
    expect(alice.mails).toHaveLength(before + 1);
    expect(bob.pc.connectionState).toBe('connected');
  });

  it('[MP9] makes a new connection where the one to restart is gone', async () => {
    const all = await connected();
    const wish = wishing(all);
    all.network.isPassable = false;
    for (const side of [all.alice, all.bob]) side.pc.become('failed');
    await all.clock.advance(LONG_MS);
    all.network.isPassable = true;
    wish({ restart: 1 });
    await all.clock.advance(1_000);
    expect(statesOf(all)).toEqual(CONNECTED);
  });

  it.each(['want', 'restart'] as const)(
    '[MP10] grants a wish at most once in five seconds, however often %s is raised, and the last one in the end',
    async (what) => {
      const all = await connected();
      const wish = wishing(all);
      const before = all.network.connections.length;
      const outBefore = all.alice.link.signals.filter(({ direction }) => direction === 'out').length;
      const beyond = what === 'want' ? 1_000 : 0;
      for (let round = 1; round <= 50; round += 1) {
        wish({ [what]: round, ...(beyond > 0 && { conn: beyond + round }) });
        await all.clock.advance(100);
      }
      const seconds = (50 * 100) / REMOTE_WISH_INTERVAL_MS;
      await all.clock.advance(REMOTE_WISH_INTERVAL_MS);
      const made = all.network.connections.length - before;
      const said = all.alice.link.signals.filter(({ direction }) => direction === 'out').length - outBefore;
      expect(made).toBeLessThanOrEqual(2 * (seconds + 2));
      expect(said).toBeLessThanOrEqual(2 * (seconds + 2));
      expect(what === 'want' ? made : said).toBeGreaterThan(0);
      await all.clock.advance(LONG_MS);
      expect(all.network.connections.length - before).toBeLessThanOrEqual(2 * (seconds + 2));
    },
  );

  it('[MP10] hears each number once, and nothing after its end', async () => {
    const all = await connected();
    const wish = wishing(all);
    const before = all.alice.link.signals.length;
    wish({ want: 3 });
    await settled();
    const after = all.alice.link.signals.length;
    expect(after).toBeGreaterThan(before);
    wish({ want: 3 });
    wish({ want: 2 });
    await all.clock.advance(LONG_MS);
    // Only the two states themselves.
    expect(all.alice.link.signals).toHaveLength(after + 2);
    wish({ want: 4 });
    wish({ want: 5 });
    all.alice.link.close();
    expect(all.clock.pending).toBe(0);
  });
});
