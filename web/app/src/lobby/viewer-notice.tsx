import { Alert } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';

/** What a viewer comes in as. */
export function ViewerNotice() {
  return (
    <Alert color="ember" icon={<IconEye />} py="xs">
      You come in to watch: you see and hear the others, and they do not see or hear you.
    </Alert>
  );
}
