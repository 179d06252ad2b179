import { IconCrown } from '@tabler/icons-react';

/** Says who runs the room. */
export function HostMark() {
  return <IconCrown size={15} role="img" aria-label="Host" style={{ flex: 'none' }} />;
}
