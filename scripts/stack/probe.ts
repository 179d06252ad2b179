import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;
/** A server that has accepted the connection and then says nothing is asked again. */
const ANSWER_LIMIT_MS = 2_000;

/**
 * Asks `url` until the answer is the right one.
 * @throws the signal's reason when it is aborted first
 */
export async function waitForAnswer(
  url: string,
  isRight: (body: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await answers(url, isRight, signal)) return;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

async function answers(
  url: string,
  isRight: (body: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
    const response = await fetch(url, { signal: limit });
    return response.ok && isRight(await response.text());
  } catch {
    // Nobody listens yet. If it was the caller's signal, the next look at it throws.
    return false;
  }
}
