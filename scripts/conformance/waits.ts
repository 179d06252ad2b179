/** What a program waits for at the moment, so that it can say so when that takes too long. */
export class Waits {
  readonly #open = new Set<string>();

  async for<T>(what: string, work: Promise<T>): Promise<T> {
    this.#open.add(what);
    try {
      return await work;
    } finally {
      this.#open.delete(what);
    }
  }

  /** As a part of a sentence. */
  get description(): string {
    return [...this.#open].join(', ') || 'nothing';
  }
}
