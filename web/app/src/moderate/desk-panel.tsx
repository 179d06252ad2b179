import { Alert, Switch } from '@mantine/core';
import type { Room } from 'firesignal';
import { errorText } from '../errors/error-text.ts';
import { useStore } from '../lib/store.ts';
import type { Desk } from '../session/desk.ts';
import { InviteMaker } from './invite-maker.tsx';

type DeskPanelProps = { readonly desk: Desk; readonly room: Room };

/** The door of the room, for whoever runs it. */
export function DeskPanel({ desk, room }: DeskPanelProps) {
  const { error } = useStore(desk);
  return (
    <>
      {error !== undefined && (
        <Alert role="alert" color="red" title={errorText(error).title} py="xs" style={{ flex: 'none' }}>
          {errorText(error).advice}
        </Alert>
      )}
      {room.access === 'invite' && <InviteMaker desk={desk} room={room} />}
      <Switch
        label="Lock the room"
        description="Nobody new comes in but who knocks and is let in."
        checked={room.isLocked}
        onChange={({ currentTarget: { checked } }) =>
          void desk.act((moderation) => (checked ? moderation.lock() : moderation.unlock()))
        }
      />
    </>
  );
}
