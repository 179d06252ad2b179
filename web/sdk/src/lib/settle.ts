import type { Clock } from './clock.ts';

/** What {@link withDeadline} rejects with when time is up. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The outcome of `work`, or a rejection when `signal` is aborted (`AbortError`) or `deadlineMs` is over
 * ({@link DeadlineError}), whichever comes first. Leaves no timer and no listener behind. `work` itself goes on.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  clock: Clock,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const late = deferred<never>();
  const cancel = clock.after(deadlineMs, () => late.reject(new DeadlineError('Deadline exceeded')));
  try {
    return await unlessAborted(Promise.race([work, late.promise]), signal);
  } finally {
    cancel();
  }
}

/** The outcome of `work`, or an `AbortError` when `signal` is aborted first. `work` itself goes on. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  // An abort leaves nobody to hear of a later failure.
  work.catch(() => undefined);
  const aborted = deferred<never>();
  const abort = (): void => aborted.reject(new DOMException('The operation was aborted', 'AbortError'));
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** A promise with its handles outside. */
export type Deferred<T> = {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
};

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Whoever needs the outcome awaits it; nobody awaiting is no fault.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** Resolves after so many milliseconds. */
export function after(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
