import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { RosterEntry } from 'firesignal';
import { displayName } from '../lib/display-name.ts';
import type { Desk } from '../session/desk.ts';
import { menuButtonId } from './person-menu.tsx';

type BanDialogProps = {
  readonly desk: Desk;
  /** Who it is about; also while it closes. */
  readonly person: RosterEntry;
  readonly opened: boolean;
  readonly onClose: () => void;
};

export function BanDialog({ desk, person, opened, onClose }: BanDialogProps) {
  const name = displayName(person.name);
  const ban = (): void => {
    onClose();
    void desk.ban(person);
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Ban ${name}?`}
      centered
      returnFocus={false}
      // What had the focus before was in the menu, which is gone.
      onExitTransitionEnd={() => document.getElementById(menuButtonId(person))?.focus()}
    >
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
