import { roomPath } from '@firesignal/protocol';
import { expect, vi } from 'vitest';
import { OPEN_DEADLINE_MS } from '../../web/sdk/src/defaults.ts';
import type { SignalingError } from '../../web/sdk/src/errors.ts';
import { Ledger } from '../../web/sdk/src/ledger.ts';
import type { OpenRoomOptions } from '../../web/sdk/src/options.ts';
import { visitOptions } from '../../web/sdk/src/room/room-visit.ts';
import { Room } from '../../web/sdk/src/room/room.ts';
import { roomRules } from '../../web/sdk/src/transport/memory/room-rules.ts';
import { peer, room as roomDocument, ROOM_ID } from './factories.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeNetwork } from './fake-peer-connection.ts';
import { FakeBackend, type FakeTransport } from './fake-transport.ts';

export type Visitor = {
  readonly room: Room;
  readonly transport: FakeTransport;
  readonly events: string[];
  readonly problems: SignalingError[];
  readonly onLeft: () => void;
};

/** A room, a backend and a network, and whoever comes. */
export class World {
  readonly clock = new FakeClock();
  readonly backend = new FakeBackend(this.clock, roomRules);
  readonly network = new FakeNetwork();
  readonly #visits = new Map<string, number>();

  constructor(document: object | null = roomDocument()) {
    if (document !== null) this.backend.put(roomPath(ROOM_ID), document);
  }

  visitor(uid: string, options: OpenRoomOptions = {}): Visitor {
    const visit = (this.#visits.get(uid) ?? 0) + 1;
    this.#visits.set(uid, visit);
    const transport = this.backend.transport(uid);
    const onLeft = vi.fn();
    const room = new Room(
      {
        ...visitOptions(options, this.network.create, {}),
        clock: this.clock,
        transport,
        ledger: new Ledger(),
        roomId: ROOM_ID,
        uid,
        peerId: peer(uid, visit),
        earlierPeerId: undefined,
      },
      onLeft,
    );
    const visitor: Visitor = { room, transport, events: [], problems: [], onLeft };
    room.on('state', ({ state, reason }) =>
      visitor.events.push(reason === undefined ? state : `${state} ${reason}`),
    );
    room.on('backend', ({ reachable }) => visitor.events.push(reachable ? 'reachable' : 'unreachable'));
    room.on('problem', ({ error }) => visitor.problems.push(error));
    return visitor;
  }

  async open(uid: string, options: OpenRoomOptions = {}): Promise<Visitor> {
    const visitor = this.visitor(uid, options);
    await visitor.room.open(OPEN_DEADLINE_MS, undefined);
    return visitor;
  }

  async joined(uid: string, options: OpenRoomOptions = {}): Promise<Visitor> {
    const visitor = await this.open(uid, options);
    await visitor.room.join();
    await this.clock.advance(100);
    return visitor;
  }

  /** What is there besides the room. */
  get leftovers(): readonly string[] {
    return [...this.backend.documents.keys()].filter((path) => path !== roomPath(ROOM_ID));
  }

  expectNothingLeft(): void {
    expect(this.clock.pending).toBe(0);
    expect(this.backend.watchCount).toBe(0);
    expect(this.network.openConnections).toEqual([]);
    expect(this.leftovers).toEqual([]);
  }
}

/** States of a visitor's links. */
export const linkStates = ({ room }: Visitor): string[] => [...room.links.values()].map(({ state }) => state);
