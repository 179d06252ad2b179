import { SignalingError } from './errors.ts';
import type { Link } from './link/link.ts';
import { sealingModule } from './room/sealing.ts';

/**
 * A code for two people to compare, by voice or face to face: eight groups of five digits. If both have the same one, nobody sits
 * between them. It belongs to the present RTCPeerConnection of a link, so a link that was repaired may have another one.
 *
 * @throws `signaling/invalid-state` (the link is not connected), `signaling/unavailable` (the module cannot be loaded)
 */
export async function safetyCode(link: Pick<Link, 'peerConnection' | 'state'>): Promise<string> {
  const { currentLocalDescription: local, currentRemoteDescription: remote } = link.peerConnection ?? {};
  if (link.state !== 'connected' || !local || !remote)
    throw new SignalingError('signaling/invalid-state', 'The link is not connected.');
  const { fingerprintsOf, safetyCodeOf } = await sealingModule();
  return safetyCodeOf(fingerprintsOf(local.sdp), fingerprintsOf(remote.sdp));
}
