import { IconMicrophoneOff } from '@tabler/icons-react';

/** Says that somebody's microphone is off. */
export function MutedMark() {
  return <IconMicrophoneOff size={15} role="img" aria-label="Microphone off" style={{ flex: 'none' }} />;
}
