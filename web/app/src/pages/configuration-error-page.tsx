import { Button, Code, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ConfigurationError } from '../backend/configuration.ts';
import { MessagePage } from '../components/message-page.tsx';

type ConfigurationErrorPageProps = { readonly error: ConfigurationError; readonly onRetry: () => void };

export function ConfigurationErrorPage({ error, onRetry }: ConfigurationErrorPageProps) {
  return (
    <MessagePage
      icon={IconPlugConnectedX}
      title="This site is not reachable"
      text="It could not load its own settings. Check your network, then try again."
      actions={
        <Button size="md" onClick={onRetry}>
          Try again
        </Button>
      }
      detail={
        <Text fz="sm" c="dimmed">
          For whoever runs it: the Firebase configuration comes from Firebase Hosting, also on your own
          machine (npm start). <Code>{error.message}</Code>
        </Text>
      }
    />
  );
}
