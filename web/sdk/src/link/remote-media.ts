import type { LinkEvents, MediaPresence } from '../events.ts';
import type { Emitter } from '../lib/emitter.ts';

const SILENCE: MediaPresence = { audio: false, video: false };

/** What a peer sends, as far as its role lets it be seen and heard. */
export class RemoteMedia {
  readonly #events: Emitter<LinkEvents>;
  #presence = SILENCE;
  #isHeard = true;
  #nothing: MediaStream | undefined;

  constructor(events: Emitter<LinkEvents>) {
    this.#events = events;
  }

  /** As the peer says it: an empty sender still looks like a track. */
  get presence(): MediaPresence {
    return this.#isHeard ? this.#presence : SILENCE;
  }

  /** The stream of the present connection, if there is one. */
  shown(stream: MediaStream | undefined): MediaStream {
    return (this.#isHeard ? stream : undefined) ?? (this.#nothing ??= new MediaStream());
  }

  says({ audio, video }: MediaPresence): void {
    this.#presence = { audio, video };
    this.#events.emit('media', this.presence);
  }

  hear(isHeard: boolean, stream: MediaStream | undefined): void {
    if (isHeard === this.#isHeard) return;
    this.#isHeard = isHeard;
    this.#events.emit('stream', { stream: this.shown(stream) });
    this.#events.emit('media', this.presence);
  }
}
