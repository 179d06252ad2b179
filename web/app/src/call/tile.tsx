import type { ReactNode } from 'react';
import { PersonAvatar } from '../components/person-avatar.tsx';
import { TrackVideo } from '../components/track-video.tsx';
import { displayName } from '../lib/display-name.ts';
import classes from './tile.module.css';

type TileProps = {
  /** As the person gave it; may be empty. */
  readonly name: string;
  /** Replaces the name in the corner. */
  readonly caption?: string;
  readonly video: MediaStreamTrack | undefined;
  readonly fit?: 'fill' | 'mirrored' | 'whole';
  readonly className?: string | undefined;
  /** Marks beside the name. */
  readonly marks?: ReactNode;
  /** Laid over the picture. */
  readonly children?: ReactNode;
};

/** One person's picture, or initials. */
export function Tile({ name, caption, video, fit = 'fill', className = '', marks, children }: TileProps) {
  const label = caption ?? displayName(name);
  return (
    <figure className={`${classes['tile'] ?? ''} ${className}`} aria-label={label} data-testid="tile">
      {video === undefined ? (
        <PersonAvatar name={name} size="clamp(44px, 36cqmin, 132px)" />
      ) : (
        <TrackVideo
          track={video}
          className={`${classes['video'] ?? ''} ${classes[fit] ?? ''}`}
          label={label}
        />
      )}
      {children}
      <figcaption className={classes['caption']}>
        {marks}
        <span className={classes['name']}>{label}</span>
      </figcaption>
    </figure>
  );
}
