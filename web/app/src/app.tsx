import { MantineProvider } from '@mantine/core';
import { useEffect } from 'react';
import { backendStore } from './backend/backend-store.ts';
import type { Backend } from './backend/backend.ts';
import { useStore } from './lib/store.ts';
import { ConfigurationErrorPage } from './pages/configuration-error-page.tsx';
import { LoadingPage } from './pages/loading-page.tsx';
import { StartPage } from './pages/start-page.tsx';
import { UnknownPage } from './pages/unknown-page.tsx';
import { RoomPage } from './room/room-page.tsx';
import { locationStore } from './routing/location-store.ts';
import { theme } from './theme.ts';

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Content />
    </MantineProvider>
  );
}

function Content() {
  const state = useStore(backendStore);
  useEffect(() => backendStore.load(), []);
  switch (state.status) {
    case 'loading':
      return <LoadingPage title="Firesignal" />;
    case 'ready':
      return <Page backend={state.backend} />;
    case 'failed':
      return <ConfigurationErrorPage error={state.error} onRetry={() => backendStore.retry()} />;
  }
}

function Page({ backend }: { readonly backend: Backend }) {
  const route = useStore(locationStore);
  switch (route.page) {
    case 'start':
      return <StartPage backend={backend} />;
    case 'room':
      return <RoomPage key={route.roomId} backend={backend} roomId={route.roomId} />;
    case 'unknown':
      return <UnknownPage />;
  }
}
