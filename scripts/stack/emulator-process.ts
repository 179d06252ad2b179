import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { writeEmulatorWrapper } from '../setup/jar.mjs';
import type { FirestoreEmulator } from '../setup/known-tools.mjs';
import type { Service } from './emulator-config.ts';

const LAZY_VALIDATORS = new URL('lazy-validators.mjs', import.meta.url).href;
const KEPT_LINES = 40;

/** Variables that would point the emulators at somebody else's emulators or project. */
const FOREIGN_VARIABLES = [
  'DEBUG',
  'FIREBASE_AUTH_EMULATOR_HOST',
  'FIREBASE_CONFIG',
  'FIREBASE_EMULATOR_HUB',
  'FIREBASE_TOKEN',
  'FIRESTORE_EMULATOR_HOST',
  'GCLOUD_PROJECT',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_PROJECT',
];

/** The running firebase-tools with the emulators under it. */
export type EmulatorProcess = {
  readonly pid: number;
  /** Settles when firebase-tools has ended, however it did. Never rejects. */
  readonly ended: Promise<string>;
  /** The last lines of its output, for error messages. */
  lastLines(): string;
};

export function startEmulators(options: {
  root: string;
  /** For everything that is written while the stack runs; its name is the stack's mark. */
  folder: string;
  configFile: string;
  projectId: string;
  services: readonly Service[];
  /** Needed for the service "firestore". */
  firestore: FirestoreEmulator | undefined;
}): EmulatorProcess {
  const { root, folder, configFile, projectId, services, firestore } = options;
  const firebase = [
    process.execPath,
    ...['--import', LAZY_VALIDATORS],
    path.join(root, 'node_modules', 'firebase-tools', 'lib', 'bin', 'firebase.js'),
    'emulators:start',
    ...['--config', configFile],
    ...['--project', projectId],
    ...['--only', services.join(',')],
    '--non-interactive',
  ];
  const [command = '', ...args] =
    firestore?.kind === 'hidane' ? [firestore.command, 'exec', '--', ...firebase] : firebase;
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...environmentFor(folder), ...(firestore?.kind === 'official' && javaFor(firestore, folder)) },
    // Ctrl-C is for the program that started the stack, which ends the stack in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.unref();
  const lines = keepLastLines(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`exit ${signal ?? code ?? 'unknown'}`));
  });
  return { pid: child.pid ?? 0, ended, lastLines: () => lines.join('\n') };
}

/** This process's environment, with everything written beside the project instead of into the person's home. */
function environmentFor(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN_VARIABLES.includes(name));
  return {
    ...Object.fromEntries(own),
    // Keeps firebase-tools from looking for updates and messages of the day: it must start without a network.
    CI: 'true',
    NO_UPDATE_NOTIFIER: '1',
    // firebase-tools' settings, with logins and the last project, are the person's own; a stack starts without any.
    XDG_CONFIG_HOME: folder,
    TMPDIR: folder,
    TMP: folder,
    TEMP: folder,
  };
}

/** firebase-tools starts `java` from the PATH with the jar in this variable. */
function javaFor(emulator: { java: string; jar: string }, folder: string): NodeJS.ProcessEnv {
  // A wrapper for each stack: its path puts the stack's mark into Java's command line.
  const jar = path.join(folder, 'cloud-firestore-emulator.jar');
  writeEmulatorWrapper(emulator.jar, jar);
  const inherited = process.env['PATH'] ?? '';
  return {
    PATH: `${path.dirname(emulator.java)}${path.delimiter}${inherited}`,
    FIRESTORE_EMULATOR_BINARY_PATH: jar,
  };
}

function keepLastLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
    });
    // A pipe that is read keeps the process alive, unless told otherwise.
    if (stream instanceof Socket) stream.unref();
  }
  return lines;
}
