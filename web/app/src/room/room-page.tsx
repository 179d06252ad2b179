import { VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Backend } from '../backend/backend.ts';
import { CallPage } from '../call/call-page.tsx';
import { DoorPage } from '../door/door-page.tsx';
import { KnockingPage } from '../door/knocking-page.tsx';
import { PasswordPage } from '../door/password-page.tsx';
import { rememberedName } from '../lib/remembered-name.ts';
import { useStore } from '../lib/store.ts';
import { LobbyPage } from '../lobby/lobby-page.tsx';
import { LeftPage } from '../pages/left-page.tsx';
import { LoadingPage } from '../pages/loading-page.tsx';
import { RoomErrorPage } from '../pages/room-error-page.tsx';
import { RoomSession } from '../session/room-session.ts';

type RoomPageProps = { readonly backend: Backend; readonly roomId: string };

/** Everything under one room's link. Leaving this page leaves the room. */
export function RoomPage({ backend, roomId }: RoomPageProps) {
  const [session] = useState(() => new RoomSession(backend, roomId, rememberedName()));
  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);
  return (
    <>
      <CurrentPage session={session} />
      <Announcements session={session} />
    </>
  );
}

type SessionProps = { readonly session: RoomSession };

function CurrentPage({ session }: SessionProps) {
  const state = useStore(session);
  switch (state.page) {
    case 'opening':
      return <LoadingPage title="Opening the room…" canCancel />;
    case 'password':
      return <PasswordPage error={state.error} onPassword={(password) => session.tryPassword(password)} />;
    case 'door':
      return <DoorPage session={session} error={state.error} />;
    case 'knocking':
      return <KnockingPage session={session} />;
    case 'lobby':
      return <LobbyPage session={session} visit={state.visit} activity={state.activity} />;
    case 'call':
      return <CallPage session={session} visit={state.visit} peers={state.peers} />;
    case 'left':
      return <LeftPage reason={state.reason} onRejoin={() => session.rejoin()} />;
    case 'failed':
      return <RoomErrorPage error={state.error} onRetry={() => session.open()} />;
  }
}

function Announcements({ session }: SessionProps) {
  const text = useStore(session.announcer);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
