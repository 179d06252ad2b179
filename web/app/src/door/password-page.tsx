import { Button, PasswordInput, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { SignalingError } from 'firesignal';
import { useState } from 'react';
import { HomeButton } from '../components/home-button.tsx';
import { MessagePage } from '../components/message-page.tsx';
import { errorText } from '../errors/error-text.ts';

type PasswordPageProps = {
  /** The last password was not it. */
  readonly error: SignalingError | undefined;
  readonly onPassword: (password: string) => void;
};

/** At the door of a room that has a password. */
export function PasswordPage({ error, onPassword }: PasswordPageProps) {
  const [password, setPassword] = useState('');
  return (
    <MessagePage
      icon={IconKey}
      title="This room has a password"
      text="Whoever sent you the link can tell you."
      isTitleFocused={false}
      detail={
        <form
          style={{ width: '100%' }}
          onSubmit={(event) => {
            event.preventDefault();
            if (password !== '') onPassword(password);
          }}
        >
          <Stack ta="left" maw={340} mx="auto">
            <PasswordInput
              label="Password"
              size="md"
              autoFocus
              autoComplete="current-password"
              value={password}
              error={error === undefined ? undefined : wordsOf(error)}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" size="md" disabled={password === ''}>
              Enter
            </Button>
            <HomeButton />
          </Stack>
        </form>
      }
    />
  );
}

function wordsOf(error: SignalingError): string {
  const { title, advice } = errorText(error);
  return `${title}. ${advice}`;
}
