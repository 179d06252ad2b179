import { Button, Group, Paper, Text } from '@mantine/core';
import { IconMicrophoneOff, IconVideoOff } from '@tabler/icons-react';
import type { RoomSession } from '../session/room-session.ts';
import type { MuteRequest } from '../session/session-state.ts';

type MuteNoticeProps = { readonly session: RoomSession; readonly request: MuteRequest | undefined };

/** Whoever runs the room asks for silence. It is for the asked one to do it. */
export function MuteNotice({ session, request }: MuteNoticeProps) {
  if (request === undefined) return null;
  const Icon = request.audio ? IconMicrophoneOff : IconVideoOff;
  return (
    <Paper withBorder radius="md" px="sm" py={8} w="100%" maw={520} mx="auto" role="alert">
      <Group gap="xs">
        <Icon size={20} />
        <Text fw={600} flex="1 1 180px">
          {request.name} asks you to {request.audio ? 'mute' : 'turn the camera off'}
        </Text>
        <Group gap="xs" wrap="nowrap" ml="auto">
          <Button size="xs" variant="default" onClick={() => session.answerMuteRequest(false)}>
            Not now
          </Button>
          <Button size="xs" onClick={() => session.answerMuteRequest(true)}>
            {request.audio ? 'Mute' : 'Turn it off'}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
