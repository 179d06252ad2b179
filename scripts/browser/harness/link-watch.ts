import type { Link, LinkState, SignalingError } from 'firesignal';
import type { EventLog } from './event-log.ts';
import { showVideo } from './media.ts';
import { digestOf } from './messages.ts';

/** Writes everything that happens on a link into the log, but for what is to be seen. */
export function watchLink(link: Link, log: EventLog): void {
  const peer = link.peerId;
  const recordState = (state: LinkState, error?: SignalingError): void =>
    log.record({
      kind: 'link-state',
      peer,
      state,
      conn: link.conn,
      ...(error === undefined ? {} : { error: error.code }),
    });
  log.record({ kind: 'link', peer });
  // A link may have come far before anybody is told of it.
  for (const trace of link.signals) log.record({ kind: 'signal', peer, trace });
  recordState(link.state);
  link.on('state', ({ state, error }) => recordState(state, error));
  link.on('signal', (trace) => log.record({ kind: 'signal', peer, trace }));
  link.on('repair', ({ rung, conn }) => log.record({ kind: 'repair', peer, rung, conn }));
  link.on('media', ({ audio, video }) => log.record({ kind: 'media', peer, audio, video }));
  link.on('message', ({ data }) => log.record({ kind: 'message', peer, message: digestOf(data) }));
}

/** Shows the video of a link, and writes down when its first frame came, and its further tracks. */
export function watchVideo(link: Link, log: EventLog): void {
  const peer = link.peerId;
  let firstFrame = false;
  const video = showVideo(link.remoteStream, () => {
    if (!firstFrame) log.record({ kind: 'first-frame', peer });
    firstFrame = true;
  });
  link.on('stream', ({ stream }) => {
    video.srcObject = stream;
  });
  let watched: RTCPeerConnection | undefined;
  const follow = (state: LinkState): void => {
    if (state === 'closed') video.remove();
    if (state !== 'connected' || watched === link.peerConnection) return;
    watched = link.peerConnection;
    watched?.addEventListener('track', ({ track }) =>
      log.record({ kind: 'remote-track', peer, track: track.kind === 'audio' ? 'audio' : 'video' }),
    );
  };
  follow(link.state);
  link.on('state', ({ state }) => follow(state));
}
