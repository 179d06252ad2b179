/**
 * `npm run setup`: installs what is missing, says what there is. Uses Node's built-ins only, since it runs before
 * any dependency is there. Options: `--emulator official|hidane`, `--fresh` (look for everything again).
 */
import { performance } from 'node:perf_hooks';
import { parseSetUpArguments } from './setup/arguments.mjs';
import { reportFailure } from './setup/report-failure.mjs';
import { setUp } from './setup/set-up.mjs';

const started = performance.now();
try {
  await setUp({ ...parseSetUpArguments(process.argv.slice(2)), say: (line) => console.log(line) });
  console.log(`Everything is there (${((performance.now() - started) / 1000).toFixed(1)} s).`);
} catch (error) {
  reportFailure(error);
}
