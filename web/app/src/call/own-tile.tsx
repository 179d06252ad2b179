import { useStore } from '../lib/store.ts';
import { sentVideo } from '../media/own-media-state.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import { HostMark } from './host-mark.tsx';
import { MutedMark } from './muted-mark.tsx';
import { Tile } from './tile.tsx';

type OwnTileProps = {
  readonly session: RoomSession;
  readonly visit: Visit;
  readonly className: string | undefined;
};

export function OwnTile({ session, visit: { room }, className }: OwnTileProps) {
  const media = useStore(session.media);
  const sharesScreen = media.screen.status === 'on';
  return (
    <Tile
      name={session.name}
      caption={sharesScreen ? 'Your screen' : room.role === 'viewer' ? 'You watch' : 'You'}
      video={sentVideo(media) ?? undefined}
      fit={sharesScreen ? 'whole' : 'mirrored'}
      className={className}
      marks={
        <>
          {room.isHost && <HostMark />}
          {media.microphone.status !== 'on' && room.role !== 'viewer' && <MutedMark />}
        </>
      }
    />
  );
}
