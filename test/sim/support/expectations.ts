import { seatsPath } from '@firesignal/protocol';
import { expect } from 'vitest';
import { ROOM_ID } from '../../support/factories.ts';
import { connectedTo, type Simulation } from './simulation.ts';
import type { SimPeer } from './sim-peer.ts';

const MESSAGE_MS = 1_000;

/** Everybody who wants to be in the room is, sees the same roster as the backend, and is linked to all others. */
export async function expectAllTogether(simulation: Simulation): Promise<void> {
  const present = simulation.peers.filter(({ isExpected }) => isExpected);
  const documents = simulation.backend.documents;
  const seats = [...documents].filter(([path]) => path.startsWith(`${seatsPath(ROOM_ID)}/`));
  const seated = seats.map(([, seat]) => (seat as { peer: string }).peer).sort();
  for (const peer of present) {
    expect(`${peer.name} ${peer.room?.state ?? 'nowhere'}`).toBe(`${peer.name} joined`);
    expect(seated.filter((id) => id === peer.peerId)).toHaveLength(1);
    expect(peer.room!.roster.map(({ peerId }) => peerId).sort()).toEqual(seated);
  }
  // Who else has a seat is dead, and nobody has needed the seat.
  const others = seats.filter(
    ([, seat]) => !present.some(({ peerId }) => (seat as { peer: string }).peer === peerId),
  );
  expect(unexplained(simulation, others)).toEqual([]);
  for (const one of present)
    for (const other of present)
      if (one !== other)
        expect(`${one.name} → ${other.name}: ${String(connectedTo(one, other))}`).toBe(
          `${one.name} → ${other.name}: true`,
        );
  await expectAllHeard(simulation, present);
}

/** What one says, all others hear, and once only. */
async function expectAllHeard(simulation: Simulation, present: readonly SimPeer[]): Promise<void> {
  for (const { room, heard } of present) {
    heard.length = 0;
    void room!.broadcast(`from ${room!.peerId}`);
  }
  await simulation.run(MESSAGE_MS);
  for (const { peerId, heard } of present) {
    const others = present.filter((other) => other.peerId !== peerId).map((other) => other.peerId);
    expect([...heard].sort()).toEqual(others.map((id) => `${id}: from ${id}`).sort());
  }
}

/** When all have gone, nothing is left of them but what the dead have left behind. */
export async function expectNothingLeft(simulation: Simulation): Promise<void> {
  const living = simulation.peers.filter(({ hasCrashed }) => !hasCrashed);
  for (const peer of living) peer.leave();
  await simulation.run(60_000);
  for (const peer of living) {
    expect(`${peer.name} ${peer.room?.state ?? 'nowhere'}`).toBe(`${peer.name} nowhere`);
    expect({
      timers: peer.clock.pending,
      watches: peer.transport.watchCount,
      reachability: peer.transport.listenerCount,
      connections: peer.openConnections.length,
    }).toEqual({ timers: 0, watches: 0, reachability: 0, connections: 0 });
  }
  expect(unexplained(simulation, simulation.leftovers)).toEqual([]);
}

/** Documents that nobody has left behind in dying, or going unheard. */
function unexplained(
  { peers }: Simulation,
  documents: readonly (readonly [string, unknown])[],
): readonly string[] {
  return documents
    .filter(([path, document]) => !peers.some((peer) => peer.mayLeave(path, document)))
    .map(([path]) => path);
}
