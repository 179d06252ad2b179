import { Divider, Paper, Stack, Text, TextInput } from '@mantine/core';
import { LIMITS } from 'firesignal';
import { useState } from 'react';
import type { Backend } from '../backend/backend.ts';
import { PageFrame } from '../components/page-frame.tsx';
import { PageTitle } from '../components/page-title.tsx';
import { rememberName, rememberedName, tidyName } from '../lib/remembered-name.ts';
import { CreateRoomForm } from '../start/create-room-form.tsx';
import { OpenRoomForm } from '../start/open-room-form.tsx';
import { Promises } from '../start/promises.tsx';
import classes from './start-page.module.css';

export function StartPage({ backend }: { readonly backend: Backend }) {
  const [name, setName] = useState(rememberedName);
  return (
    <PageFrame centered>
      <div className={classes['columns']}>
        <Stack gap="lg">
          <PageTitle fz={{ base: 30, sm: 46 }} lh={1.1}>
            Meet from browser to browser
          </PageTitle>
          <Text fz={{ base: 'md', sm: 'lg' }} c="dimmed" maw={520}>
            Make a room, share its link, and talk. Picture, sound and messages go straight from one browser to
            the other; all the cloud does is let you find each other.
          </Text>
          <Promises />
        </Stack>
        <Paper className={classes['card'] ?? ''} radius="lg" p={{ base: 'lg', sm: 'xl' }}>
          <Stack gap="lg">
            <TextInput
              label="Your name"
              description="What the others see. You can leave it empty."
              autoComplete="nickname"
              maxLength={LIMITS.NAME_LENGTH_MAX}
              size="md"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              onBlur={() => rememberName(tidyName(name))}
            />
            <CreateRoomForm backend={backend} />
            <Divider label="or" />
            <OpenRoomForm />
          </Stack>
        </Paper>
      </div>
    </PageFrame>
  );
}
