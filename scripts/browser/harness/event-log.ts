import type { EventPattern, HarnessEvent, HarnessEventData } from './contract.ts';

/** Everything that happened in the page, in order; to be waited on without polling. */
export class EventLog {
  readonly #events: HarnessEvent[] = [];
  readonly #waiting = new Set<(event: HarnessEvent) => void>();

  get all(): readonly HarnessEvent[] {
    return this.#events;
  }

  record(data: HarnessEventData): void {
    const event = { ...data, at: now(), index: this.#events.length };
    this.#events.push(event);
    for (const notify of [...this.#waiting]) notify(event);
  }

  waitFor(pattern: EventPattern, from: number): Promise<HarnessEvent> {
    const found = this.#events.slice(from).find((event) => matches(event, pattern));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const notify = (event: HarnessEvent): void => {
        if (event.index < from || !matches(event, pattern)) return;
        this.#waiting.delete(notify);
        resolve(event);
      };
      this.#waiting.add(notify);
    });
  }
}

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Whether a value has all that the pattern asks for. Arrays match when they hold each asked element. */
export function matches(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern))
    return (
      Array.isArray(value) && pattern.every((wanted) => value.some((element) => matches(element, wanted)))
    );
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(pattern).every(([key, wanted]) =>
    matches((value as Readonly<Record<string, unknown>>)[key], wanted),
  );
}
