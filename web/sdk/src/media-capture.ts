import type { ErrorCode } from '@firesignal/protocol';
import { SignalingError, throwIfAborted } from './errors.ts';

export type CaptureOptions = {
  readonly audio?: boolean | MediaTrackConstraints;
  readonly video?: boolean | MediaTrackConstraints;
  readonly signal?: AbortSignal;
};

/** getUserMedia's error names (W3C mediacapture-main §10.4) and what they mean to a person. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'signaling/media-denied',
  SecurityError: 'signaling/media-denied',
  NotFoundError: 'signaling/media-not-found',
  OverconstrainedError: 'signaling/media-not-found',
  NotReadableError: 'signaling/media-in-use',
  AbortError: 'signaling/media-in-use',
};

/**
 * Camera and microphone.
 *
 * @throws `signaling/media-denied`, `signaling/media-not-found`, `signaling/media-in-use`, `signaling/webrtc-unsupported`
 * (also on insecure pages, which have no media devices) or `signaling/aborted`
 */
export async function captureMedia(options: CaptureOptions): Promise<MediaStream> {
  throwIfAborted(options.signal);
  // Absent on pages that are neither https nor localhost, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new SignalingError('signaling/webrtc-unsupported');
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: options.audio ?? false, video: options.video ?? false });
  } catch (error) {
    const code = error instanceof Error ? CODES[error.name] : undefined;
    throw new SignalingError(code ?? 'signaling/invalid-argument', undefined, { cause: error });
  }
  if (options.signal?.aborted === true) for (const track of stream.getTracks()) track.stop();
  throwIfAborted(options.signal);
  return stream;
}
