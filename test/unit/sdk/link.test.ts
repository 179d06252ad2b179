import { LIMITS } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ANSWER_DEADLINE_MS,
  CONNECT_DEADLINE_MS,
  DISCONNECTED_GRACE_MS,
  REMOTE_GENERATION_INTERVAL_MS,
  REPAIR_ATTEMPTS_MAX,
  SECOND_SIDE_DELAY_MS,
} from '../../../web/sdk/src/defaults.ts';
import { SignalingError } from '../../../web/sdk/src/errors.ts';
import { connected, LONG_MS, parties, Party, standing } from '../../support/link-parties.ts';
import { ALICE, BOB } from '../../support/factories.ts';
import { fakeOf } from '../../support/fake-peer-connection.ts';
import { sizeOf } from '../../support/fake-data-channel.ts';
import { FakeMediaStream, fakeTrack } from '../../support/fake-sdp.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

describe('Link › coming up', () => {
  it('connects by an offer and an answer through the mailboxes, and leaves no timer', async () => {
    const { alice, bob, clock, network } = await connected();
    expect(alice.states).toEqual(['connecting', 'connected']);
    expect(bob.states).toEqual(['connecting', 'connected']);
    expect([alice.mails, bob.mails].map((mails) => mails.length)).toEqual([1, 1]);
    expect(clock.pending).toBe(0);
    await clock.advance(LONG_MS);
    expect(network.connections).toHaveLength(2);
  });

  it('[LK1] takes an offer that stands: the answer is all that is sent before the channel opens', async () => {
    const { alice, bob, clock } = parties();
    const keeper = await standing(alice, clock);
    bob.link.prepareAnswer(keeper.offer!);
    await bob.link.prepared;
    expect(bob.mails).toEqual([]);
    bob.link.release();
    const answer = bob.link.preparedState!;
    const taken = keeper.take(answer.answer!.id)!;
    alice.link.adoptStanding(taken.connection, taken.offer);
    alice.link.receive(answer, 'mailbox');
    await settled();
    // The channel may open before the join is acknowledged.
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    bob.link.confirm(answer);
    await clock.advance(LONG_MS);
    expect([alice.mails, bob.mails]).toEqual([[], []]);
    expect([alice.link.conn, bob.link.conn]).toEqual([1, 1]);
    expect(bob.link.signals.map(({ direction, route }) => `${direction} ${route}`)).toEqual([
      'in beacon',
      'out mailbox',
    ]);
  });

  it('[LK2] lets the peer see no address before the join: candidates are tried when it is released', async () => {
    const { alice, bob, clock } = parties();
    const keeper = await standing(alice, clock);
    bob.link.prepareAnswer(keeper.offer!);
    await clock.advance(LONG_MS);
    expect(bob.pc.remoteCandidates).toEqual([]);
    expect(bob.link.state).toBe('waiting');
    expect(bob.link.preparedState?.candidates?.complete).toBe(true);
    bob.link.release();
    await settled();
    expect(bob.pc.remoteCandidates.length).toBeGreaterThan(1);
  });

  it('says what was not carried by the join, after it', async () => {
    const { alice, bob } = parties();
    bob.link.prepareOffer();
    await settled();
    bob.link.release();
    bob.link.confirm(undefined);
    await settled();
    expect(bob.mails).toHaveLength(1);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
  });

  it('tells what each side sends as soon as the channel opens, and on every change', async () => {
    const { alice, bob } = await connected();
    expect(bob.link.remoteMedia).toEqual({ audio: false, video: false });
    alice.media.update({ video: fakeTrack('video') });
    await alice.link.refreshMedia();
    await settled();
    expect(bob.link.remoteMedia).toEqual({ audio: false, video: true });
    expect(alice.mails).toHaveLength(1);
    expect(alice.pc.getTransceivers().map(({ sender }) => sender.track !== null)).toEqual([false, true]);
  });

  it('sends and receives on both sides from the first exchange on, whoever has tracks', async () => {
    const { alice, bob } = await connected();
    for (const { pc } of [alice, bob])
      expect(pc.getTransceivers().map(({ direction }) => direction)).toEqual(['sendrecv', 'sendrecv']);
  });

  it('[LK3] renegotiates over the data channel, without a document', async () => {
    const { alice, bob } = await connected();
    alice.pc.addTransceiver('audio');
    await settled();
    expect(bob.pc.getTransceivers()).toHaveLength(3);
    expect([alice.mails.length, bob.mails.length]).toEqual([1, 1]);
    expect(alice.link.signals.at(-1)).toMatchObject({
      route: 'channel',
      direction: 'in',
      parts: ['answer', 'candidates'],
    });
  });

  it('[DC6] says by mail what is too large for a frame', async () => {
    const { alice, bob } = await connected();
    for (const { pc } of [alice, bob]) {
      pc.sdpLengthMin = LIMITS.SDP_LENGTH_MAX;
      for (const channel of pc.channels) channel.frameMax = 4 * LIMITS.MESSAGE_PART_LENGTH;
    }
    alice.pc.addTransceiver('video');
    await settled();
    expect(bob.pc.getTransceivers()).toHaveLength(3);
    expect([alice.mails.length, bob.mails.length]).toEqual([2, 2]);
    const sizes = [alice, bob].flatMap(({ pc }) =>
      pc.channels.flatMap(({ sentFrames }) => sentFrames.map(sizeOf)),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.MESSAGE_PART_LENGTH);
  });

  it('brings messages over, and refuses them without a channel', async () => {
    const { alice, bob } = await connected();
    await alice.link.send('hello');
    await settled();
    expect(bob.messages).toEqual(['hello']);
    const unconnected = parties().alice.link;
    await expect(unconnected.send('hello')).rejects.toMatchObject({ code: 'signaling/channel-closed' });
  });

  it('gives up with the reason when the browser makes no more connections', async () => {
    const { alice, clock } = parties();
    Object.assign(alice, {
      connect: () => {
        throw new SignalingError('signaling/too-many-connections');
      },
    });
    alice.link.call();
    await settled();
    expect(alice.link.state).toBe('failed');
    expect(alice.link.error?.code).toBe('signaling/too-many-connections');
    expect(clock.pending).toBe(0);
  });
});

describe('Link › numbers of connections', () => {
  it('[LK4] both calling at once settle on the connection with the higher number', async () => {
    const { alice, bob, clock, network } = parties();
    alice.link.call();
    bob.link.call();
    await settled();
    expect(alice.link.conn).toBe(bob.link.conn);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    await clock.advance(LONG_MS);
    expect(network.openConnections).toHaveLength(2);
    expect([alice.repairs, bob.repairs]).toEqual([[], []]);
  });

  it('[LK5] the two sides never make the same number', async () => {
    const { alice, bob, network } = parties();
    network.isPassable = false;
    const made: [number[], number[]] = [[], []];
    for (let round = 0; round < 4; round += 1) {
      [alice, bob].forEach((party, index) => {
        party.hasBackend = false;
        party.link.call();
        made[index]!.push(party.link.conn);
      });
      await settled();
    }
    expect(made[0].filter((conn) => made[1].includes(conn))).toEqual([]);
    expect(Math.min(...made.flat())).toBeGreaterThan(1);
  });

  it('ignores states of a connection that has been replaced, and what is no news', async () => {
    const { alice, bob, clock } = await connected();
    const first = bob.mails[0]!;
    const before = alice.link.signals.length;
    alice.link.receive(first, 'mailbox');
    expect(alice.link.signals).toHaveLength(before);
    alice.link.receive({ ...first, conn: 1, rev: 50 }, 'mailbox');
    // A higher number without an offer does not begin anything.
    alice.link.receive({ ...first, conn: 99, rev: 51 }, 'mailbox');
    await clock.advance(LONG_MS);
    expect(alice.link.conn).toBe(first.conn);
    expect(alice.link.state).toBe('connected');
    expect(alice.problems).toEqual([]);
  });

  it('a second answer to one standing offer does not disturb the first', async () => {
    const { alice, bob, clock } = parties();
    const keeper = await standing(alice, clock);
    bob.link.prepareAnswer(keeper.offer!);
    await bob.link.prepared;
    const answer = bob.link.preparedState!.answer!;
    expect(keeper.take('another0')).toBeUndefined();
    expect(keeper.take(answer.id)).toBeDefined();
    expect(keeper.take(answer.id)).toBeUndefined();
  });
});

describe('Link › repair', () => {
  it('[RC1] makes a new connection when descriptions are agreed and nothing connects (rung 0)', async () => {
    const { alice, bob, clock, network } = parties();
    network.isPassable = false;
    alice.link.call();
    await clock.advance(CONNECT_DEADLINE_MS - 1);
    expect(alice.repairs).toEqual([]);
    expect([alice.link.state, bob.link.state]).toEqual(['connecting', 'connecting']);
    network.isPassable = true;
    await clock.advance(SECOND_SIDE_DELAY_MS);
    expect(alice.repairs).toMatchObject([{ rung: 0, attempt: 1, conn: alice.link.conn }]);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    expect(network.openConnections).toHaveLength(2);
    await clock.advance(LONG_MS);
    expect(alice.repairs).toHaveLength(1);
    expect(bob.repairs).toEqual([]);
  });

  it('[RC2] makes a new connection when nobody answers (rung 0)', async () => {
    const { alice, bob, clock } = parties();
    alice.other = undefined;
    alice.link.call();
    await clock.advance(ANSWER_DEADLINE_MS - 1);
    expect(alice.repairs).toEqual([]);
    alice.other = bob;
    await clock.advance(SECOND_SIDE_DELAY_MS);
    expect(alice.repairs).toMatchObject([{ rung: 0, attempt: 1 }]);
    expect(alice.link.state).toBe('connected');
  });

  it('calls by itself when a call that was announced does not come', async () => {
    const { alice, bob, clock } = parties();
    bob.link.expectCall();
    await clock.advance(LONG_MS);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    expect(bob.repairs).toMatchObject([{ rung: 0, attempt: 1 }]);
  });

  it.each(['failed', 'closed channel'] as const)(
    '[RC3] makes a new connection after one that %s (rung 2)',
    async (how) => {
      const { alice, bob, clock, network } = await connected();
      const first = alice.link.conn;
      if (how === 'failed') for (const side of [alice, bob]) side.pc.become('failed');
      else alice.pc.channels[0]!.close();
      await settled();
      if (how === 'failed')
        expect([alice.link.state, bob.link.state]).toEqual(['interrupted', 'interrupted']);
      await clock.advance(10_000);
      expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
      expect(alice.link.conn).toBeGreaterThan(first);
      expect([...alice.repairs, ...bob.repairs]).toMatchObject([{ rung: 2, attempt: 1 }]);
      expect(network.openConnections).toHaveLength(2);
      expect(alice.states).not.toContain('failed');
    },
  );

  it('[RC4] waits for ICE to recover from `disconnected` by itself', async () => {
    const { alice, clock } = await connected();
    const { conn } = alice.link;
    alice.pc.become('disconnected');
    expect(alice.link.state).toBe('interrupted');
    await clock.advance(DISCONNECTED_GRACE_MS - 1);
    alice.pc.become('connected');
    expect(alice.link.state).toBe('connected');
    await clock.advance(LONG_MS);
    expect(alice.link.conn).toBe(conn);
    expect(alice.repairs).toEqual([]);
  });

  it('makes a new connection when `disconnected` lasts', async () => {
    const { alice, bob, clock } = await connected();
    for (const side of [alice, bob]) side.pc.become('disconnected');
    await clock.advance(DISCONNECTED_GRACE_MS + 2 * SECOND_SIDE_DELAY_MS);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    expect(alice.repairs).toMatchObject([{ rung: 2, attempt: 1 }]);
    expect(bob.repairs).toEqual([]);
  });

  it('takes the step at once when the network is back', async () => {
    const { alice, bob, clock } = await connected();
    await clock.advance(REMOTE_GENERATION_INTERVAL_MS);
    for (const side of [alice, bob]) side.pc.become('disconnected');
    alice.link.hurry();
    await settled();
    expect(alice.link.state).toBe('connected');
    expect(alice.repairs).toHaveLength(1);
    await clock.advance(LONG_MS);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
  });

  it('[RC5] gives up after a bounded number of attempts, says so, and leaves no timer', async () => {
    const { alice, bob, clock, network } = parties();
    network.isPassable = false;
    alice.link.call();
    await clock.advance(LONG_MS);
    for (const { link } of [alice, bob]) {
      expect(link.state).toBe('failed');
      expect(link.error?.code).toBe('signaling/peer-unreachable');
    }
    expect(alice.repairs.length).toBeLessThanOrEqual(REPAIR_ATTEMPTS_MAX);
    expect(alice.repairs.length + bob.repairs.length).toBeLessThanOrEqual(2 * REPAIR_ATTEMPTS_MAX);
    expect(network.openConnections).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('[RC5] begins again when the network is back, if it had been given up', async () => {
    const { alice, bob, clock, network } = parties();
    network.isPassable = false;
    alice.link.call();
    await clock.advance(LONG_MS);
    expect(alice.link.state).toBe('failed');
    network.isPassable = true;
    for (const { link } of [alice, bob]) link.hurry();
    await clock.advance(20_000);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    expect(alice.link.error).toBeUndefined();
  });

  it('does not let a burst of wakes use its attempts up', async () => {
    const { alice, clock, network } = await connected();
    network.isPassable = false;
    alice.pc.become('failed');
    for (let wake = 0; wake < 5; wake += 1) {
      alice.link.hurry();
      await clock.advance(500);
    }
    expect(alice.link.state).toBe('interrupted');
    expect(alice.repairs).toHaveLength(1);
  });

  it('[LK9] makes at most one connection a second for a peer that keeps beginning anew, and ends with the last', async () => {
    const { alice, bob, clock, network } = await connected();
    const before = network.connections.length;
    const [mail] = alice.mails;
    for (let conn = 4; conn < 104; conn += 2) {
      const offer = { ...mail!.offer!, conn, id: `offer${String(conn).padStart(4, '0')}` };
      bob.link.receive({ conn, rev: conn, offer }, 'mailbox');
      await clock.advance(100);
    }
    expect(network.connections.length - before).toBeLessThanOrEqual(6);
    await clock.advance(1_000);
    expect(bob.link.conn).toBe(102);
  });

  it('begins at the bottom of the ladder again after a success', async () => {
    const { alice, bob, clock } = await connected();
    for (let round = 1; round <= 2 * REPAIR_ATTEMPTS_MAX; round += 1) {
      for (const side of [alice, bob]) side.pc.become('failed');
      await clock.advance(20_000);
      expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    }
    expect([...alice.repairs, ...bob.repairs].every(({ attempt }) => attempt === 1)).toBe(true);
  });

  it.each(['offer', 'answer'] as const)(
    '[RC6] makes a new connection when the %s cannot be applied',
    async (kind) => {
      const { alice, bob, clock } = parties();
      const failing = kind === 'offer' ? bob : alice;
      const { connect } = failing;
      Object.assign(failing, {
        connect: () => {
          const connection = connect();
          fakeOf(connection.pc).refusesNext = failing.problems.length === 0;
          return connection;
        },
      });
      alice.link.call();
      await clock.advance(20_000);
      expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
      expect(failing.problems.map(({ code }) => code)).toEqual(['signaling/negotiation-failed']);
    },
  );

  it('repairs a link that came up and broke before its join was acknowledged', async () => {
    const { alice, bob, clock } = parties();
    const keeper = await standing(alice, clock);
    bob.link.prepareAnswer(keeper.offer!);
    await bob.link.prepared;
    bob.link.release();
    const answer = bob.link.preparedState!;
    const taken = keeper.take(answer.answer!.id)!;
    alice.link.adoptStanding(taken.connection, taken.offer);
    alice.link.receive(answer, 'mailbox');
    await settled();
    bob.pc.become('failed');
    expect(bob.link.state).toBe('interrupted');
    bob.link.confirm(answer);
    await clock.advance(10_000);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    expect(bob.repairs).toMatchObject([{ rung: 2 }]);
  });

  it('repairs once the backend is back, if it was gone as well', async () => {
    const { alice, bob, clock } = await connected();
    for (const side of [alice, bob]) {
      side.hasBackend = false;
      side.pc.become('failed');
    }
    await clock.advance(15_000);
    for (const side of [alice, bob]) side.hasBackend = true;
    await clock.advance(60_000);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
  });

  it('a failed link comes up again when the peer calls', async () => {
    const { alice, bob, clock, network } = parties();
    network.isPassable = false;
    alice.link.call();
    await clock.advance(LONG_MS);
    network.isPassable = true;
    bob.link.call();
    await clock.advance(1_000);
    expect([alice.link.state, bob.link.state]).toEqual(['connected', 'connected']);
    expect(alice.link.error).toBeUndefined();
  });
});

describe('Link › end', () => {
  it('[LK6] a missing seat alone never closes a link that works', async () => {
    const { alice, bob, clock } = await connected();
    alice.isOtherSeated = false;
    alice.link.peerUnseated();
    await clock.advance(LONG_MS);
    expect(alice.link.state).toBe('connected');
    await bob.link.send('still here');
    await settled();
    expect(alice.messages).toEqual(['still here']);
  });

  it('closes a link that broke when its peer has no seat, instead of repairing it', async () => {
    const { alice, bob, clock, network } = await connected();
    bob.link.close();
    alice.isOtherSeated = false;
    alice.pc.become('failed');
    await clock.advance(LONG_MS);
    expect(alice.link.state).toBe('closed');
    expect(alice.link.error?.code).toBe('signaling/peer-left');
    expect(alice.repairs).toEqual([]);
    expect(network.connections).toHaveLength(2);
  });

  it('closes a link that is not up when its peer leaves', async () => {
    const { alice, network } = parties();
    network.isPassable = false;
    alice.link.call();
    await settled();
    alice.link.peerUnseated();
    expect(alice.link.state).toBe('closed');
    expect(alice.link.error?.code).toBe('signaling/peer-left');
  });

  it('[LK7] closes when the peer says goodbye', async () => {
    const { alice, bob, clock } = await connected();
    bob.link.sayBye();
    await settled();
    expect(alice.states.at(-1)).toBe('closed');
    expect(alice.link.error?.code).toBe('signaling/peer-left');
    await clock.advance(LONG_MS);
    expect(alice.repairs).toEqual([]);
  });

  it.each(['waiting', 'connecting', 'connected', 'interrupted', 'failed'] as const)(
    '[LK8] closed while %s, it leaves no timer and no connection, and says nothing more',
    async (state) => {
      const { alice, bob, clock, network } = state === 'waiting' ? parties() : await connected();
      if (state === 'waiting') alice.link.expectCall();
      if (state === 'connecting' || state === 'failed') {
        network.isPassable = false;
        alice.link.close();
        const fresh = new Party({ clock, network }, ALICE, BOB);
        fresh.link.call();
        if (state === 'failed') await clock.advance(LONG_MS);
        expect(fresh.link.state).toBe(state);
        fresh.link.close();
        fresh.link.close();
      }
      if (state === 'interrupted') alice.pc.become('failed');
      if (state === 'waiting' || state === 'connected' || state === 'interrupted') {
        expect(alice.link.state).toBe(state);
        alice.link.close();
      }
      bob.link.close();
      await settled();
      expect(alice.link.state).toBe('closed');
      expect(clock.pending).toBe(0);
      expect(network.openConnections).toEqual([]);
      const before = alice.states.length;
      alice.link.receive({ conn: 98, rev: 98 }, 'mailbox');
      alice.link.hurry();
      await alice.link.refreshMedia();
      await clock.advance(LONG_MS);
      expect(alice.states).toHaveLength(before);
    },
  );
});
