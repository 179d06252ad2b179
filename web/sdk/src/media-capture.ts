import type { ErrorCode } from '@firesignal/protocol';
import { SignalingError, throwIfAborted } from './errors.ts';
import { unlessAborted } from './lib/settle.ts';

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
  const asked = devices.getUserMedia({ audio: options.audio ?? false, video: options.video ?? false });
  try {
    return await unlessAborted(asked, options.signal);
  } catch (error) {
    // Nobody waits any more, but the person may still allow it.
    if (options.signal?.aborted === true) asked.then(stopAll, () => undefined);
    throwIfAborted(options.signal);
    // Older browsers reject with an OverconstrainedError that is no Error.
    const name = (error as { readonly name?: unknown } | undefined)?.name;
    const code = typeof name === 'string' ? CODES[name] : undefined;
    throw new SignalingError(code ?? 'signaling/invalid-argument', undefined, { cause: error });
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
