/**
 * `npm start`: the emulators with the web app, for a person. Runs until Ctrl-C.
 * Options: `--emulator official|hidane`, `--fresh`.
 */
import { parseSetUpArguments } from './setup/arguments.mjs';
import { runLongCommand } from './setup/long-command.mjs';
import { reportFailure } from './setup/report-failure.mjs';
import { PROJECT_ROOT, setUp } from './setup/set-up.mjs';
import { startStack } from './stack/index.ts';

const BUILD_LIMIT_MS = 5 * 60_000;
const say = (line: string): void => console.log(line);

/** Settles at the first Ctrl-C. Later ones change nothing: the terminal and npm send one each. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

async function buildApp(): Promise<void> {
  say('Building the web app …');
  const { ok, lastLines } = await runLongCommand({
    command: 'npm',
    args: ['run', '--silent', 'build'],
    cwd: PROJECT_ROOT,
    timeLimitMs: BUILD_LIMIT_MS,
    say,
  });
  if (ok) return;
  throw Object.assign(new Error(`The web app could not be built:\n${lastLines}`), {
    hint: 'Alone: npm run build',
  });
}

async function start(): Promise<void> {
  const options = parseSetUpArguments(process.argv.slice(2));
  await setUp({ ...options, parts: ['emulator'], sayWork: say });
  await buildApp();

  const calledOff = new AbortController();
  const interrupted = interruption().then(() => calledOff.abort());
  say('Starting the emulators …');
  const stack = await startStack({
    ...(options.emulator !== undefined && { emulator: options.emulator }),
    services: ['auth', 'firestore', 'hosting'],
    onProgress: say,
    signal: calledOff.signal,
  });
  say(`\nFiresignal is at ${stack.hosting?.url ?? ''}\n\nCtrl-C ends it.`);

  // The stack keeps no process alive, and neither does waiting for a signal.
  const wakeful = setInterval(() => undefined, 60_000);
  const how = await Promise.race([
    interrupted.then(() => 'interrupted' as const),
    stack.ended.then(() => 'ended' as const),
  ]);
  clearInterval(wakeful);
  if (how === 'ended') {
    throw Object.assign(new Error('The emulators ended by themselves.'), { hint: 'Run "npm start" again.' });
  }
  say('\nStopping …');
  await stack.stop();
}

try {
  await start();
} catch (error) {
  reportFailure(error);
}
