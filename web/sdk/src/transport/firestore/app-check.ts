import type { FirebaseApp } from 'firebase/app';
import type { AppCheck, AppCheckOptions as FirebaseAppCheckOptions } from 'firebase/app-check';
import { SignalingError } from '../../errors.ts';

/** How an app proves to the backend that it is one: see docs/app-check.md. */
export type AppCheckOptions = {
  /** For instance `new ReCaptchaEnterpriseProvider(siteKey)`, of `firebase/app-check`. */
  readonly provider: FirebaseAppCheckOptions['provider'];
};

/** Gives an App Check token, or none: then the backend decides whether it wants one, as with the Firebase SDKs. */
export interface AppCheckTokens {
  /** Settles when listeners have tokens as well. @throws `signaling/invalid-argument` */
  ready(): Promise<unknown>;
  /** Never throws. */
  fresh(): Promise<string | undefined>;
  /** The last one, for a request that cannot wait for another. */
  readonly latest: string | undefined;
}

/** Asks the application, which has App Check itself. */
export class GivenTokens implements AppCheckTokens {
  readonly #give: () => Promise<string>;
  latest: string | undefined;

  constructor(give: () => Promise<string>) {
    this.#give = give;
  }

  ready(): Promise<unknown> {
    return Promise.resolve();
  }

  async fresh(): Promise<string | undefined> {
    this.latest = await this.#give().catch(() => undefined);
    return this.latest;
  }
}

/** Sets App Check up for the application. The library is only loaded where it is asked for. */
export class OwnTokens implements AppCheckTokens {
  readonly #app: FirebaseApp;
  readonly #provider: AppCheckOptions['provider'];
  #given: Promise<GivenTokens> | undefined;
  latest: string | undefined;

  constructor(app: FirebaseApp, { provider }: AppCheckOptions) {
    this.#app = app;
    this.#provider = provider;
  }

  ready(): Promise<unknown> {
    return this.#tokens();
  }

  async fresh(): Promise<string | undefined> {
    this.latest = await this.#tokens().then(
      (tokens) => tokens.fresh(),
      () => undefined,
    );
    return this.latest;
  }

  #tokens(): Promise<GivenTokens> {
    this.#given ??= this.#setUp();
    return this.#given;
  }

  async #setUp(): Promise<GivenTokens> {
    const { getToken, initializeAppCheck } = await import('firebase/app-check');
    let appCheck: AppCheck;
    try {
      // Refreshed ahead of time: a listener whose token runs out is refused.
      appCheck = initializeAppCheck(this.#app, { provider: this.#provider, isTokenAutoRefreshEnabled: true });
    } catch (cause) {
      throw new SignalingError(
        'signaling/invalid-argument',
        'The app has App Check with another provider already. Pass appCheckToken in the place of appCheck.',
        { cause },
      );
    }
    // After a refusal the library asks the provider no more for up to a day, and says so each time: the request goes without.
    return new GivenTokens(async () => (await getToken(appCheck)).token);
  }
}

/** Where the app has no App Check. */
export const NO_TOKENS: AppCheckTokens = {
  ready: () => Promise.resolve(),
  fresh: () => Promise.resolve(undefined),
  latest: undefined,
};
