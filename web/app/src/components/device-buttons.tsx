import { Loader } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useStore } from '../lib/store.ts';
import type { OwnMedia } from '../media/own-media.ts';
import { RoundButton } from './round-button.tsx';

type DeviceButtonProps = { readonly media: OwnMedia };

export function MicrophoneButton({ media }: DeviceButtonProps) {
  const { status } = useStore(media).microphone;
  switch (status) {
    case 'on':
      return (
        <RoundButton label="Mute the microphone" onClick={() => media.switchMicrophone(false)}>
          <IconMicrophone size={22} />
        </RoundButton>
      );
    case 'off':
    case 'muted':
      return (
        <RoundButton label="Unmute the microphone" look="off" onClick={() => media.switchMicrophone(true)}>
          <IconMicrophoneOff size={22} />
        </RoundButton>
      );
    case 'starting':
      return (
        <RoundButton label="The microphone starts" onClick={() => media.switchMicrophone(false)}>
          <Loader size={20} color="white" />
        </RoundButton>
      );
    case 'failed':
      return (
        <RoundButton
          label="Try the microphone again"
          look="failed"
          onClick={() => media.switchMicrophone(true)}
        >
          <IconMicrophoneOff size={22} />
        </RoundButton>
      );
  }
}

export function CameraButton({ media }: DeviceButtonProps) {
  const { status } = useStore(media).camera;
  switch (status) {
    case 'on':
      return (
        <RoundButton label="Turn the camera off" onClick={() => media.switchCamera(false)}>
          <IconVideo size={22} />
        </RoundButton>
      );
    case 'off':
      return (
        <RoundButton label="Turn the camera on" look="off" onClick={() => media.switchCamera(true)}>
          <IconVideoOff size={22} />
        </RoundButton>
      );
    case 'starting':
      return (
        <RoundButton label="The camera starts" onClick={() => media.switchCamera(false)}>
          <Loader size={20} color="white" />
        </RoundButton>
      );
    case 'failed':
      return (
        <RoundButton label="Try the camera again" look="failed" onClick={() => media.switchCamera(true)}>
          <IconVideoOff size={22} />
        </RoundButton>
      );
  }
}
