import { Stack, Text, Title } from '@mantine/core';
import { ShareLink } from '../components/share-link.tsx';
import { InviteMaker } from '../moderate/invite-maker.tsx';
import { runsRoom } from '../session/desk.ts';
import type { RoomSession } from '../session/room-session.ts';
import type { Visit } from '../session/session-state.ts';
import classes from './invite-card.module.css';

type InviteCardProps = { readonly session: RoomSession; readonly visit: Visit };

/** For whoever is alone: the link that brings the others. */
export function InviteCard({ session, visit }: InviteCardProps) {
  const isByInvite = visit.room.access === 'invite' && runsRoom(visit.room);
  const free = visit.room.capacity - 1;
  return (
    <section className={classes['card']} aria-labelledby="invite">
      <Stack gap="md" maw={440} w="100%">
        <Title order={2} id="invite" fz={{ base: 20, sm: 24 }}>
          Nobody else is here
        </Title>
        <Text c="dimmed">
          {isByInvite ? 'Send an invite link' : 'Send this link'} to whom you want to meet. There{' '}
          {free === 1 ? 'is one more seat' : `are ${free} more seats`}.
        </Text>
        {isByInvite ? <InviteMaker desk={session.desk} room={visit.room} /> : <ShareLink room={visit.room} />}
      </Stack>
    </section>
  );
}
