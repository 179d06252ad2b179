import { Stack } from '@mantine/core';
import { PeopleList } from '../components/people-list.tsx';
import { ShareLink } from '../components/share-link.tsx';
import { useLobbyVisitors } from '../room/use-lobby-visitors.ts';
import { waitingVisitors } from '../room/waiting-visitors.ts';
import type { Visit } from '../session/session-state.ts';

/** Who is in the call, who waits in the lobby, and the link for more. */
export function PeoplePanel({ visit: { room, roster } }: { readonly visit: Visit }) {
  const waiting = waitingVisitors(useLobbyVisitors(room), roster);
  return (
    <Stack gap="lg" style={{ overflowY: 'auto' }} flex={1}>
      <PeopleList
        title={`In the call (${roster.length} of ${room.capacity})`}
        people={roster.map((entry) => ({
          key: entry.peerId,
          name: entry.name,
          isSelf: entry.isSelf,
          note: entry.lost ? 'connection lost' : '',
        }))}
      />
      {waiting.length > 0 && (
        <PeopleList
          title="In the lobby"
          people={waiting.map(({ uid, name, isSelf }) => ({ key: uid, name, isSelf, note: '' }))}
        />
      )}
      <ShareLink room={room} />
    </Stack>
  );
}
