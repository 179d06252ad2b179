/**
 * Visits that are still being ended, by room. All visits of a browser share one user, and so one admission: a new visit
 * waits until the one before has taken its own away.
 */
export class Departures {
  readonly #byRoom = new Map<string, Promise<void>>();

  add(roomId: string, leaving: Promise<void>): void {
    const all = this.settled(roomId).then(() => leaving);
    this.#byRoom.set(roomId, all);
    void all.then(() => {
      if (this.#byRoom.get(roomId) === all) this.#byRoom.delete(roomId);
    });
  }

  /** Resolves when no earlier visit to the room is left. */
  async settled(roomId: string): Promise<void> {
    await this.#byRoom.get(roomId);
  }
}
