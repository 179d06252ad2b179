import { CopyButton, Group, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconLink, IconLock, IconUsers } from '@tabler/icons-react';
import { ColorSchemeButton } from '../components/color-scheme-button.tsx';
import { Logo } from '../components/logo.tsx';
import { linkTo } from '../routing/room-address.ts';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';
import type { Visit } from '../session/session-state.ts';
import classes from './call-header.module.css';

type CallHeaderProps = { readonly visit: Visit; readonly desk: Desk; readonly onShowPeople: () => void };

export function CallHeader({ visit: { room, roster }, desk, onShowPeople }: CallHeaderProps) {
  const knocking = useStore(desk).visitors.length;
  return (
    <header className={classes['header']}>
      <Logo isShort />
      <Group gap={6} wrap="nowrap">
        {room.isLocked && (
          <Tooltip label="The room is locked">
            <IconLock size={18} role="img" aria-label="The room is locked" />
          </Tooltip>
        )}
        {room.access !== 'invite' && (
          <CopyButton value={linkTo(room)} timeout={2_000}>
            {({ copied, copy }) => (
              <UnstyledButton className={classes['item'] ?? ''} onClick={copy}>
                {copied ? <IconCheck size={18} /> : <IconLink size={18} />}
                {copied ? 'Copied' : 'Copy link'}
              </UnstyledButton>
            )}
          </CopyButton>
        )}
        <UnstyledButton
          className={classes['item'] ?? ''}
          onClick={onShowPeople}
          aria-label={`People: ${roster.length} of ${room.capacity} seats taken${knocking === 0 ? '' : `, ${knocking} at the door`}`}
        >
          <IconUsers size={18} />
          {roster.length}
          {knocking > 0 && (
            <span className={classes['badge']} aria-hidden="true">
              {knocking}
            </span>
          )}
        </UnstyledButton>
        <div className={classes['scheme']}>
          <ColorSchemeButton />
        </div>
      </Group>
    </header>
  );
}
