import { Group, Stack, Text } from '@mantine/core';
import { DeviceMenu } from '../components/device-menu.tsx';
import { DeviceProblems } from '../components/device-problems.tsx';
import { CameraButton, MicrophoneButton } from '../components/device-buttons.tsx';
import { PersonAvatar } from '../components/person-avatar.tsx';
import { TrackVideo } from '../components/track-video.tsx';
import { useStore } from '../lib/store.ts';
import type { OwnMedia } from '../media/own-media.ts';
import classes from './preview.module.css';

type PreviewProps = { readonly media: OwnMedia; readonly name: string };

/** One's own picture, and the switches for it. */
export function Preview({ media, name }: PreviewProps) {
  const { camera } = useStore(media);
  return (
    <Stack gap="sm">
      <div className={classes['frame']}>
        {camera.status === 'on' ? (
          <TrackVideo track={camera.track} className={classes['video']} label="Your camera" />
        ) : (
          <Stack align="center" gap="sm" pb={56}>
            <PersonAvatar name={name} size="clamp(48px, 12dvh, 96px)" />
            <Text c="gray.4">
              {camera.status === 'starting' ? 'Starting the camera…' : 'Your camera is off'}
            </Text>
          </Stack>
        )}
        <Group className={classes['controls'] ?? ''} gap="sm">
          <MicrophoneButton media={media} />
          <CameraButton media={media} />
          <DeviceMenu media={media} />
        </Group>
      </div>
      <DeviceProblems media={media} />
    </Stack>
  );
}
