import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { mediaErrorText, type Device } from '../errors/media-error-text.ts';
import { useStore } from '../lib/store.ts';
import type { OwnMedia } from '../media/own-media.ts';

const DEVICES: readonly Device[] = ['camera', 'microphone'];

/** Says in words why a camera or microphone is not there. */
export function DeviceProblems({ media }: { readonly media: OwnMedia }) {
  const state = useStore(media);
  return DEVICES.map((device) => {
    const deviceState = state[device];
    if (deviceState.status !== 'failed') return null;
    return (
      <Alert key={device} role="status" color="yellow" icon={<IconAlertTriangle />} py="xs">
        {mediaErrorText(device, deviceState.error)}
      </Alert>
    );
  });
}
