import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { RosterEntry } from 'firesignal';
import { displayName } from '../lib/display-name.ts';
import type { Desk } from '../session/desk.ts';

type BanDialogProps = {
  readonly desk: Desk;
  readonly person: RosterEntry | undefined;
  readonly onClose: () => void;
};

export function BanDialog({ desk, person, onClose }: BanDialogProps) {
  const name = displayName(person?.name ?? '');
  const ban = (): void => {
    onClose();
    if (person !== undefined) void desk.ban(person);
  };
  return (
    <Modal opened={person !== undefined} onClose={onClose} title={`Ban ${name}?`} centered>
      <Stack>
        <Text>{name} is taken out, and does not get in again until you allow it.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.9" onClick={ban}>
            Ban
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
