import { Alert } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';

type BackendBannerProps = { readonly reachable: boolean; readonly text: string };

/** Says that the service is away, and what that means here. */
export function BackendBanner({ reachable, text }: BackendBannerProps) {
  if (reachable) return null;
  return (
    <Alert role="status" color="yellow" variant="light" icon={<IconCloudOff />} py="xs" radius="md" mb="sm">
      The service cannot be reached at present. {text}
    </Alert>
  );
}
