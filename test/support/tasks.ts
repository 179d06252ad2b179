/*
 * Tasks as a browser's event loop runs them: each after all promise reactions of the one before. Taken from the system
 * once, so that fake timers leave them alone.
 */
const later = globalThis.setImmediate;
let pending = 0;

/** Runs `task` after everything that is going on now. */
export function queueTask(task: () => void): void {
  pending += 1;
  later(() => {
    pending -= 1;
    task();
  });
}

/** Waits until no queued task, and no reaction to one, is left. */
export async function settled(): Promise<void> {
  do await new Promise<void>((resolve) => later(resolve));
  while (pending > 0);
}
