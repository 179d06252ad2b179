import type { Device } from '../errors/media-error-text.ts';

export type DeviceLists = {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
};

/** The devices to choose from. Their names are there only after one of them was allowed. */
export async function listDevices(): Promise<DeviceLists> {
  try {
    const devices = (await navigator.mediaDevices.enumerateDevices()).filter(isChoice);
    return {
      microphones: devices.filter((device) => device.kind === 'audioinput'),
      cameras: devices.filter((device) => device.kind === 'videoinput'),
    };
  } catch {
    return { microphones: [], cameras: [] };
  }
}

/** Chromium lists the system's default device twice: once under an alias. */
function isChoice(device: MediaDeviceInfo): boolean {
  return device.deviceId !== '' && device.deviceId !== 'default' && device.deviceId !== 'communications';
}

/** Whether the visitor has allowed a device for good. `false` where the browser does not tell. */
export async function isGranted(device: Device): Promise<boolean> {
  try {
    const status = await navigator.permissions.query({ name: device });
    return status.state === 'granted';
  } catch {
    return false;
  }
}
