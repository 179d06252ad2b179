import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EmulatorKind, FirestoreEmulator } from '../setup/known-tools.mjs';
import { PROJECT_ROOT, setUp } from '../setup/set-up.mjs';
import {
  assignPorts,
  insideProject,
  PORT_COUNT,
  resolveRulesFile,
  writeEmulatorConfig,
  type Ports,
  type Service,
} from './emulator-config.ts';
import { startEmulators, type EmulatorProcess } from './emulator-process.ts';
import { findFreePorts, LOOPBACK } from './free-ports.ts';
import { startGuard } from './guard.ts';
import { loadRules } from './load-rules.ts';
import { waitForAnswer } from './probe.ts';
import { StackError } from './stack-error.ts';

/** Firebase takes ids that start with "demo-" for projects that do not exist, and never asks the real service. */
const PROJECT_ID = 'demo-firesignal';
/** Java and firebase-tools together take 5 s on an idle machine; a loaded CI machine may take ten times that. */
const START_LIMIT_MS = 120_000;
/** Each attempt has its own free ports; several in a row are bad luck beyond belief. */
const ATTEMPTS = 3;
const PORT_TAKEN = /port taken|EADDRINUSE|already in use|not open on/i;

export type StackOptions = {
  /** @defaultValue the official one, where a Java for it was found */
  emulator?: EmulatorKind;
  /** @defaultValue auth and firestore */
  services?: readonly Service[];
  /** @defaultValue the project's own rules */
  rulesFile?: string;
  /** Gets a line for each step. */
  onProgress?: (line: string) => void;
  /** Ends the start, not a stack that runs. */
  signal?: AbortSignal;
};

export type Address = { readonly host: string; readonly port: number; readonly url: string };

/** Emulators that run until `stop()` or the end of this process, whichever comes first. */
export type Stack = {
  /** Stands in the command lines of its processes and in the names of its files. */
  readonly id: string;
  readonly projectId: string;
  /** Which Firestore emulator it is. */
  readonly emulator: EmulatorKind;
  /** Nobody listens there when the service was not asked for; the same goes for the next. */
  readonly auth: Address;
  readonly firestore: Address;
  /** A WebSocket that streams the outcome of every evaluation of the rules. */
  readonly requestsUrl?: string;
  /** There when the service was asked for, and so for the next. */
  readonly functions?: Address;
  readonly hosting?: Address;
  /** firebase-tools and the watchdog. */
  readonly pids: readonly number[];
  /** Settles when the emulators have ended, by `stop()` or by themselves. */
  readonly ended: Promise<void>;
  /** Ends everything and removes what it wrote. May be called more than once. */
  stop(): Promise<void>;
};

/**
 * Starts emulators on free ports of the loopback interface, for this process alone: any number can run side by side.
 * @throws {StackError} with a hint for a person; nothing is left running then
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      const again = error instanceof StackError && error.code === 'stack/port-taken' && attempt < ATTEMPTS;
      if (!again) throw error;
      options.onProgress?.('A port was taken by somebody else; starting again on other ports …');
    }
  }
}

async function startOnce(options: StackOptions): Promise<Stack> {
  const { services = ['auth', 'firestore'], onProgress = () => undefined, signal } = options;
  throwIfAborted(signal);
  const needsFirestore = services.includes('firestore');
  const rulesFile = needsFirestore ? resolveRulesFile(PROJECT_ROOT, options.rulesFile) : undefined;
  const firestore = needsFirestore ? await findEmulator(options.emulator, onProgress) : undefined;

  const mark = `firesignal-${randomBytes(6).toString('hex')}`;
  const folder = path.join(tmpdir(), mark);
  const configFile = path.join(PROJECT_ROOT, `.${mark}.json`);
  const rulesCopy = path.join(PROJECT_ROOT, `.${mark}.rules`);
  const ports = assignPorts(await findFreePorts(PORT_COUNT));
  throwIfAborted(signal);

  const guard = startGuard({ mark, paths: [configFile, rulesCopy, folder] });
  try {
    mkdirSync(folder);
    writeEmulatorConfig({
      file: configFile,
      root: PROJECT_ROOT,
      services,
      ports,
      rulesFile: rulesFile && insideProject(PROJECT_ROOT, rulesFile, rulesCopy),
    });
    const emulators = startEmulators({
      root: PROJECT_ROOT,
      folder,
      configFile,
      projectId: PROJECT_ID,
      services,
      firestore,
    });
    const stack: Stack = {
      id: mark,
      projectId: PROJECT_ID,
      emulator: firestore?.kind ?? 'official',
      auth: address(ports.auth),
      firestore: address(ports.firestore),
      ...(needsFirestore && { requestsUrl: `ws://${LOOPBACK}:${ports.firestoreRequests}/requests` }),
      ...(services.includes('functions') && { functions: address(ports.functions) }),
      ...(services.includes('hosting') && { hosting: address(ports.hosting) }),
      pids: [emulators.pid, guard.pid],
      ended: emulators.ended.then(() => guard.cleanUp()),
      stop: () => guard.cleanUp(),
    };
    await waitUntilReady({ emulators, services, ports, onProgress, signal });
    if (rulesFile !== undefined) {
      await loadRules(stack.firestore.url, PROJECT_ID, rulesFile);
      onProgress(`✓ Rules loaded: ${path.relative(PROJECT_ROOT, rulesFile)}`);
    }
    return stack;
  } catch (error) {
    await guard.cleanUp();
    throw error;
  }
}

async function findEmulator(
  kind: EmulatorKind | undefined,
  onProgress: (line: string) => void,
): Promise<FirestoreEmulator | undefined> {
  const { emulator } = await setUp({
    parts: ['emulator'],
    ...(kind !== undefined && { emulator: kind }),
    sayWork: onProgress,
  });
  return emulator;
}

async function waitUntilReady(options: {
  emulators: EmulatorProcess;
  services: readonly Service[];
  ports: Ports;
  onProgress: (line: string) => void;
  signal: AbortSignal | undefined;
}): Promise<void> {
  const { emulators, services, ports, onProgress, signal } = options;
  const started = performance.now();
  const stopWaiting = new AbortController();
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const giveUp = AbortSignal.any([stopWaiting.signal, limit, ...(signal === undefined ? [] : [signal])]);

  const ready = services.map(async (service) => {
    const { path: probe, isReady } = PROBES[service];
    // The Functions emulator answers before it has loaded the functions.
    const isLoaded = (): boolean => service !== 'functions' || emulators.saysReady();
    const isRight = (body: string): boolean => isReady(body) && isLoaded();
    await waitForAnswer(`${address(ports[service]).url}${probe}`, isRight, giveUp);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    onProgress(`✓ ${PROBES[service].title} on port ${ports[service]} (${seconds} s)`);
  });
  const endedEarly = emulators.ended.then((how) => {
    throw endedEarlyError(how, emulators.lastLines());
  });
  try {
    await Promise.race([Promise.all(ready), endedEarly]);
  } catch (error) {
    throwIfAborted(signal);
    if (!limit.aborted) throw error;
    throw new StackError(
      'stack/start-timeout',
      `The emulators did not answer within ${START_LIMIT_MS / 1000} s. Their last output:\n${emulators.lastLines()}`,
      'Try again when the machine is less busy.',
      { cause: error },
    );
  } finally {
    stopWaiting.abort();
    endedEarly.catch(() => undefined);
    await Promise.allSettled(ready);
  }
}

const PROBES: Record<Service, { title: string; path: string; isReady: (body: string) => boolean }> = {
  auth: { title: 'Auth emulator', path: '/', isReady: (body) => /"ready":\s*true/.test(body) },
  firestore: { title: 'Firestore emulator', path: '/', isReady: (body) => body.trim() === 'Ok' },
  functions: { title: 'Functions emulator', path: '/backends', isReady: (body) => body.includes('backends') },
  hosting: {
    title: 'Hosting emulator',
    path: '/__/firebase/init.json',
    isReady: (body) => body.includes('"projectId"'),
  },
};

function endedEarlyError(how: string, lastLines: string): StackError {
  return PORT_TAKEN.test(lastLines)
    ? new StackError('stack/port-taken', `A port was taken meanwhile:\n${lastLines}`, 'Try again.')
    : new StackError(
        'stack/ended-early',
        `The emulators ended by themselves (${how}). Their last output:\n${lastLines}`,
        'The lines above say why; "npm run setup -- --fresh" looks for the emulators again.',
      );
}

function address(port: number): Address {
  return { host: LOOPBACK, port, url: `http://${LOOPBACK}:${port}` };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new StackError(
    'stack/aborted',
    'The start of the stack was called off.',
    'Nothing is left running.',
    {
      cause: signal.reason,
    },
  );
}
