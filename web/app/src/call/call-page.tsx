import { VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { BackendBanner } from '../components/backend-banner.tsx';
import { DeviceProblems } from '../components/device-problems.tsx';
import { PageTitle } from '../components/page-title.tsx';
import { KnockNotice } from '../moderate/knock-notice.tsx';
import type { PeerView } from '../session/peer-view.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import { CallHeader } from './call-header.tsx';
import classes from './call-page.module.css';
import { ControlBar } from './control-bar.tsx';
import { MuteNotice } from './mute-notice.tsx';
import { HearButton } from './hear-button.tsx';
import { SidePanel, panelButtonId, type Panel } from './side-panel.tsx';
import { Stage } from './stage.tsx';

type CallPageProps = {
  readonly session: RoomSession;
  readonly visit: Visit;
  readonly peers: readonly PeerView[];
};

/** The call itself: pictures, controls, and at the side chat or people. */
export function CallPage({ session, visit, peers }: CallPageProps) {
  const [panel, setPanel] = useState<Panel>('none');
  const isNarrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
  const toggle = (wanted: Exclude<Panel, 'none'>): void => setPanel(panel === wanted ? 'none' : wanted);
  const close = (): void => {
    setPanel('none');
    document.getElementById(panelButtonId(panel))?.focus();
  };
  return (
    <div className={classes['page']}>
      <CallHeader visit={visit} desk={session.desk} onShowPeople={() => toggle('people')} />
      <main className={classes['main']}>
        <VisuallyHidden>
          <PageTitle>In the call</PageTitle>
        </VisuallyHidden>
        <div className={classes['notices']}>
          <BackendBanner reachable={visit.backendReachable} text="The call goes on; nobody new can join." />
          <DeviceProblems media={session.media} />
          <MuteNotice session={session} request={visit.muteRequest} />
          {panel !== 'people' && <KnockNotice desk={session.desk} onShowAll={() => setPanel('people')} />}
          <HearButton />
        </div>
        <Stage session={session} visit={visit} peers={peers} />
      </main>
      <SidePanel panel={panel} isNarrow={isNarrow} session={session} visit={visit} onClose={close} />
      <ControlBar session={session} visit={visit} panel={panel} onToggle={toggle} />
    </div>
  );
}
