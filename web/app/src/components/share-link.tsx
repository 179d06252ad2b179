import { ActionIcon, Button, CopyButton, Group, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconShare } from '@tabler/icons-react';
import type { Room } from 'firesignal';
import { linkTo } from '../routing/room-address.ts';

/** The room's link, to copy, or to hand to another app where the device can. */
export function ShareLink({ room }: { readonly room: Room }) {
  const link = linkTo(room);
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        flex={1}
        label="Link to this room"
        description={hintOf(room)}
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      {canShare(link) && (
        <ActionIcon variant="default" size={36} aria-label="Share the link" onClick={() => void share(link)}>
          <IconShare size={18} />
        </ActionIcon>
      )}
      <CopyButton value={link} timeout={2_000}>
        {({ copied, copy }) => (
          <Button
            variant="light"
            px="sm"
            onClick={copy}
            leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

/** What the link alone does not do. */
function hintOf({ access, isLocked }: Room): string | undefined {
  if (isLocked) return 'The room is locked: who has the link can knock.';
  switch (access) {
    case 'password':
      return 'Who has it needs the password, too.';
    case 'knock':
      return 'Who has it knocks, and you open.';
    case 'invite':
      return 'It takes an invite to get in: you make those in the call.';
    case 'members':
      return 'It lets in members.';
    default:
      return undefined;
  }
}

function canShare(url: string): boolean {
  return typeof navigator.share === 'function' && navigator.canShare({ url });
}

async function share(url: string): Promise<void> {
  try {
    await navigator.share({ title: 'Join me on Firesignal', url });
  } catch {
    // The visitor has changed their mind.
  }
}
