/** Whether this browser can share its screen. Phones cannot. */
export function canCaptureScreen(): boolean {
  return typeof (navigator.mediaDevices as Partial<MediaDevices> | undefined)?.getDisplayMedia === 'function';
}

/** Lets the visitor pick a screen or window. `undefined` if none is picked. */
export async function captureScreen(): Promise<MediaStreamTrack | undefined> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
    return stream.getVideoTracks()[0];
  } catch {
    return undefined;
  }
}
