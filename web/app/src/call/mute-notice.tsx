import { Alert, Button, Group } from '@mantine/core';
import { IconMicrophoneOff } from '@tabler/icons-react';
import type { RoomSession } from '../session/room-session.ts';
import type { MuteRequest } from '../session/session-state.ts';

type MuteNoticeProps = { readonly session: RoomSession; readonly request: MuteRequest | undefined };

/** Whoever runs the room asks for silence. It is for the asked one to do it. */
export function MuteNotice({ session, request }: MuteNoticeProps) {
  if (request === undefined) return null;
  return (
    <Alert
      role="alert"
      color="yellow"
      icon={<IconMicrophoneOff />}
      title={`${request.name} asks you to ${request.audio ? 'mute' : 'turn the camera off'}`}
      py="xs"
    >
      <Group gap="xs">
        <Button size="xs" onClick={() => session.answerMuteRequest(true)}>
          {request.audio ? 'Mute' : 'Turn it off'}
        </Button>
        <Button size="xs" variant="default" onClick={() => session.answerMuteRequest(false)}>
          Not now
        </Button>
      </Group>
    </Alert>
  );
}
