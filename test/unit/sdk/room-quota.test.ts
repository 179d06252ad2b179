import { LIMITS, newRoomId, quotaPath, roomPath } from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../web/sdk/src/ledger.ts';
import { RoomDocuments } from '../../../web/sdk/src/room/room-documents.ts';
import { makeRoom } from '../../../web/sdk/src/room/room-quota.ts';
import { createRoomWrite } from '../../../web/sdk/src/room/room-writes.ts';
import { roomRules } from '../../../web/sdk/src/transport/memory/room-rules.ts';
import { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import { NOW } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeBackend } from '../../support/fake-transport.ts';

const HOUR_MS = LIMITS.ROOMS_WINDOW_SECONDS * 1_000;
const MAX = LIMITS.ROOMS_COUNT_MAX;

/** Alice makes rooms, under the rules. */
function setting({ skewMs = 0 }: { readonly skewMs?: number } = {}) {
  const clock = new FakeClock(NOW);
  const backend = new FakeBackend(clock, roomRules);
  const ledger = new Ledger();
  const transport = backend.transport('alice');
  const make = async (): Promise<string> => {
    const { roomId, nonce } = await newRoomId('alice', true);
    const now = clock.now() + skewMs;
    const room = { uid: 'alice', nonce, capacity: 2, expiresAt: new Instant(now + HOUR_MS) };
    const documents = new RoomDocuments({ transport, clock, roomId, ledger, report: () => undefined });
    const writes = [createRoomWrite(roomId, room)];
    await makeRoom(documents, { roomId, uid: 'alice', writes, now, signal: undefined });
    return roomId;
  };
  const quota = (): unknown => backend.documents.get(quotaPath('alice'));
  /** As if so many had been made of late. */
  const counted = (count: number, since = clock.now()): void => {
    const at = new Instant(since);
    const expiresAt = new Instant(since + 2 * HOUR_MS);
    backend.put(quotaPath('alice'), { room: '0'.repeat(32), count, since: at, at, expiresAt });
  };
  return { clock, backend, ledger, make, quota, counted };
}

describe('makeRoom', () => {
  it('makes the first room of an hour without a look at the count', async () => {
    const { backend, make, quota, ledger } = setting();
    const room = await make();
    expect(backend.documents.has(roomPath(room))).toBe(true);
    expect(quota()).toMatchObject({ room, count: 1, since: new Instant(NOW) });
    expect([backend.attempts, ledger.counts]).toEqual([1, { writes: 2, reads: 0, deletes: 0 }]);
  });

  it('counts on for an hour, and pays a read for each that is not the first', async () => {
    const { clock, backend, make, quota, ledger } = setting();
    for (let n = 1; n <= 3; n += 1) {
      const room = await make();
      expect(quota()).toMatchObject({ room, count: n, since: new Instant(NOW) });
      await clock.advance(60_000);
    }
    expect([backend.attempts, ledger.counts]).toEqual([5, { writes: 6, reads: 2, deletes: 0 }]);
  });

  it('makes the last one that may be, and none after it', async () => {
    const { backend, make, quota, counted } = setting();
    counted(MAX - 1);
    await make();
    expect(quota()).toMatchObject({ count: MAX });
    const before = backend.attempts;
    await expect(make()).rejects.toMatchObject({ code: 'signaling/rate-limited' });
    expect(backend.attempts).toBe(before + 1);
  });

  it.each([-HOUR_MS, 0, HOUR_MS])(
    'begins anew when the hour is over, by the time of the server, %i ms from that of the client',
    async (skewMs) => {
      const { clock, make, quota, counted } = setting({ skewMs });
      counted(MAX);
      await clock.advance(HOUR_MS - 1);
      await expect(make()).rejects.toMatchObject({ code: 'signaling/rate-limited' });
      await clock.advance(1);
      // Who goes wrong by an hour makes a room that ends now.
      if (skewMs < 0) return;
      await make();
      expect(quota()).toMatchObject({ count: 1, since: new Instant(NOW + HOUR_MS) });
    },
  );

  it('is content with a room whose acknowledgement was lost, when it is told no', async () => {
    const { backend, make, quota } = setting();
    let commits = 0;
    backend.faultOf = (writes) => {
      commits += 1;
      // Applied, and answered as if it had come twice.
      backend.apply(writes, 'alice');
      return 'denied';
    };
    const room = await make();
    expect([commits, quota()]).toEqual([1, expect.objectContaining({ room, count: 1 })]);
  });

  it('says what else is wrong, with and without a count', async () => {
    const { backend, make, counted } = setting();
    backend.faultOf = () => 'denied';
    await expect(make()).rejects.toMatchObject({ code: 'signaling/permission-denied' });
    counted(1);
    await expect(make()).rejects.toMatchObject({ code: 'signaling/permission-denied' });
    expect(backend.attempts).toBe(3);
    backend.faultOf = () => 'unavailable';
    await expect(make()).rejects.toMatchObject({ code: 'signaling/unavailable' });
    expect(backend.attempts).toBe(4);
  });
});
