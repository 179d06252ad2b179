import { beaconPath, mailPath, roomPath, seatPath, ufragOf, type SignalState } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REMOTE_GENERATION_INTERVAL_MS } from '../../../web/sdk/src/defaults.ts';
import { roomRules } from '../../../web/sdk/src/transport/memory/room-rules.ts';
import { stored } from '../../../web/sdk/src/transport/memory/store.ts';
import { SERVER_TIME, type WriteFields } from '../../../web/sdk/src/transport/signal-transport.ts';
import { beacon, BOB, EXPIRES_AT, NOW, room, ROOM_ID, seat } from '../../support/factories.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { parties } from '../../support/link-parties.ts';
import { MinimalLink } from '../../support/minimal-client/minimal-link.ts';
import { settled } from '../../support/tasks.ts';
import { vectorsOf } from '../../support/vectors.ts';

type Mail = { readonly from: string; readonly conn: number; readonly rev: number; readonly burst: number };
type Outcome = 'nothing' | 'connect' | 'answer' | 'offer' | 'offer-restart' | 'offer-anew';
type Received = {
  readonly name: string;
  readonly rule: string;
  readonly receiver: 'full' | 'answer-only';
  readonly known: { readonly conn: number; readonly rev: number; readonly connected: boolean };
  readonly arrives: SignalState;
  readonly then: Outcome;
};
type Vectors = {
  readonly texts: Readonly<Record<string, string>>;
  readonly stored: readonly {
    readonly name: string;
    readonly stored: Mail;
    readonly written: Mail;
    readonly allowed: boolean;
  }[];
  readonly received: readonly Received[];
};

const { texts, stored: STORED, received } = vectorsOf('mailbox') as Vectors;

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

describe('vectors › what may be stored', () => {
  it.each(STORED.map((vector) => [vector.name, vector] as const))(
    '[MP16] %s',
    (_, { stored: old, written, allowed }) => {
      const path = mailPath(ROOM_ID, BOB, 1);
      const before = new Map<string, unknown>([
        [roomPath(ROOM_ID), room()],
        [seatPath(ROOM_ID, 1), seat(written.from)],
        [beaconPath(ROOM_ID, BOB), beacon(0)],
        [beaconPath(ROOM_ID, written.from), beacon(1)],
        [path, stored({ ...old, at: SERVER_TIME, expiresAt: EXPIRES_AT }, NOW)],
      ]);
      const data: WriteFields = { ...written, at: SERVER_TIME, expiresAt: EXPIRES_AT };
      const after = new Map([...before, [path, stored(data, NOW)]]);
      const write = { kind: 'set', path, data } as const;
      const request = { uid: 'alice', claims: {}, now: NOW, write, before, after };
      expect(roomRules.mayWrite(request)).toBe(allowed);
    },
  );
});

/** What the link of a full client does, which has the higher id of the two: its own numbers are odd, the peer's are even. */
async function outcomeOfFull({ known, arrives }: Received): Promise<Outcome> {
  const { alice, bob, clock, network } = parties();
  for (let conn = 2; conn <= known.conn; conn += 2) {
    alice.link.call();
    await clock.advance(REMOTE_GENERATION_INTERVAL_MS);
  }
  expect(bob.link).toMatchObject({ conn: known.conn, state: known.connected ? 'connected' : 'waiting' });
  const link = bob.link;
  link.receive({ conn: Math.max(1, known.conn), rev: known.rev }, 'mailbox');
  const [connections, signals] = [network.connections.length, link.signals.length];
  const ufrag = (): string => (known.conn === 0 ? '' : ufragOf(bob.pc.localDescription?.sdp ?? ''));
  const ufragBefore = ufrag();
  // Alice is not heard any more.
  bob.other = undefined;
  link.receive(arrives, 'mailbox');
  await settled();
  const isNew = network.connections.length > connections;
  const said = link.signals.slice(signals).findLast(({ direction }) => direction === 'out');
  expect(bob.problems).toEqual([]);
  if (said === undefined) return isNew ? 'connect' : 'nothing';
  if (said.parts.includes('answer') && !said.parts.includes('offer')) return isNew ? 'connect' : 'answer';
  if (isNew) return said.conn > known.conn ? 'offer-anew' : 'nothing';
  return ufrag() === ufragBefore ? 'offer' : 'offer-restart';
}

async function outcomeOfAnswerOnly({ known, arrives }: Received): Promise<Outcome> {
  const network = new FakeNetwork();
  vi.stubGlobal(
    'RTCPeerConnection',
    vi.fn(function () {
      return network.create();
    }),
  );
  const says: SignalState[] = [];
  const link = new MinimalLink(false, {
    onSay: (state) => says.push(state),
    onState: () => undefined,
    onMessage: () => undefined,
  });
  const { conn, rev } = known;
  if (conn > 0) link.receive({ conn, rev, offer: { conn, id: 'offer-01', sdp: texts['offer'] ?? '' } });
  await settled();
  const [connections, saidBefore] = [network.connections.length, says.length];
  expect([connections, saidBefore]).toEqual(conn > 0 ? [1, 1] : [0, 0]);
  link.receive(arrives);
  await settled();
  link.close();
  const last = says.slice(saidBefore).at(-1);
  if (last === undefined) return 'nothing';
  expect(last).toMatchObject({ conn: arrives.conn, answer: { id: arrives.offer?.id } });
  expect(last).not.toHaveProperty('offer');
  return network.connections.length > connections ? 'connect' : 'answer';
}

describe('vectors › what a receiver does', () => {
  it.each(received.map((vector) => [vector.receiver, vector.name, vector] as const))(
    '[MP16] %s: %s',
    async (_receiver, _name, vector) => {
      const outcome = vector.receiver === 'full' ? outcomeOfFull : outcomeOfAnswerOnly;
      expect(await outcome(vector)).toBe(vector.then);
    },
  );
});
