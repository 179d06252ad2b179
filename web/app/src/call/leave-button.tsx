import { Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDoorExit, IconPhoneOff, IconPower } from '@tabler/icons-react';
import { RoundButton } from '../components/round-button.tsx';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import { EndRoomDialog } from './end-room-dialog.tsx';

/** Of the menu, which Mantine gives to the button that opens it. */
const MENU_ID = 'leave';

type LeaveButtonProps = { readonly session: RoomSession; readonly visit: Visit };

/** Leaves; whoever made the room may end it for all instead. */
export function LeaveButton({ session, visit }: LeaveButtonProps) {
  const [isAsking, { open: ask, close }] = useDisclosure(false);
  if (!visit.room.isCreator)
    return (
      <RoundButton label="Leave the call" look="danger" onClick={() => session.leave()}>
        <IconPhoneOff size={22} />
      </RoundButton>
    );
  return (
    <>
      <Menu id={MENU_ID} position="top-end" shadow="md" width={220}>
        <Menu.Target>
          <RoundButton label="Leave or end the call" look="danger">
            <IconPhoneOff size={22} />
          </RoundButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDoorExit size={18} />} onClick={() => session.leave()}>
            Leave
          </Menu.Item>
          <Menu.Item color="var(--mantine-color-error)" leftSection={<IconPower size={18} />} onClick={ask}>
            End the room for all…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <EndRoomDialog
        session={session}
        opened={isAsking}
        onClose={close}
        onClosed={() => document.getElementById(MENU_ID)?.focus()}
      />
    </>
  );
}
