import { Button, Loader, Stack, Text } from '@mantine/core';
import { PageFrame } from '../components/page-frame.tsx';
import { PageTitle } from '../components/page-title.tsx';
import { displayName } from '../lib/display-name.ts';
import type { RoomSession } from '../session/room-session.ts';

/** Has knocked, and waits for as long as it takes. */
export function KnockingPage({ session }: { readonly session: RoomSession }) {
  return (
    <PageFrame centered>
      <Stack align="center" ta="center" gap="lg" pb={80}>
        <Loader type="dots" size="lg" />
        <PageTitle fz={{ base: 22, sm: 26 }}>Waiting to be let in…</PageTitle>
        <Text c="dimmed" maw={420} role="status">
          You have knocked as {displayName(session.name)}. Stay here: you get in as soon as somebody opens.
        </Text>
        <Button variant="default" size="md" onClick={() => session.stopKnocking()}>
          Cancel
        </Button>
      </Stack>
    </PageFrame>
  );
}
