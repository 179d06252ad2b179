import { Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';
import { KnockRow } from './knock-row.tsx';

/** Everybody who knocks. */
export function KnockList({ desk }: { readonly desk: Desk }) {
  const titleId = useId();
  const { visitors } = useStore(desk);
  if (visitors.length === 0) return null;
  return (
    <Stack gap={8}>
      <Text id={titleId} fz="sm" fw={600} c="dimmed">
        At the door ({visitors.length})
      </Text>
      <Stack component="ul" aria-labelledby={titleId} gap={8} p={0} m={0} style={{ listStyle: 'none' }}>
        {visitors.map((visitor) => (
          <li key={visitor.uid}>
            <KnockRow desk={desk} visitor={visitor} />
          </li>
        ))}
      </Stack>
    </Stack>
  );
}
