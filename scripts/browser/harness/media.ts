import type { LocalMedia } from 'firesignal';

/** Small on purpose: two pages encode and decode it on whatever machine runs them. */
const CAMERA = { width: 320, height: 240, frameRate: 15 } as const;
/** Six pages have thirty videos to encode and thirty to decode. It comes without sound, which takes more than the pictures. */
const THUMBNAIL = { width: 160, height: 120, frameRate: 5 } as const;
const CANVAS_FRAME_MS = 50;

/** The browser's fake camera and microphone, asked for once. */
export class FakeCamera {
  #stream: Promise<MediaStream> | undefined;

  async media(size: 'camera' | 'thumbnail' = 'camera'): Promise<LocalMedia> {
    this.#stream ??= navigator.mediaDevices.getUserMedia(
      size === 'camera' ? { audio: true, video: CAMERA } : { video: THUMBNAIL },
    );
    const stream = await this.#stream;
    return { audio: stream.getAudioTracks()[0] ?? null, video: stream.getVideoTracks()[0] ?? null };
  }

  async stop(): Promise<void> {
    const stream = await this.#stream;
    this.#stream = undefined;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
}

/** A canvas that moves, as a shared screen would. */
export function canvasTrack(): { readonly track: MediaStreamTrack; readonly stream: MediaStream } {
  const canvas = document.createElement('canvas');
  canvas.width = CAMERA.width;
  canvas.height = CAMERA.height;
  const context = canvas.getContext('2d');
  const stream = canvas.captureStream();
  const [track] = stream.getVideoTracks();
  if (context === null || track === undefined) throw new Error('The canvas gives no video.');
  let hue = 0;
  const timer = window.setInterval(() => {
    hue = (hue + 7) % 360;
    context.fillStyle = `hsl(${String(hue)} 80% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (track.readyState === 'ended') window.clearInterval(timer);
  }, CANVAS_FRAME_MS);
  return { track, stream };
}

/** Shows a stream and tells when its first frame has been presented. */
export function showVideo(stream: MediaStream, onFirstFrame: () => void): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.autoplay = true;
  video.srcObject = stream;
  video.requestVideoFrameCallback(onFirstFrame);
  document.body.append(video);
  return video;
}
