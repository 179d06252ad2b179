import { Menu } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import type { Device } from '../errors/media-error-text.ts';
import { useStore } from '../lib/store.ts';
import type { OwnMedia } from '../media/own-media.ts';
import type { OwnMediaState } from '../media/own-media-state.ts';
import { RoundButton } from './round-button.tsx';

/** Which microphone and camera to use. Only where there is a choice. */
export function DeviceMenu({ media }: { readonly media: OwnMedia }) {
  const state = useStore(media);
  const microphones = state.microphones.length > 1 ? state.microphones : [];
  const cameras = state.cameras.length > 1 ? state.cameras : [];
  if (microphones.length + cameras.length === 0) return null;
  const choose = (device: Device) => (deviceId: string) => media.choose(device, deviceId);
  return (
    <Menu position="top" shadow="md" width={280}>
      <Menu.Target>
        <RoundButton label="Choose microphone and camera">
          <IconSettings size={22} />
        </RoundButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices
          title="Microphone"
          devices={microphones}
          current={currentId(state.microphone, microphones)}
          onChoose={choose('microphone')}
        />
        <Choices
          title="Camera"
          devices={cameras}
          current={currentId(state.camera, cameras)}
          onChoose={choose('camera')}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

type ChoicesProps = {
  readonly title: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly current: string | undefined;
  readonly onChoose: (deviceId: string) => void;
};

function Choices({ title, devices, current, onChoose }: ChoicesProps) {
  if (devices.length === 0) return null;
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      <Menu.RadioGroup value={current ?? ''} onChange={onChoose}>
        {devices.map((device, index) => (
          <Menu.RadioItem key={device.deviceId} value={device.deviceId}>
            {device.label === '' ? `${title} ${index + 1}` : device.label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

/** Of the device in use. A track may name the system's default, which is another name for one of the group. */
function currentId(state: OwnMediaState[Device], devices: readonly MediaDeviceInfo[]): string | undefined {
  if (!('track' in state)) return undefined;
  const { deviceId, groupId } = state.track.getSettings();
  const current =
    devices.find((device) => device.deviceId === deviceId) ??
    devices.find((device) => device.groupId === groupId);
  return current?.deviceId;
}
