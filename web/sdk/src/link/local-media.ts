import type { MediaPresence } from '../events.ts';
import type { LocalMedia } from '../options.ts';

export const MEDIA_KINDS = ['audio', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** What this client sends at present, shared by all links and the waiting connection. */
export class MediaSource {
  #tracks: Record<MediaKind, MediaStreamTrack | null>;
  #isWithheld = false;

  constructor(media: LocalMedia = {}) {
    this.#tracks = { audio: media.audio ?? null, video: media.video ?? null };
  }

  track(kind: MediaKind): MediaStreamTrack | null {
    return this.#isWithheld ? null : this.#tracks[kind];
  }

  /** Takes the tracks that are named; `null` is off, an absent one stays. */
  update(media: LocalMedia): void {
    for (const kind of MEDIA_KINDS) {
      const track = media[kind];
      if (track !== undefined) this.#tracks[kind] = track;
    }
  }

  /** While it is, nothing is sent, whatever there is. */
  withhold(isWithheld: boolean): void {
    this.#isWithheld = isWithheld;
  }

  get presence(): MediaPresence {
    return { audio: this.track('audio') !== null, video: this.track('video') !== null };
  }
}
