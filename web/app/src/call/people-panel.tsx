import { Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { RosterEntry } from 'firesignal';
import { useState } from 'react';
import { PeopleList } from '../components/people-list.tsx';
import { ShareLink } from '../components/share-link.tsx';
import { BanDialog } from '../moderate/ban-dialog.tsx';
import { DeskError } from '../moderate/desk-error.tsx';
import { DeskPanel } from '../moderate/desk-panel.tsx';
import { KnockList } from '../moderate/knock-list.tsx';
import { PersonMenu } from '../moderate/person-menu.tsx';
import { roleNote, standsAbove } from '../moderate/roles.ts';
import { useLobbyVisitors } from '../room/use-lobby-visitors.ts';
import { waitingVisitors } from '../room/waiting-visitors.ts';
import { runsRoom } from '../session/desk.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';

type PeoplePanelProps = { readonly session: RoomSession; readonly visit: Visit };

/** Who is in the call, who knocks or waits in the lobby, and the link for more; for whoever runs the room, what to do about it. */
export function PeoplePanel({ session: { desk }, visit: { room, roster } }: PeoplePanelProps) {
  const [suspect, setSuspect] = useState<RosterEntry>();
  const [isAsking, { open: ask, close }] = useDisclosure(false);
  const waiting = waitingVisitors(useLobbyVisitors(room), roster);
  return (
    <Stack gap="lg" style={{ overflowY: 'auto' }} flex={1}>
      <DeskError desk={desk} />
      <KnockList desk={desk} />
      <PeopleList
        title={`In the call (${roster.length} of ${room.capacity})`}
        people={roster.map((entry) => ({
          key: entry.peerId,
          name: entry.name,
          isSelf: entry.isSelf,
          note: entry.lost ? 'connection lost' : roleNote(entry),
          menu: standsAbove(room, entry) && (
            <PersonMenu
              desk={desk}
              room={room}
              person={entry}
              onBan={() => {
                setSuspect(entry);
                ask();
              }}
            />
          ),
        }))}
      />
      {waiting.length > 0 && (
        <PeopleList
          title="In the lobby"
          people={waiting.map(({ uid, name, isSelf }) => ({ key: uid, name, isSelf, note: '' }))}
        />
      )}
      {runsRoom(room) && <DeskPanel desk={desk} room={room} />}
      {room.access !== 'invite' && <ShareLink room={room} />}
      {suspect !== undefined && <BanDialog desk={desk} person={suspect} opened={isAsking} onClose={close} />}
    </Stack>
  );
}
