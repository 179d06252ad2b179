import { admissionPath, beaconPath, roomPath, seatPath, uidOf } from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import { hostWrite } from '../../../web/sdk/src/room/room-writes.ts';
import { MemoryBackend } from '../../../web/sdk/src/transport/memory.ts';
import { Instant, type DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';
import { admission, beacon, BOB, CAROL, NOW, room, ROOM_ID, seat } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/* bob is the host, in seat 1, and carol has seat 2: as in the tests of the security rules. */

const LONG_AGO = new Instant(NOW - 600_000);

function hosted(change: (backend: MemoryBackend) => void = () => undefined) {
  const clock = new FakeClock(NOW);
  const backend = new MemoryBackend({ clock });
  backend.put(roomPath(ROOM_ID), room({ host: 'bob', hostSeat: 1 }));
  for (const [number, peerId] of [
    [1, BOB],
    [2, CAROL],
  ] as const) {
    backend.put(seatPath(ROOM_ID, number), seat(peerId));
    backend.put(admissionPath(ROOM_ID, uidOf(peerId)), { ...admission(uidOf(peerId)), visits: [peerId] });
    backend.put(beaconPath(ROOM_ID, peerId), beacon(number));
  }
  change(backend);
  return async (uid: string, write: DocumentWrite): Promise<boolean> => {
    const outcome = backend
      .connect(uid)
      .commit([write])
      .then(
        () => true,
        () => false,
      );
    await clock.advance(10);
    return outcome;
  };
}

const claim = hostWrite(ROOM_ID, 'carol', 2);

describe('MemoryBackend › host', () => {
  it.each<[string, boolean, (backend: MemoryBackend) => void]>([
    ['is there', false, () => undefined],
    [
      'is marked lost',
      false,
      (backend) => backend.put(seatPath(ROOM_ID, 1), seat(BOB, { lostAt: LONG_AGO, lostBy: 2 })),
    ],
    ['has left', true, (backend) => backend.remove(seatPath(ROOM_ID, 1))],
    ['sits where somebody else does', true, (backend) => backend.put(seatPath(ROOM_ID, 1), seat(CAROL))],
    ['has no beacon', true, (backend) => backend.remove(beaconPath(ROOM_ID, BOB))],
    [
      'has a lease that is over',
      true,
      (backend) => backend.put(beaconPath(ROOM_ID, BOB), beacon(1, { renewedAt: LONG_AGO })),
    ],
  ])('decides as the security rules do when the host %s', async (_, expected, change) => {
    expect(await hosted(change)('carol', claim)).toBe(expected);
  });

  it('decides as the security rules do who may', async () => {
    const gone = (backend: MemoryBackend): void => backend.remove(seatPath(ROOM_ID, 1));
    expect(await hosted(gone)('mallory', hostWrite(ROOM_ID, 'mallory', 2))).toBe(false);
    expect(await hosted(gone)('carol', hostWrite(ROOM_ID, 'mallory', 2))).toBe(false);
    expect(await hosted(gone)('carol', hostWrite(ROOM_ID, 'carol', 3))).toBe(false);
    expect(await hosted()('alice', hostWrite(ROOM_ID, 'alice', 0))).toBe(true);
    expect(await hosted()('alice', hostWrite(ROOM_ID, 'alice', 16))).toBe(false);
    const elsewhere = (backend: MemoryBackend): void => backend.put(seatPath(ROOM_ID, 3), seat(BOB));
    expect(await hosted(elsewhere)('bob', hostWrite(ROOM_ID, 'bob', 3))).toBe(true);
  });
});
