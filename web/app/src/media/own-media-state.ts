import type { LocalMedia, SignalingError } from 'firesignal';

export type MicrophoneState =
  | { readonly status: 'off' }
  | { readonly status: 'starting' }
  | { readonly status: 'on'; readonly track: MediaStreamTrack }
  /** Kept, so that speaking again takes no time, and sent to nobody. */
  | { readonly status: 'muted'; readonly track: MediaStreamTrack }
  | { readonly status: 'failed'; readonly error: SignalingError };

export type CameraState =
  | { readonly status: 'off' }
  | { readonly status: 'starting' }
  | { readonly status: 'on'; readonly track: MediaStreamTrack }
  | { readonly status: 'failed'; readonly error: SignalingError };

export type ScreenState =
  { readonly status: 'off' } | { readonly status: 'on'; readonly track: MediaStreamTrack };

export type OwnMediaState = {
  readonly microphone: MicrophoneState;
  readonly camera: CameraState;
  /** While on, it is sent in the place of the camera. */
  readonly screen: ScreenState;
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
};

export const MEDIA_OFF: OwnMediaState = {
  microphone: { status: 'off' },
  camera: { status: 'off' },
  screen: { status: 'off' },
  microphones: [],
  cameras: [],
};

/** The picture that the others get. */
export function sentVideo({ camera, screen }: OwnMediaState): MediaStreamTrack | null {
  if (screen.status === 'on') return screen.track;
  return camera.status === 'on' ? camera.track : null;
}

/** What goes out to the others. */
export function sentMedia(state: OwnMediaState): Required<LocalMedia> {
  return {
    audio: state.microphone.status === 'on' ? state.microphone.track : null,
    video: sentVideo(state),
  };
}
