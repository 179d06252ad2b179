/**
 * Sets up what is missing, then runs a TypeScript program of the project in this same process:
 * `node scripts/run.mjs [--only dependencies] scripts/program.ts [its arguments]`.
 */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { parseSetUpArguments } from './setup/arguments.mjs';
import { reportFailure } from './setup/report-failure.mjs';
import { PROJECT_ROOT, setUp } from './setup/set-up.mjs';

try {
  const given = process.argv.slice(2);
  const dependenciesOnly = given[0] === '--only' && given[1] === 'dependencies';
  const [program = '', ...args] = dependenciesOnly ? given.slice(2) : given;
  await setUp({
    ...(dependenciesOnly && { parts: ['dependencies'] }),
    ...parseSetUpArguments(args),
    sayWork: (line) => console.log(line),
  });
  // One process, not two: signals and the exit code need nobody to pass them on.
  const file = path.resolve(PROJECT_ROOT, program);
  process.argv = [process.execPath, file, ...args];
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(file).href);
} catch (error) {
  reportFailure(error);
}
