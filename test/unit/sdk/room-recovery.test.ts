import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Link } from '../../../web/sdk/src/link/link.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { World } from '../../support/fake-world.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const tracksOf = (link: Link): unknown[] =>
  link.peerConnection!.getTransceivers().map(({ sender }) => sender.track);
const CAMERA = { kind: 'video', id: 'camera' } as MediaStreamTrack;

describe('Room › setMedia', () => {
  it('[MD4] a camera switched off while a standing offer is prepared is sent to nobody', async () => {
    const world = new World();
    const alice = await world.joined('alice', { media: { video: CAMERA } });
    const bob = await world.open('bob');
    await world.clock.advance(200);
    world.network.gathering = 'manual';
    await bob.room.join();
    await world.clock.advance(500);
    const gathering = world.network.connections.filter((pc) => pc.iceGatheringState === 'gathering');
    expect(gathering).not.toHaveLength(0);
    await alice.room.setMedia({ video: null });
    for (const pc of gathering) pc.finishGathering();
    world.network.gathering = 'at-once';
    await world.clock.advance(4_000);
    const carol = await world.joined('carol');
    await world.clock.advance(5_000);
    const link = alice.room.links.get(carol.room.peerId)!;
    expect(link.state).toBe('connected');
    expect(tracksOf(link)).toEqual([null, null]);
    expect(carol.room.links.get(alice.room.peerId)!.remoteMedia).toEqual({ audio: false, video: false });
  });

  it('the last of several changes at once is what counts', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    const bob = await world.joined('bob');
    await Promise.all([room.setMedia({ video: CAMERA }), room.setMedia({ video: null })]);
    expect(tracksOf(room.links.get(bob.room.peerId)!)).toEqual([null, null]);
  });

  it('goes through when a peer leaves meanwhile', async () => {
    const world = new World();
    const { room } = await world.joined('alice');
    await world.joined('bob');
    const { peerConnection } = [...room.links.values()][0]!;
    const [sender] = peerConnection!.getTransceivers().slice(1);
    vi.spyOn(sender!.sender, 'replaceTrack').mockRejectedValue(
      new DOMException('closed', 'InvalidStateError'),
    );
    await expect(room.setMedia({ video: CAMERA })).resolves.toBeUndefined();
  });
});
