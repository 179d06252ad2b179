import { admissionPath, seatsPath } from '@firesignal/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEAVE_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import type { DocumentWrite } from '../../../web/sdk/src/transport/signal-transport.ts';
import { ROOM_ID } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { World } from '../../support/fake-world.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const takesSeat = (writes: readonly DocumentWrite[]): boolean =>
  writes.some(({ path, kind }) => kind === 'set' && path.startsWith(`${seatsPath(ROOM_ID)}/`));
const saysGoodbye = (writes: readonly DocumentWrite[]): boolean =>
  writes.some(({ path, kind }) => kind === 'delete' && path === admissionPath(ROOM_ID, 'bob'));

describe('Leaving during a join', () => {
  it.each([
    ['before the goodbye', LEAVE_DEADLINE_MS - 1_000],
    ['while the goodbye is on its way', LEAVE_DEADLINE_MS + 1_000],
    ['after the goodbye', LEAVE_DEADLINE_MS + 3_000],
  ])('[JN15] leaves no seat behind when it is acknowledged %s', async (_, lateMs) => {
    const world = new World();
    const { room } = await world.open('bob');
    const { faultOf } = world.backend;
    // The roster does not show the seat in time, either.
    world.backend.isSilent = true;
    world.backend.faultOf = (writes, uid) => {
      if (takesSeat(writes)) return { lateMs };
      return saysGoodbye(writes) ? { lateMs: 2_000 } : faultOf(writes, uid);
    };
    const joining = room.join().catch(() => undefined);
    await settled();
    void room.leave();
    await world.clock.advance(4 * LEAVE_DEADLINE_MS);
    await joining;
    expect(room.state).toBe('left');
    world.expectNothingLeft();
  });
});
