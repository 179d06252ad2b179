import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { SignalingError } from 'firesignal';
import { useState } from 'react';
import { errorText } from '../errors/error-text.ts';
import type { RoomSession } from '../session/room-session.ts';

type EndRoomDialogProps = {
  readonly session: RoomSession;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** It is gone: the menu that it was opened from, too. */
  readonly onClosed: () => void;
};

type Progress =
  | { readonly status: 'asking' }
  | { readonly status: 'ending' }
  | { readonly status: 'failed'; readonly error: SignalingError };

export function EndRoomDialog({ session, opened, onClose, onClosed }: EndRoomDialogProps) {
  const [progress, setProgress] = useState<Progress>({ status: 'asking' });
  const end = async (): Promise<void> => {
    setProgress({ status: 'ending' });
    try {
      // The room itself then says that it has ended, and another page takes the place of this one.
      await session.endForAll();
    } catch (error) {
      setProgress({ status: 'failed', error: SignalingError.from(error) });
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="End the room for everybody?"
      centered
      returnFocus={false}
      onExitTransitionEnd={onClosed}
    >
      <Stack>
        <Text>Everyone leaves, and the link stops working. This cannot be undone.</Text>
        {progress.status === 'failed' && (
          <Alert role="alert" color="red" title={errorText(progress.error).title}>
            {errorText(progress.error).advice}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.9" loading={progress.status === 'ending'} onClick={() => void end()}>
            End the room
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
