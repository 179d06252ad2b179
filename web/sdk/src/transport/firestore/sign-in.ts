import { onIdTokenChanged, signInAnonymously, type Auth, type User } from 'firebase/auth';
import { toTransportError } from './errors.ts';
import { TransportError } from '../signal-transport.ts';

/** A token may have been issued a moment before it arrived, and clocks tick in whole seconds there. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Who this client is. Signs in anonymously unless somebody is signed in already, keeps the latest ID token at hand for
 * requests that cannot wait for one, and learns from its issue time how far the local clock is off.
 */
export class Session {
  readonly #auth: Auth;
  readonly #stop: () => void;
  #signedIn: Promise<{ readonly uid: string }> | undefined;
  #idToken: string | undefined;
  #clockOffsetMs = 0;

  constructor(auth: Auth) {
    this.#auth = auth;
    this.#stop = onIdTokenChanged(auth, (user) => {
      this.#idToken = undefined;
      user?.getIdToken().then(
        (token) => (this.#idToken = token),
        // Without a token the farewell at unload is not sent, and the lease ends the visit.
        () => undefined,
      );
    });
  }

  /** The token that is at hand, for a request that cannot wait for another. It may be out of date. */
  get idToken(): string | undefined {
    return this.#idToken;
  }

  /**
   * A token that is good for the next minutes, from the cache unless it is about to expire.
   *
   * @throws {@link TransportError}
   */
  async freshIdToken(): Promise<string> {
    const user = this.#auth.currentUser;
    if (user === null) throw new TransportError('unauthenticated', 'Nobody is signed in');
    try {
      return await user.getIdToken();
    } catch (error) {
      throw toTransportError(error);
    }
  }

  serverNow(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  signIn(): Promise<{ readonly uid: string }> {
    this.#signedIn ??= this.#signInNow().catch((error: unknown) => {
      this.#signedIn = undefined;
      throw toTransportError(error);
    });
    return this.#signedIn;
  }

  close(): void {
    this.#stop();
  }

  async #signInNow(): Promise<{ readonly uid: string }> {
    await this.#auth.authStateReady();
    const known = this.#auth.currentUser;
    const user = known ?? (await signInAnonymously(this.#auth)).user;
    await this.#learnClock(user, known === null);
    return { uid: user.uid };
  }

  /** A fresh token was issued just now, by the server's clock. A kept one is believed while "now" lies in its lifetime. */
  async #learnClock(user: User, isFresh: boolean): Promise<void> {
    let token = await user.getIdTokenResult();
    const issuedAt = Date.parse(token.issuedAtTime);
    const plausible =
      Date.now() > issuedAt - CLOCK_TOLERANCE_MS &&
      Date.now() < Date.parse(token.expirationTime) + CLOCK_TOLERANCE_MS;
    if (!isFresh && plausible) return;
    if (!isFresh) token = await user.getIdTokenResult(true);
    this.#clockOffsetMs = Date.parse(token.issuedAtTime) - Date.now();
  }
}
