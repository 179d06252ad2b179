import { Button, Stack, TextInput } from '@mantine/core';
import { IconDoor, IconHandStop, IconLock } from '@tabler/icons-react';
import { LIMITS, SignalingError } from 'firesignal';
import { useState } from 'react';
import { HomeButton } from '../components/home-button.tsx';
import { MessagePage } from '../components/message-page.tsx';
import { errorText } from '../errors/error-text.ts';
import { rememberName, tidyName } from '../lib/remembered-name.ts';
import type { RoomSession } from '../session/room-session.ts';

type DoorPageProps = { readonly session: RoomSession; readonly error: SignalingError };

/** Before a door that somebody has to open: who knocks is asked for a name. */
export function DoorPage({ session, error }: DoorPageProps) {
  const [name, setName] = useState(session.name);
  const isLocked = error.code === 'signaling/room-locked';
  return (
    <MessagePage
      icon={isLocked ? IconLock : IconDoor}
      title={errorText(error).title}
      text={errorText(new SignalingError('signaling/knock-needed')).advice}
      detail={
        <form
          style={{ width: '100%' }}
          onSubmit={(event) => {
            event.preventDefault();
            const tidy = tidyName(name);
            rememberName(tidy);
            session.knock(tidy);
          }}
        >
          <Stack ta="left" maw={340} mx="auto">
            <TextInput
              label="Your name"
              description="It is shown to whoever opens."
              placeholder="Guest"
              size="md"
              autoComplete="nickname"
              maxLength={LIMITS.NAME_LENGTH_MAX}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" size="md" leftSection={<IconHandStop size={20} />}>
              Knock
            </Button>
            <HomeButton />
          </Stack>
        </form>
      }
    />
  );
}
