import { Button, CopyButton, Group, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconTicket } from '@tabler/icons-react';
import { LIMITS, type Role, type Room } from 'firesignal';
import { useState, type SyntheticEvent } from 'react';
import { inviteLinkTo } from '../routing/room-address.ts';
import type { Desk } from '../session/desk.ts';
import { ROLE_WORDS } from './roles.ts';

const ROLES: readonly Role[] = ['speaker', 'viewer', 'moderator'];

type InviteMakerProps = { readonly desk: Desk; readonly room: Room };

/** Makes links that let somebody in, as something, so many times. */
export function InviteMaker({ desk, room }: InviteMakerProps) {
  const [role, setRole] = useState<Role>('speaker');
  const [uses, setUses] = useState<number | string>(1);
  const [link, setLink] = useState('');
  const [isBusy, setBusy] = useState(false);
  // Moderators are made by the host.
  const roles = ROLES.filter((each) => each !== 'moderator' || room.isHost);

  const create = async (): Promise<void> => {
    setBusy(true);
    const options = { role, uses: typeof uses === 'number' ? uses : 1 };
    const invite = await desk.act((moderation) => moderation.createInvite(options));
    setBusy(false);
    if (invite !== undefined) setLink(inviteLinkTo(room, invite.token));
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void create();
  };

  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <NativeSelect
            flex={1}
            label="Invite as"
            value={role}
            onChange={({ currentTarget: { value } }) =>
              setRole(roles.find((each) => each === value) ?? 'speaker')
            }
            data={roles.map((value) => ({ value, label: ROLE_WORDS[value] }))}
          />
          <NumberInput
            label="Uses"
            w={76}
            min={1}
            max={LIMITS.INVITE_USES_MAX}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            value={uses}
            onChange={setUses}
          />
        </Group>
        <Button type="submit" variant="light" leftSection={<IconTicket size={18} />} loading={isBusy}>
          Create an invite link
        </Button>
        {link !== '' && <InviteLink link={link} />}
      </Stack>
    </form>
  );
}

function InviteLink({ link }: { readonly link: string }) {
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        flex={1}
        label="Invite link, for a day"
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={link} timeout={2_000}>
        {({ copied, copy }) => (
          <Button
            variant="light"
            px="sm"
            aria-label="Copy the invite link"
            leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
