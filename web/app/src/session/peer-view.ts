import type { Link, Room, RosterEntry, SignalingError } from 'firesignal';

export type PeerConnectionView =
  | { readonly state: 'connecting' | 'connected' | 'interrupted' | 'closed' }
  | { readonly state: 'failed'; readonly error: SignalingError | undefined };

/** Another peer as its tile shows it. */
export type PeerView = {
  readonly peerId: string;
  readonly name: string;
  readonly isHost: boolean;
  readonly connection: PeerConnectionView;
  /** Absent while the peer sends none. */
  readonly audio: MediaStreamTrack | undefined;
  readonly video: MediaStreamTrack | undefined;
};

/**
 * All other peers, in the order of their seats. Those in the roster that have no link yet are about to get one; and a link
 * that works stays, whatever the roster says.
 */
export function peerViews(room: Room): readonly PeerView[] {
  const others = room.roster.filter((entry) => !entry.isSelf);
  const seated = new Set(others.map((entry) => entry.peerId));
  const unseated = [...room.links.values()].filter((link) => !seated.has(link.peerId) && isAlive(link));
  return [
    ...others.map((entry) => ({ seat: entry.seat, view: viewOf(entry, room.links.get(entry.peerId)) })),
    ...unseated.map((link) => ({ seat: link.seat, view: viewOf(link, link) })),
  ]
    .sort((a, b) => a.seat - b.seat)
    .map(({ view }) => view);
}

function isAlive(link: Link): boolean {
  return link.state === 'connected' || link.state === 'interrupted';
}

function viewOf(
  { peerId, name, isHost = false }: RosterEntry | (Link & { readonly isHost?: never }),
  link: Link | undefined,
): PeerView {
  return {
    peerId,
    name,
    isHost,
    connection: connectionOf(link),
    audio: link?.remoteMedia.audio === true ? link.remoteStream.getAudioTracks()[0] : undefined,
    video: link?.remoteMedia.video === true ? link.remoteStream.getVideoTracks()[0] : undefined,
  };
}

function connectionOf(link: Link | undefined): PeerConnectionView {
  if (link === undefined) return { state: 'connecting' };
  switch (link.state) {
    case 'waiting':
    case 'connecting':
      return { state: 'connecting' };
    case 'failed':
      return { state: 'failed', error: link.error };
    case 'connected':
    case 'interrupted':
    case 'closed':
      return { state: link.state };
  }
}
