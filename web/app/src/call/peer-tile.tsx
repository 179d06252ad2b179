import { useState } from 'react';
import { TrackAudio } from '../components/track-audio.tsx';
import type { PeerView } from '../session/peer-view.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import { FitButton } from './fit-button.tsx';
import { HostMark } from './host-mark.tsx';
import { MutedMark } from './muted-mark.tsx';
import { Tile } from './tile.tsx';

/** Another person: picture, sound, and how the connection is. */
export function PeerTile({ peer }: { readonly peer: PeerView }) {
  const { name, isHost, connection, audio, video } = peer;
  const [isWhole, setWhole] = useState(false);
  const shown = connection.state === 'failed' ? undefined : video;
  const isConnected = connection.state === 'connected';
  return (
    <Tile
      name={name}
      video={shown}
      fit={isWhole ? 'whole' : 'fill'}
      marks={
        <>
          {isHost && <HostMark />}
          {isConnected && audio === undefined && <MutedMark />}
        </>
      }
    >
      {!isConnected && <ConnectionNotice connection={connection} />}
      {shown !== undefined && <FitButton name={name} isWhole={isWhole} onChange={setWhole} />}
      {audio !== undefined && <TrackAudio track={audio} />}
    </Tile>
  );
}
