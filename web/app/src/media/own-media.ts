import { SignalingError, captureMedia } from 'firesignal';
import type { Device } from '../errors/media-error-text.ts';
import { Store } from '../lib/store.ts';
import { captureScreen } from './capture-screen.ts';
import { isGranted, listDevices } from './devices.ts';
import { MEDIA_OFF, type OwnMediaState } from './own-media-state.ts';

/** One's own microphone, camera and screen. Switches remember what is wanted, also while nothing is captured. */
export class OwnMedia extends Store<OwnMediaState> {
  readonly #wanted: Record<Device, boolean> = { microphone: true, camera: true };
  readonly #chosen: Record<Device, string | undefined> = { microphone: undefined, camera: undefined };
  /** The newest request for each device. What an older one brings is let go again. */
  readonly #newest: Record<Device, symbol | undefined> = { microphone: undefined, camera: undefined };
  #run: AbortController | undefined;

  constructor() {
    super(MEDIA_OFF);
  }

  /** Turns on what is wanted. Idempotent. */
  start(): void {
    if (this.#run !== undefined) return;
    const { signal } = (this.#run = new AbortController());
    // Absent where the page is not served securely: capturing then says so.
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener(
      'devicechange',
      () => void this.#updateDevices(),
      { signal },
    );
    const devices = (['microphone', 'camera'] as const).filter((device) => this.#wanted[device]);
    if (devices.length > 0) void this.#capture(devices);
  }

  /** Turns everything off, so that no light stays on. Idempotent. */
  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#newest.microphone = this.#newest.camera = undefined;
    const { microphone, camera, screen } = this.read();
    for (const state of [microphone, camera, screen]) if ('track' in state) state.track.stop();
    this.write(MEDIA_OFF);
  }

  switchMicrophone(on: boolean): void {
    this.#wanted.microphone = on;
    const { microphone } = this.read();
    if (microphone.status === 'on' || microphone.status === 'muted') {
      microphone.track.enabled = on;
      this.#update({ microphone: { status: on ? 'on' : 'muted', track: microphone.track } });
    } else if (on) void this.#capture(['microphone']);
    else this.#release('microphone');
  }

  switchCamera(on: boolean): void {
    this.#wanted.camera = on;
    if (on) void this.#capture(['camera']);
    else this.#release('camera');
  }

  choose(device: Device, deviceId: string): void {
    this.#chosen[device] = deviceId;
    this.#wanted[device] = true;
    void this.#capture([device]);
  }

  async switchScreen(on: boolean): Promise<void> {
    const { screen } = this.read();
    if (screen.status === 'on') screen.track.stop();
    this.#update({ screen: { status: 'off' } });
    if (!on) return;
    const track = await captureScreen();
    if (track === undefined) return;
    if (this.#run === undefined) {
      track.stop();
      return;
    }
    track.addEventListener('ended', () => {
      const now = this.read().screen;
      if (now.status === 'on' && now.track === track) this.#update({ screen: { status: 'off' } });
    });
    this.#update({ screen: { status: 'on', track } });
  }

  async #capture(devices: readonly Device[]): Promise<void> {
    const request = Symbol();
    for (const device of devices) {
      this.#newest[device] = request;
      this.#update({ [device]: { status: 'starting' } });
    }
    try {
      const stream = await captureMedia({
        audio: devices.includes('microphone') && constraints(this.#chosen.microphone),
        video: devices.includes('camera') && {
          ...constraints(this.#chosen.camera),
          width: { ideal: 1280 },
          height: { ideal: 720 },
        },
      });
      for (const track of stream.getTracks()) this.#accept(request, track);
      await this.#updateDevices();
    } catch (thrown) {
      const error = SignalingError.from(thrown);
      if (devices.length === 1) this.#fail(request, devices, error);
      else await this.#captureApart(request, devices, error);
    }
  }

  /** One of two devices failed. The other may still work, but nobody is to be asked twice. */
  async #captureApart(request: symbol, devices: readonly Device[], error: SignalingError): Promise<void> {
    for (const device of devices) {
      const mayTry = error.code !== 'signaling/media-denied' || (await isGranted(device));
      if (!mayTry) this.#fail(request, [device], error);
      else if (this.#newest[device] === request) await this.#capture([device]);
    }
  }

  #accept(request: symbol, track: MediaStreamTrack): void {
    const device: Device = track.kind === 'audio' ? 'microphone' : 'camera';
    if (this.#newest[device] !== request) {
      track.stop();
      return;
    }
    const before = this.read()[device];
    if ('track' in before) before.track.stop();
    this.#update({ [device]: { status: 'on', track } });
    track.addEventListener('ended', () => {
      const now = this.read()[device];
      if ('track' in now && now.track === track)
        this.#update({
          [device]: { status: 'failed', error: new SignalingError('signaling/media-not-found') },
        });
    });
  }

  #fail(request: symbol, devices: readonly Device[], error: SignalingError): void {
    for (const device of devices)
      if (this.#newest[device] === request) this.#update({ [device]: { status: 'failed', error } });
  }

  #release(device: Device): void {
    this.#newest[device] = undefined;
    const state = this.read()[device];
    if ('track' in state) state.track.stop();
    this.#update({ [device]: { status: 'off' } });
  }

  async #updateDevices(): Promise<void> {
    const devices = await listDevices();
    if (this.#run !== undefined) this.#update(devices);
  }

  #update(change: Partial<OwnMediaState>): void {
    this.write({ ...this.read(), ...change });
  }
}

function constraints(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
}
