import { Button, Group, Text } from '@mantine/core';
import type { Visitor } from 'firesignal';
import { PersonAvatar } from '../components/person-avatar.tsx';
import { displayName } from '../lib/display-name.ts';
import type { Desk } from '../session/desk.ts';

type KnockRowProps = {
  readonly desk: Desk;
  readonly visitor: Visitor;
  /** Behind the name. */
  readonly verb?: string;
};

/** Somebody who knocks, and the answers there are. */
export function KnockRow({ desk, visitor: { uid, name }, verb = '' }: KnockRowProps) {
  const shown = displayName(name);
  return (
    <Group gap="xs" wrap="nowrap">
      <PersonAvatar name={name} size={32} />
      <Text truncate flex={1} title={shown}>
        {shown} {verb}
      </Text>
      <Button
        variant="default"
        size="xs"
        style={{ flex: 'none' }}
        aria-label={`Decline ${shown}`}
        onClick={() => void desk.act((moderation) => moderation.decline(uid))}
      >
        Decline
      </Button>
      <Button
        size="xs"
        style={{ flex: 'none' }}
        aria-label={`Admit ${shown}`}
        onClick={() => void desk.act((moderation) => moderation.admit(uid))}
      >
        Admit
      </Button>
    </Group>
  );
}
