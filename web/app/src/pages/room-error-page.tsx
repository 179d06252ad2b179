import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCloudOff,
  IconDoorOff,
  IconKeyOff,
  IconLinkOff,
  IconLock,
  IconTicketOff,
} from '@tabler/icons-react';
import type { ErrorCode, SignalingError } from 'firesignal';
import { HomeButton } from '../components/home-button.tsx';
import { MessagePage } from '../components/message-page.tsx';
import { errorText } from '../errors/error-text.ts';

type RoomErrorPageProps = { readonly error: SignalingError; readonly onRetry: () => void };

/** Why a room could not be opened, and what to do. */
export function RoomErrorPage({ error, onRetry }: RoomErrorPageProps) {
  const { title, advice } = errorText(error);
  const way = wayOut(error.code);
  return (
    <MessagePage
      icon={iconOf(error.code)}
      title={title}
      text={advice}
      actions={
        <>
          {way === 'retry' && (
            <Button size="md" onClick={onRetry}>
              Try again
            </Button>
          )}
          {way === 'reload' && (
            <Button size="md" onClick={() => location.reload()}>
              Reload the page
            </Button>
          )}
          <HomeButton variant={way === 'home' ? 'filled' : 'default'} />
        </>
      }
    />
  );
}

/** Whether the same again may work, or only another page, or only another room. */
function wayOut(code: ErrorCode): 'retry' | 'reload' | 'home' {
  switch (code) {
    case 'signaling/invalid-link':
    case 'signaling/room-not-found':
    case 'signaling/room-ended':
    case 'signaling/key-missing':
    case 'signaling/invite-needed':
    case 'signaling/invite-expired':
    case 'signaling/invite-used':
      return 'home';
    case 'signaling/protocol-mismatch':
    case 'signaling/too-many-connections':
      return 'reload';
    default:
      return 'retry';
  }
}

function iconOf(code: ErrorCode) {
  switch (code) {
    case 'signaling/invalid-link':
      return IconLinkOff;
    case 'signaling/room-not-found':
    case 'signaling/room-ended':
      return IconDoorOff;
    case 'signaling/banned':
    case 'signaling/not-admitted':
    case 'signaling/kicked':
      return IconLock;
    case 'signaling/key-missing':
      return IconKeyOff;
    case 'signaling/invite-needed':
    case 'signaling/invite-expired':
    case 'signaling/invite-used':
      return IconTicketOff;
    case 'signaling/unavailable':
    case 'signaling/timeout':
    case 'signaling/sign-in-failed':
      return IconCloudOff;
    default:
      return IconAlertTriangle;
  }
}
