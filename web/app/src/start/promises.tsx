import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconArrowsLeftRight, IconLink, IconUserOff } from '@tabler/icons-react';

const PROMISES = [
  { icon: IconUserOff, text: 'No account, nothing to install' },
  { icon: IconLink, text: 'Only who has the link can find the room' },
  { icon: IconArrowsLeftRight, text: 'A call goes on even if the service is down' },
] as const;

/** What visitors can count on. */
export function Promises() {
  return (
    <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} visibleFrom="xs">
      {PROMISES.map(({ icon: Icon, text }) => (
        <Group component="li" key={text} gap="sm" wrap="nowrap">
          <ThemeIcon variant="light" size={34} radius="md">
            <Icon size={18} stroke={1.7} />
          </ThemeIcon>
          <Text>{text}</Text>
        </Group>
      ))}
    </Stack>
  );
}
