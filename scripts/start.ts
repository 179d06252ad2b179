/**
 * `npm start`: the emulators with the functions and the web app, for a person. Runs until Ctrl-C.
 * Options: `--emulator official|hidane`, `--fresh`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { SCHEDULES } from '../functions/src/deployed.ts';
import { parseSetUpArguments } from './setup/arguments.mjs';
import { runLongCommand } from './setup/long-command.mjs';
import { reportFailure } from './setup/report-failure.mjs';
import { PROJECT_ROOT, setUp } from './setup/set-up.mjs';
import { scheduleCaller, startStack, startTicker, type Stack, type Ticker } from './stack/index.ts';

const BUILD_LIMIT_MS = 5 * 60_000;
const say = (line: string): void => console.log(line);

/** Settles at the first Ctrl-C. Later ones change nothing: the terminal and npm send one each. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

async function build(what: string, script: string): Promise<void> {
  say(`Building ${what} …`);
  const { ok, lastLines } = await runLongCommand({
    command: 'npm',
    args: ['run', '--silent', script],
    cwd: PROJECT_ROOT,
    timeLimitMs: BUILD_LIMIT_MS,
    say,
  });
  if (ok) return;
  throw Object.assign(new Error(`Building ${what} failed:\n${lastLines}`), {
    hint: `Alone: npm run ${script}`,
  });
}

/** Runs the scheduled functions, as Cloud Scheduler does in production. */
function startSchedules({ functions, projectId }: Stack): Ticker {
  const settings = parseEnv(readFileSync(path.join(PROJECT_ROOT, 'functions', '.env'), 'utf8'));
  const region = settings['FIRESIGNAL_REGION'] ?? '';
  const call = scheduleCaller({ functionsUrl: functions?.url ?? '', projectId, region });
  return startTicker({ schedules: SCHEDULES, call, say });
}

async function start(): Promise<void> {
  const options = parseSetUpArguments(process.argv.slice(2));
  await setUp({ ...options, parts: ['emulator'], sayWork: say });
  await build('the web app', 'build');
  await build('the functions', 'build:functions');

  const calledOff = new AbortController();
  const interrupted = interruption().then(() => calledOff.abort());
  say('Starting the emulators …');
  const stack = await startStack({
    ...(options.emulator !== undefined && { emulator: options.emulator }),
    services: ['auth', 'firestore', 'functions', 'hosting'],
    onProgress: say,
    signal: calledOff.signal,
  });
  const ticker = startSchedules(stack);
  say(`\nFiresignal is at ${stack.hosting?.url ?? ''}\n\nCtrl-C ends it.`);

  // The stack keeps no process alive, and neither does waiting for a signal.
  const wakeful = setInterval(() => undefined, 60_000);
  const how = await Promise.race([
    interrupted.then(() => 'interrupted' as const),
    stack.ended.then(() => 'ended' as const),
  ]);
  clearInterval(wakeful);
  ticker.stop();
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
