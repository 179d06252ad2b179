import { Paper, Stack } from '@mantine/core';
import { useState } from 'react';
import { BackendBanner } from '../components/backend-banner.tsx';
import { PageFrame } from '../components/page-frame.tsx';
import { PageTitle } from '../components/page-title.tsx';
import { ShareLink } from '../components/share-link.tsx';
import { DeskError } from '../moderate/desk-error.tsx';
import { KnockList } from '../moderate/knock-list.tsx';
import { rememberName, tidyName } from '../lib/remembered-name.ts';
import { useLobbyVisitors } from '../room/use-lobby-visitors.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { LobbyActivity, Visit } from '../session/session-state.ts';
import { isFull } from './is-full.ts';
import { JoinButton } from './join-button.tsx';
import { JoinNotice } from './join-notice.tsx';
import classes from './lobby-page.module.css';
import { NameInput } from './name-input.tsx';
import { Preview } from './preview.tsx';
import { ViewerNotice } from './viewer-notice.tsx';
import { WhoIsHere } from './who-is-here.tsx';

type LobbyPageProps = {
  readonly session: RoomSession;
  readonly visit: Visit;
  readonly activity: LobbyActivity;
};

/** Before the call: look at oneself, see who is here, then join. */
export function LobbyPage({ session, visit, activity }: LobbyPageProps) {
  const [name, setName] = useState(session.name);
  const visitors = useLobbyVisitors(visit.room);
  const takeName = (): string => {
    const tidy = tidyName(name);
    setName(tidy);
    rememberName(tidy);
    return tidy;
  };
  return (
    <PageFrame>
      <BackendBanner reachable={visit.backendReachable} text="You can join as soon as it is back." />
      <div className={classes['columns']}>
        <Preview media={session.media} name={name} />
        <Paper className={classes['card'] ?? ''} radius="lg" p={{ base: 'md', sm: 'lg' }}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              session.join(takeName());
            }}
          >
            <Stack gap="md">
              <PageTitle fz={{ base: 24, sm: 28 }}>Ready to join?</PageTitle>
              <NameInput
                value={name}
                disabled={activity.kind === 'joining'}
                onChange={setName}
                onDone={() => session.rename(takeName())}
              />
              {visit.room.role === 'viewer' && <ViewerNotice />}
              <JoinNotice visit={visit} activity={activity} />
              <JoinButton activity={activity} isFull={isFull(visit)} />
            </Stack>
          </form>
          <DeskError desk={session.desk} />
          <KnockList desk={session.desk} />
          <WhoIsHere visit={visit} visitors={visitors} />
          <ShareLink room={visit.room} />
        </Paper>
      </div>
    </PageFrame>
  );
}
