import { Button, Group, Paper, Text } from '@mantine/core';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';
import { KnockRow } from './knock-row.tsx';

type KnockNoticeProps = { readonly desk: Desk; readonly onShowAll: () => void };

/** In the call, for whoever runs the room: somebody waits at the door. Who has waited longest goes first. */
export function KnockNotice({ desk, onShowAll }: KnockNoticeProps) {
  const [first, ...others] = useStore(desk).visitors;
  if (first === undefined) return null;
  return (
    <Paper
      withBorder
      radius="md"
      px="sm"
      py={8}
      w="100%"
      maw={520}
      mx="auto"
      role="group"
      aria-label="Who knocks"
    >
      <KnockRow desk={desk} visitor={first} verb="knocks" />
      {others.length > 0 && (
        <Group gap="xs" mt={4} justify="space-between">
          <Text fz="sm" c="dimmed">
            and {others.length} more
          </Text>
          <Button variant="subtle" size="compact-sm" onClick={onShowAll}>
            Show all
          </Button>
        </Group>
      )}
    </Paper>
  );
}
