import { CopyButton, Group, UnstyledButton } from '@mantine/core';
import { IconCheck, IconLink, IconUsers } from '@tabler/icons-react';
import { ColorSchemeButton } from '../components/color-scheme-button.tsx';
import { Logo } from '../components/logo.tsx';
import { linkTo } from '../routing/room-address.ts';
import type { Visit } from '../session/session-state.ts';
import classes from './call-header.module.css';

type CallHeaderProps = { readonly visit: Visit; readonly onShowPeople: () => void };

export function CallHeader({ visit: { room, roster }, onShowPeople }: CallHeaderProps) {
  return (
    <header className={classes['header']}>
      <Logo />
      <Group gap={6} wrap="nowrap">
        <CopyButton value={linkTo(room)} timeout={2_000}>
          {({ copied, copy }) => (
            <UnstyledButton className={classes['item'] ?? ''} onClick={copy}>
              {copied ? <IconCheck size={18} /> : <IconLink size={18} />}
              {copied ? 'Copied' : 'Copy link'}
            </UnstyledButton>
          )}
        </CopyButton>
        <UnstyledButton
          className={classes['item'] ?? ''}
          onClick={onShowPeople}
          aria-label={`People: ${roster.length} of ${room.capacity} seats taken`}
        >
          <IconUsers size={18} />
          {roster.length}
        </UnstyledButton>
        <div className={classes['scheme']}>
          <ColorSchemeButton />
        </div>
      </Group>
    </header>
  );
}
