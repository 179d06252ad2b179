import { roomPath } from '@firesignal/protocol';
// What the SDK loads late is here from the start: loading takes real time, in which that of a simulation would run away.
import '../../../web/sdk/src/entry/reception.ts';
import '../../../web/sdk/src/moderation/moderation.ts';
import { MemoryBackend } from '../../../web/sdk/src/transport/memory.ts';
import type { FaultPlan } from '../../../web/sdk/src/transport/memory/fault-plan.ts';
import { room as roomDocument, ROOM_ID } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { seedChance } from './chance.ts';
import { COURSE_MS, nameOf, type Course, type Step } from './courses.ts';
import { SimPeer, type SimPeerOptions } from './sim-peer.ts';

/** Until nothing that has happened can matter any more: leases of the dead are over, and every retry has been made. */
const CALM_MS = 20 * 60_000;

/** A room, a backend that follows a plan, and people with machines of their own. Nothing takes real time. */
export class Simulation {
  readonly clock = new FakeClock();
  readonly backend: MemoryBackend;
  readonly network = new FakeNetwork();
  readonly peers: SimPeer[] = [];

  constructor(plan: FaultPlan, capacity: number) {
    this.backend = new MemoryBackend({ clock: this.clock, conditions: plan });
    this.backend.put(roomPath(ROOM_ID), roomDocument({ capacity }));
  }

  peer(name: string, options: SimPeerOptions = {}): SimPeer {
    const peer = new SimPeer(this, name, options);
    this.peers.push(peer);
    return peer;
  }

  act(peer: SimPeer, does: Step['does']): void {
    if (peer.hasCrashed) return;
    if (does === 'break') {
      // One of its connections fails, on both sides.
      const [first] = peer.openConnections.filter(({ connectionState }) => connectionState === 'connected');
      if (first === undefined) return;
      const others = this.network.openConnections.filter(
        ({ remoteDescription }) => remoteDescription?.sdp.includes(first.fingerprint) === true,
      );
      for (const side of [first, ...others]) side.become('failed');
    } else peer[does]();
  }

  /** Lets time pass. */
  async run(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  /** What is there besides the room. */
  get leftovers(): readonly (readonly [path: string, document: unknown])[] {
    return [...this.backend.documents].filter(([path]) => path !== roomPath(ROOM_ID));
  }
}

/** Whether one peer has an open link to the other. */
export function connectedTo(one: SimPeer, other: SimPeer): boolean {
  return one.room?.links.get(other.peerId)?.state === 'connected';
}

/** Runs a course, and waits until what can be expected has come about. */
export async function runCourse({ capacity, users, skewsMs, steps, plan }: Course): Promise<Simulation> {
  seedChance(plan.seed);
  const simulation = new Simulation(plan, capacity);
  const peers = skewsMs.map((skewMs, who) =>
    simulation.peer(nameOf(who), {
      uid: nameOf(who % users),
      skewMs,
      isUnreliable: (plan.faults ?? []).some(({ client }) => client === nameOf(who)),
    }),
  );
  for (const { at, who, does } of steps) simulation.clock.after(at, () => simulation.act(peers[who]!, does));
  await simulation.run(COURSE_MS + CALM_MS);
  return simulation;
}
