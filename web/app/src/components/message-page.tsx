import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';
import { PageFrame } from './page-frame.tsx';
import { PageTitle } from './page-title.tsx';

type MessagePageProps = {
  readonly icon: ComponentType<{ readonly size?: number; readonly stroke?: number }>;
  readonly title: string;
  readonly text: string;
  /** What can be done: buttons. */
  readonly actions?: ReactNode;
  readonly detail?: ReactNode;
  /** Else something in `detail` takes the focus. */
  readonly isTitleFocused?: boolean;
};

/** A page that says one thing. */
export function MessagePage({ icon: Icon, title, text, actions, detail, isTitleFocused }: MessagePageProps) {
  return (
    <PageFrame centered>
      <Stack align="center" ta="center" gap="md" maw={480} mx="auto" pb={80}>
        <ThemeIcon size={72} radius={36} variant="light">
          <Icon size={36} stroke={1.5} />
        </ThemeIcon>
        <PageTitle isFocused={isTitleFocused}>{title}</PageTitle>
        <Text c="dimmed" fz="lg">
          {text}
        </Text>
        {actions !== undefined && (
          <Group justify="center" mt="sm">
            {actions}
          </Group>
        )}
        {detail}
      </Stack>
    </PageFrame>
  );
}
