import { Stack, Text } from '@mantine/core';
import type { LobbyVisitor } from 'firesignal';
import { PeopleList } from '../components/people-list.tsx';
import { roleNote } from '../moderate/roles.ts';
import { waitingVisitors } from '../room/waiting-visitors.ts';
import type { Visit } from '../session/session-state.ts';

type WhoIsHereProps = { readonly visit: Visit; readonly visitors: readonly LobbyVisitor[] };

/** Who is in the call, and who waits before it. */
export function WhoIsHere({ visit, visitors }: WhoIsHereProps) {
  const { roster, room } = visit;
  const others = waitingVisitors(visitors, roster).filter((visitor) => !visitor.isSelf);
  return (
    <Stack gap="md">
      {roster.length === 0 ? (
        <Text c="dimmed">Nobody is in the room yet.</Text>
      ) : (
        <PeopleList
          title={`In the room (${roster.length} of ${room.capacity})`}
          people={roster.map((entry) => ({
            key: entry.peerId,
            name: entry.name,
            isSelf: entry.isSelf,
            note: entry.lost ? 'connection lost' : roleNote(entry),
          }))}
        />
      )}
      {others.length > 0 && (
        <PeopleList
          title="Waiting like you"
          people={others.map((visitor) => ({
            key: visitor.uid,
            name: visitor.name,
            isSelf: false,
            note: '',
          }))}
        />
      )}
    </Stack>
  );
}
