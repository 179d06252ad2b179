/**
 * Outlives the process that started a stack, to end the stack after it: a child of it, in a process group of its
 * own, that reads from a pipe. The pipe closes when its other end is closed or, however suddenly, gone.
 * The first line says what to clean up.
 */
import { createInterface } from 'node:readline';
import { cleanUp } from './clean-up.mjs';

/** @type {import('./clean-up.mjs').Remains | undefined} */
let remains;
const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => {
  /** @type {unknown} */
  const order = JSON.parse(line);
  remains = /** @type {import('./clean-up.mjs').Remains} */ (order);
});
orders.on('close', () => {
  if (remains !== undefined) void cleanUp(remains);
});
// At a shutdown of the machine, or when somebody ends everything called "node".
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
  process.on(signal, () => orders.close());
}
