import { useEffect, useRef } from 'react';

type TrackVideoProps = {
  readonly track: MediaStreamTrack;
  readonly className: string | undefined;
  readonly label: string;
};

/** Shows a video track. Silent, so that it plays whatever the browser thinks of sound. */
export function TrackVideo({ track, className, label }: TrackVideoProps) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return <video ref={ref} className={className} aria-label={label} autoPlay playsInline muted />;
}
