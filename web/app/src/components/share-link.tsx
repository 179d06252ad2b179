import { ActionIcon, Button, CopyButton, Group, Input } from '@mantine/core';
import { IconCheck, IconCopy, IconShare } from '@tabler/icons-react';
import type { Room } from 'firesignal';
import { useId } from 'react';
import { linkTo } from '../routing/room-address.ts';

/** The room's link, to copy, or to hand to another app where the device can. */
export function ShareLink({ room }: { readonly room: Room }) {
  const link = linkTo(room);
  const id = useId();
  return (
    <Input.Wrapper label="Link to this room" description={hintOf(room)} id={id}>
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Input id={id} flex={1} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        {canShare(link) && (
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Share the link"
            onClick={() => void share(link)}
          >
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
    </Input.Wrapper>
  );
}

/** What the link alone does not do. */
function hintOf({ access, isLocked }: Room): string | undefined {
  if (isLocked) return 'The room is locked: people who open the link can knock.';
  switch (access) {
    case 'password':
      return 'People need the password, too.';
    case 'knock':
      return 'People who open it knock, and you let them in.';
    case 'invite':
      return 'It lets in nobody without an invite. You make those in the call.';
    case 'members':
      return 'It lets in members only.';
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
