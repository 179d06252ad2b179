import { Store } from '../lib/store.ts';

/** The newest thing that is read out to those who cannot see it. */
export class Announcer extends Store<string> {
  constructor() {
    super('');
  }

  say(text: string): void {
    // The same words twice in a row would not be read out again: a trailing no-break space makes them new.
    this.write(text === this.read() ? `${text}\u00a0` : text);
  }
}
