import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { writeEmulatorWrapper } from '../setup/jar.mjs';
import type { FirestoreEmulator } from '../setup/known-tools.mjs';
import type { Service } from './emulator-config.ts';

const LAZY_VALIDATORS = new URL('lazy-validators.mjs', import.meta.url).href;
const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href;
const KEPT_LINES = 40;
/** firebase-tools says so when its emulators know of each other, and functions are loaded. */
const READY = 'All emulators ready';

/**
 * The emulator lives for seconds to minutes, on the cores that the browsers and tests beside it need: the quick compiler alone,
 * and room for what a call leaves behind, so that neither compiling nor collecting gets into the middle of a join.
 */
const JAVA_OPTIONS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn256m';

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
  /** Whether firebase-tools has said that all is ready. */
  saysReady(): boolean;
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
    env: {
      ...environmentFor(folder),
      ...(firestore?.kind === 'official' && javaFor(firestore, folder)),
      ...(services.includes('functions') && runtimesThatEnd()),
    },
    // Ctrl-C is for the program that started the stack, which ends the stack in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.unref();
  const output = listenTo(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`exit ${signal ?? code ?? 'unknown'}`));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    saysReady: () => output.saysReady,
    lastLines: () => output.lines.join('\n'),
  };
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
    // The person's own options come last: they win.
    JAVA_TOOL_OPTIONS: [JAVA_OPTIONS, process.env['JAVA_TOOL_OPTIONS'] ?? ''].join(' ').trim(),
  };
}

function runtimesThatEnd(): NodeJS.ProcessEnv {
  const inherited = process.env['NODE_OPTIONS'] ?? '';
  return { NODE_OPTIONS: `${inherited} --import ${END_WITH_PARENT}`.trim() };
}

/** What the child has put out; it goes on while the child does. */
function listenTo(child: ChildProcess): { readonly lines: string[]; saysReady: boolean } {
  const output = { lines: [] as string[], saysReady: false };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      output.lines.push(line);
      if (output.lines.length > KEPT_LINES) output.lines.shift();
      output.saysReady ||= line.includes(READY);
    });
    // A pipe that is read keeps the process alive, unless told otherwise.
    if (stream instanceof Socket) stream.unref();
  }
  return output;
}
