import { IconMessage, IconScreenShare, IconScreenShareOff, IconUsers } from '@tabler/icons-react';
import { CameraButton, MicrophoneButton } from '../components/device-buttons.tsx';
import { DeviceMenu } from '../components/device-menu.tsx';
import { RoundButton } from '../components/round-button.tsx';
import { useStore } from '../lib/store.ts';
import { canCaptureScreen } from '../media/capture-screen.ts';
import type { OwnMedia } from '../media/own-media.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import classes from './control-bar.module.css';
import { LeaveButton } from './leave-button.tsx';
import { panelButtonId, type Panel } from './side-panel.tsx';

type ControlBarProps = {
  readonly session: RoomSession;
  readonly visit: Visit;
  readonly panel: Panel;
  readonly onToggle: (panel: Exclude<Panel, 'none'>) => void;
};

export function ControlBar({ session, visit, panel, onToggle }: ControlBarProps) {
  return (
    <footer className={classes['footer']}>
      <div className={classes['bar']} role="toolbar" aria-label="Call controls">
        {visit.room.role !== 'viewer' && <OwnMediaButtons media={session.media} />}
        <ChatButton session={session} isOpen={panel === 'chat'} onClick={() => onToggle('chat')} />
        <RoundButton
          id={panelButtonId('people')}
          label={panel === 'people' ? 'Hide people' : 'Show people'}
          look={panel === 'people' ? 'active' : 'plain'}
          aria-expanded={panel === 'people'}
          className={classes['people'] ?? ''}
          onClick={() => onToggle('people')}
        >
          <IconUsers size={22} />
        </RoundButton>
        <LeaveButton session={session} visit={visit} />
      </div>
    </footer>
  );
}

/** A viewer has none of them: what would be switched on goes to nobody. */
function OwnMediaButtons({ media }: { readonly media: OwnMedia }) {
  return (
    <>
      <MicrophoneButton media={media} />
      <CameraButton media={media} />
      <DeviceMenu media={media} />
      {canCaptureScreen() && <ScreenButton media={media} />}
    </>
  );
}

function ScreenButton({ media }: { readonly media: OwnMedia }) {
  const isOn = useStore(media).screen.status === 'on';
  return (
    <RoundButton
      label={isOn ? 'Stop sharing the screen' : 'Share the screen'}
      look={isOn ? 'active' : 'plain'}
      onClick={() => void media.switchScreen(!isOn)}
    >
      {isOn ? <IconScreenShareOff size={22} /> : <IconScreenShare size={22} />}
    </RoundButton>
  );
}

type ChatButtonProps = {
  readonly session: RoomSession;
  readonly isOpen: boolean;
  readonly onClick: () => void;
};

function ChatButton({ session, isOpen, onClick }: ChatButtonProps) {
  const { unread } = useStore(session.chat);
  const label = isOpen ? 'Hide the chat' : 'Show the chat';
  return (
    <div className={classes['badged']}>
      <RoundButton
        id={panelButtonId('chat')}
        label={unread > 0 ? `${label}, ${unread} unread` : label}
        look={isOpen ? 'active' : 'plain'}
        aria-expanded={isOpen}
        onClick={onClick}
      >
        <IconMessage size={22} />
      </RoundButton>
      {unread > 0 && (
        <span className={classes['badge']} aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </div>
  );
}
