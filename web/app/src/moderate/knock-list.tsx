import { Button, Group, Stack, Text } from '@mantine/core';
import { PersonAvatar } from '../components/person-avatar.tsx';
import { displayName } from '../lib/display-name.ts';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';

/** Who knocks, and the answers there are. */
export function KnockList({ desk }: { readonly desk: Desk }) {
  const { visitors } = useStore(desk);
  if (visitors.length === 0) return null;
  return (
    <Stack gap={8}>
      <Text id="knocking" fz="sm" fw={600} c="dimmed">
        At the door ({visitors.length})
      </Text>
      <Stack component="ul" aria-labelledby="knocking" gap={8} p={0} m={0} style={{ listStyle: 'none' }}>
        {visitors.map(({ uid, name }) => (
          <Group component="li" key={uid} gap="xs" wrap="nowrap">
            <PersonAvatar name={name} size={32} />
            <Text truncate flex={1}>
              {displayName(name)}
            </Text>
            <Button
              variant="default"
              size="xs"
              aria-label={`Decline ${displayName(name)}`}
              onClick={() => void desk.act((moderation) => moderation.decline(uid))}
            >
              Decline
            </Button>
            <Button
              size="xs"
              aria-label={`Admit ${displayName(name)}`}
              onClick={() => void desk.act((moderation) => moderation.admit(uid))}
            >
              Admit
            </Button>
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
