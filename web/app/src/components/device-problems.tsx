import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { mediaErrorText, type Device } from '../errors/media-error-text.ts';
import { useStore } from '../lib/store.ts';
import type { OwnMedia } from '../media/own-media.ts';

const DEVICES: readonly Device[] = ['camera', 'microphone'];

/** Says in words why a camera or microphone is not there. */
export function DeviceProblems({ media }: { readonly media: OwnMedia }) {
  const state = useStore(media);
  const problems = DEVICES.flatMap((device) => {
    const deviceState = state[device];
    return deviceState.status === 'failed' ? [mediaErrorText(device, deviceState.error)] : [];
  });
  if (problems.length === 0) return null;
  return (
    <Alert role="status" color="yellow" icon={<IconAlertTriangle />} py="xs">
      {problems.map((text) => (
        <div key={text}>{text}</div>
      ))}
    </Alert>
  );
}
