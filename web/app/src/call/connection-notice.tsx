import { Loader } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { errorText } from '../errors/error-text.ts';
import type { PeerConnectionView } from '../session/peer-view.ts';
import classes from './connection-notice.module.css';

/** What keeps somebody from being seen. */
export function ConnectionNotice({ connection }: { readonly connection: PeerConnectionView }) {
  return (
    <div className={classes['notice']} role="status">
      <ConnectionIcon connection={connection} />
      <div>
        {title(connection)}
        {connection.state === 'failed' && connection.error !== undefined && (
          <div className={classes['advice']}>{errorText(connection.error).advice}</div>
        )}
      </div>
    </div>
  );
}

function ConnectionIcon({ connection: { state } }: { readonly connection: PeerConnectionView }) {
  const isOver = state === 'failed' || state === 'closed';
  return isOver ? (
    <IconPlugConnectedX size={18} className={classes['icon']} />
  ) : (
    <Loader size={16} color="white" />
  );
}

function title(connection: PeerConnectionView): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting…';
    case 'interrupted':
      return 'Interrupted, trying again…';
    case 'connected':
      return 'Connected';
    case 'closed':
      return 'Has left';
    case 'failed':
      return connection.error === undefined ? 'No connection' : errorText(connection.error).title;
  }
}
