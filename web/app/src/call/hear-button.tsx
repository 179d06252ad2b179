import { Button } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useStore } from '../lib/store.ts';
import { audioGate } from '../media/audio-gate.ts';

/** Where the browser wants a tap before it plays sound. */
export function HearButton() {
  if (useStore(audioGate) === 'open') return null;
  return (
    <Button leftSection={<IconVolume size={20} />} onClick={() => audioGate.unblock()} mx="auto">
      Tap to hear the others
    </Button>
  );
}
