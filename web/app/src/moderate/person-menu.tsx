import { ActionIcon, Menu } from '@mantine/core';
import {
  IconBan,
  IconCrown,
  IconDotsVertical,
  IconEye,
  IconMicrophone,
  IconMicrophoneOff,
  IconShield,
  IconUserMinus,
} from '@tabler/icons-react';
import type { Role, Room, RosterEntry } from 'firesignal';
import { displayName } from '../lib/display-name.ts';
import { uidOf, type Desk } from '../session/desk.ts';
import { ROLE_WORDS } from './roles.ts';

const ROLE_ICONS = { moderator: IconShield, speaker: IconMicrophone, viewer: IconEye } as const;

/** Of the menu, which Mantine gives to the button that opens it. */
export const menuButtonId = ({ peerId }: RosterEntry): string => `menu-${peerId}`;

type PersonMenuProps = {
  readonly desk: Desk;
  readonly room: Room;
  readonly person: RosterEntry;
  /** Asks first: it is for good, until it is taken back. */
  readonly onBan: () => void;
};

/** What whoever runs the room can do about one person. */
export function PersonMenu({ desk, room, person, onBan }: PersonMenuProps) {
  const { peerId, role } = person;
  const uid = uidOf(person);
  const roles = (['moderator', 'speaker', 'viewer'] as const satisfies readonly Role[]).filter(
    (each) => each !== role && (each !== 'moderator' || room.isHost),
  );
  return (
    <Menu id={menuButtonId(person)} position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          ml="auto"
          aria-label={`What to do about ${displayName(person.name)}`}
        >
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconMicrophoneOff size={18} />}
          onClick={() =>
            void desk.act((moderation) => {
              moderation.requestMute(peerId);
            })
          }
        >
          Ask to mute
        </Menu.Item>
        {roles.map((each) => (
          <RoleItem
            key={each}
            role={each}
            onClick={() => void desk.act((moderation) => moderation.setRole(uid, each))}
          />
        ))}
        {room.isHost && role !== 'viewer' && (
          <Menu.Item
            leftSection={<IconCrown size={18} />}
            onClick={() => void desk.act((moderation) => moderation.handOver(peerId))}
          >
            Make host
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item
          color="var(--mantine-color-error)"
          leftSection={<IconUserMinus size={18} />}
          onClick={() => void desk.act((moderation) => moderation.kick(uid))}
        >
          Remove
        </Menu.Item>
        <Menu.Item color="var(--mantine-color-error)" leftSection={<IconBan size={18} />} onClick={onBan}>
          Ban…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function RoleItem({ role, onClick }: { readonly role: Role; readonly onClick: () => void }) {
  const Icon = ROLE_ICONS[role];
  return (
    <Menu.Item leftSection={<Icon size={18} />} onClick={onClick}>
      Make {ROLE_WORDS[role].toLowerCase()}
    </Menu.Item>
  );
}
