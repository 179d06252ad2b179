import { useStore } from '../lib/store.ts';
import { sentVideo } from '../media/own-media-state.ts';
import type { RoomSession } from '../session/room-session.ts';
import { MutedMark } from './muted-mark.tsx';
import { Tile } from './tile.tsx';

type OwnTileProps = { readonly session: RoomSession; readonly className: string | undefined };

export function OwnTile({ session, className }: OwnTileProps) {
  const media = useStore(session.media);
  const sharesScreen = media.screen.status === 'on';
  return (
    <Tile
      name={session.name}
      caption={sharesScreen ? 'Your screen' : 'You'}
      video={sentVideo(media) ?? undefined}
      fit={sharesScreen ? 'whole' : 'mirrored'}
      className={className}
      marks={media.microphone.status !== 'on' && <MutedMark />}
    />
  );
}
