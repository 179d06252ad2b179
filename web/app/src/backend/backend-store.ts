import { Store } from '../lib/store.ts';
import { connectBackend, type Backend } from './backend.ts';
import { ConfigurationError } from './configuration.ts';

export type BackendState =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly backend: Backend }
  | { readonly status: 'failed'; readonly error: ConfigurationError };

class BackendStore extends Store<BackendState> {
  #attempt: Promise<void> | undefined;

  constructor() {
    super({ status: 'loading' });
  }

  /** Loads the configuration. Does nothing while that is under way, or done. */
  load(): void {
    this.#attempt ??= this.#connect();
  }

  /** Tries again after a failure. */
  retry(): void {
    this.write({ status: 'loading' });
    this.#attempt = undefined;
    this.load();
  }

  async #connect(): Promise<void> {
    try {
      this.write({ status: 'ready', backend: await connectBackend() });
    } catch (error) {
      this.write({
        status: 'failed',
        error: error instanceof ConfigurationError ? error : new ConfigurationError(String(error)),
      });
    }
  }
}

export const backendStore = new BackendStore();
