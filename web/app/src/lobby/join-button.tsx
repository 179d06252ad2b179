import { Button } from '@mantine/core';
import { IconDoorEnter } from '@tabler/icons-react';
import type { LobbyActivity } from '../session/session-state.ts';

type JoinButtonProps = { readonly activity: LobbyActivity; readonly isFull: boolean };

export function JoinButton({ activity, isFull }: JoinButtonProps) {
  return (
    <Button
      type="submit"
      size="lg"
      fullWidth
      leftSection={<IconDoorEnter size={22} />}
      loading={activity.kind === 'joining'}
      disabled={isFull}
    >
      {activity.kind === 'refused' ? 'Try again' : 'Join'}
    </Button>
  );
}
