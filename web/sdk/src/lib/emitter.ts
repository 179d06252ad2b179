/** Ends a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

type Listener<T> = (event: T) => void;

/** Typed events, the SDK's only event style. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): Unsubscribe {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    // A wrapper of its own for each subscription: the same function may subscribe twice and unsubscribe once.
    const own: Listener<Events[K]> = (payload) => listener(payload);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      // One before it may have ended this subscription, or all of them.
      if (this.#listeners.get(event)?.has(listener) !== true) continue;
      try {
        (listener as Listener<Events[K]>)(payload);
      } catch (error) {
        // A fault in a listener belongs to the application: it surfaces there, and the others still hear the event.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
