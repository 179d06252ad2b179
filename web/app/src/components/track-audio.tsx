import { useEffect, useRef } from 'react';
import { audioGate } from '../media/audio-gate.ts';

/** Plays an audio track, as soon as the browser allows it. */
export function TrackAudio({ track }: { readonly track: MediaStreamTrack }) {
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    const remove = audioGate.add(element);
    return () => {
      remove();
      element.srcObject = null;
    };
  }, [track]);
  return <audio ref={ref} />;
}
