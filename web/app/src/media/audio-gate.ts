import { Store } from '../lib/store.ts';

/** Whether the browser lets the others be heard. Some want a tap first. */
export type AudioGateState = 'open' | 'blocked';

class AudioGate extends Store<AudioGateState> {
  readonly #elements = new Set<HTMLAudioElement>();

  constructor() {
    super('open');
  }

  /** Plays the element now, or on the next {@link unblock}. Returns the way to let go of it. */
  add(element: HTMLAudioElement): () => void {
    this.#elements.add(element);
    void this.#play(element);
    return () => {
      this.#elements.delete(element);
      if (this.#elements.size === 0) this.write('open');
    };
  }

  /** To be called while a tap or key press is handled. */
  unblock(): void {
    this.write('open');
    for (const element of this.#elements) void this.#play(element);
  }

  async #play(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      // Any other failure is a source that was replaced meanwhile.
      if (error instanceof Error && error.name === 'NotAllowedError' && this.#elements.has(element))
        this.write('blocked');
    }
  }
}

export const audioGate = new AudioGate();
