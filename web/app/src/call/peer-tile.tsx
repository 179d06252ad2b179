import { TrackAudio } from '../components/track-audio.tsx';
import type { PeerView } from '../session/peer-view.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import { MutedMark } from './muted-mark.tsx';
import { Tile } from './tile.tsx';

/** Another person: picture, sound, and how the connection is. */
export function PeerTile({ peer }: { readonly peer: PeerView }) {
  const { name, connection, audio, video } = peer;
  const isConnected = connection.state === 'connected';
  return (
    <Tile
      name={name}
      video={connection.state === 'failed' ? undefined : video}
      marks={isConnected && audio === undefined && <MutedMark />}
    >
      {!isConnected && <ConnectionNotice connection={connection} />}
      {audio !== undefined && <TrackAudio track={audio} />}
    </Tile>
  );
}
