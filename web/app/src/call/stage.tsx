import { useElementSize } from '@mantine/hooks';
import { useStore } from '../lib/store.ts';
import type { PeerView } from '../session/peer-view.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import { gridColumns } from './grid-columns.ts';
import { InviteCard } from './invite-card.tsx';
import { OwnTile } from './own-tile.tsx';
import { PeerTile } from './peer-tile.tsx';
import classes from './stage.module.css';

type StageProps = {
  readonly session: RoomSession;
  readonly visit: Visit;
  readonly peers: readonly PeerView[];
};

/**
 * All pictures, as large as they can be. With one other person one's own is a small one in the corner; alone there is the
 * link to share beside it.
 */
export function Stage({ session, visit, peers }: StageProps) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const { screen } = useStore(session.media);
  const isPair = peers.length === 1 && screen.status === 'off';
  const isAlone = peers.length === 0;
  const columns = gridColumns(isPair ? 1 : isAlone ? 2 : peers.length + 1, width, height);
  return (
    <div
      ref={ref}
      className={classes['stage']}
      data-layout={isPair ? 'pair' : isAlone && columns === 1 ? 'alone' : 'grid'}
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {peers.map((peer) => (
        <PeerTile key={peer.peerId} peer={peer} />
      ))}
      <OwnTile session={session} visit={visit} className={isPair ? classes['corner'] : undefined} />
      {isAlone && <InviteCard session={session} visit={visit} />}
    </div>
  );
}
