/** A function that runs by the clock. */
export type Schedule = { readonly name: string; readonly everyMinutes: number };

/** Calls functions by the clock, until it is stopped. */
export type Ticker = {
  /** Ends calls that are under way. Nothing is called after it. */
  stop(): void;
};

export type TickerOptions = {
  readonly schedules: readonly Schedule[];
  readonly call: (name: string, signal: AbortSignal) => Promise<void>;
  /** Gets a line when a function fails, and when it works again. */
  readonly say: (line: string) => void;
};

const MINUTE_MS = 60_000;

/** Nothing runs the clock in the Functions emulator: this does. A function is not called while its last call goes on. */
export function startTicker({ schedules, call, say }: TickerOptions): Ticker {
  const stopped = new AbortController();
  const { signal } = stopped;
  for (const { name, everyMinutes } of schedules) {
    let fails = false;
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      timer = setTimeout(() => void tick(), everyMinutes * MINUTE_MS);
    };
    signal.addEventListener('abort', () => clearTimeout(timer));
    const tick = async (): Promise<void> => {
      const problem = await call(name, signal).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (signal.aborted) return;
      // Once, not every few minutes.
      if (problem !== undefined && !fails) say(`The function ${name} failed: ${problem}`);
      if (problem === undefined && fails) say(`The function ${name} works again.`);
      fails = problem !== undefined;
      wait();
    };
    wait();
  }
  return { stop: () => stopped.abort() };
}

/** How a scheduled function is called in the emulator, as Cloud Scheduler calls it in production: with an empty request. */
export function scheduleCaller(at: {
  readonly functionsUrl: string;
  readonly projectId: string;
  readonly region: string;
}): TickerOptions['call'] {
  return async (name, signal) => {
    const url = `${at.functionsUrl}/${at.projectId}/${at.region}/${name}-0`;
    const response = await fetch(url, { method: 'POST', signal });
    await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  };
}
