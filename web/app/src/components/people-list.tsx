import { Badge, Group, Stack, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { displayName } from '../lib/display-name.ts';
import { PersonAvatar } from './person-avatar.tsx';

export type Person = {
  readonly key: string;
  readonly name: string;
  readonly isSelf: boolean;
  /** Shown behind the name. */
  readonly note: string;
  /** At the end of the row. */
  readonly menu?: ReactNode;
};

type PeopleListProps = { readonly title: string; readonly people: readonly Person[] };

export function PeopleList({ title, people }: PeopleListProps) {
  const titleId = useId();
  return (
    <Stack gap={8}>
      <Text id={titleId} fz="sm" fw={600} c="dimmed">
        {title}
      </Text>
      <Stack component="ul" aria-labelledby={titleId} gap={8} p={0} m={0} style={{ listStyle: 'none' }}>
        {people.map((person) => (
          <PersonRow key={person.key} person={person} />
        ))}
      </Stack>
    </Stack>
  );
}

function PersonRow({ person: { name, isSelf, note, menu } }: { readonly person: Person }) {
  return (
    <Group component="li" gap="sm" wrap="nowrap">
      <PersonAvatar name={name} size={32} />
      <Text truncate>{displayName(name)}</Text>
      {isSelf && (
        <Text c="dimmed" fz="sm">
          you
        </Text>
      )}
      {note !== '' && (
        <Badge variant="default" tt="none" fw={500} style={{ flex: 'none' }}>
          {note}
        </Badge>
      )}
      {menu}
    </Group>
  );
}
