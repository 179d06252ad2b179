import { Loader, Stack, Text } from '@mantine/core';
import { PageFrame } from '../components/page-frame.tsx';
import { PageTitle } from '../components/page-title.tsx';
import { HomeButton } from '../components/home-button.tsx';
import classes from './loading-page.module.css';

type LoadingPageProps = { readonly title: string; readonly canCancel?: boolean };

/** While something loads. After a while it says that this is slow. */
export function LoadingPage({ title, canCancel = false }: LoadingPageProps) {
  return (
    <PageFrame centered>
      <Stack align="center" ta="center" gap="lg" pb={80} aria-busy="true">
        <Loader type="dots" size="lg" />
        <PageTitle fz={{ base: 20, sm: 22 }}>{title}</PageTitle>
        <Stack align="center" className={classes['slow'] ?? ''}>
          <Text c="dimmed">This takes longer than usual. Is the network there?</Text>
          {canCancel && <HomeButton>Cancel</HomeButton>}
        </Stack>
      </Stack>
    </PageFrame>
  );
}
