import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LOOPBACK } from './free-ports.ts';
import { StackError } from './stack-error.ts';

/** An emulator that a stack may run. "functions" needs "firestore", and the functions to be built. */
export type Service = 'auth' | 'firestore' | 'functions' | 'hosting';

/** What a stack has ports for. */
const PORTS = [
  // firebase-tools' own.
  'hub',
  'logging',
  'auth',
  'firestore',
  // Where the Firestore emulator streams what its rules decided.
  'firestoreRequests',
  'functions',
  // These two come with the functions.
  'eventarc',
  'tasks',
  'hosting',
] as const;

/** Every port of one stack. */
export type Ports = Record<(typeof PORTS)[number], number>;

export const PORT_COUNT = PORTS.length;

export function assignPorts(free: readonly number[]): Ports {
  if (free.length < PORT_COUNT) {
    throw new RangeError(`A stack needs ${PORT_COUNT} ports, got ${free.length}.`);
  }
  return Object.fromEntries(PORTS.map((name, at) => [name, free[at]])) as Ports;
}

/** Which rules the Firestore emulator gets: a path of any kind, by default the one in firebase.json. */
export function resolveRulesFile(root: string, rulesFile: string | undefined): string {
  const { firestore } = readProjectConfig(root);
  const resolved = path.resolve(root, rulesFile ?? firestore?.rules ?? 'firestore.rules');
  if (!existsSync(resolved)) {
    throw new StackError('stack/no-rules', `There is no rules file ${resolved}.`, 'Name an existing one.');
  }
  return resolved;
}

/**
 * firebase-tools refuses rules outside of the project's folder: those are copied to `copy`.
 * The project's own are not, so that it loads them again when they change.
 */
export function insideProject(root: string, rulesFile: string, copy: string): string {
  const isInside = !path.relative(root, rulesFile).startsWith('..');
  if (isInside) return rulesFile;
  copyFileSync(rulesFile, copy);
  return copy;
}

/**
 * Writes the firebase.json of one stack. Its folder must be the project's, since the paths in it count from there
 * and may not lead out of it.
 */
export function writeEmulatorConfig(options: {
  file: string;
  root: string;
  services: readonly Service[];
  ports: Ports;
  rulesFile: string | undefined;
}): void {
  const { file, root, services, ports, rulesFile } = options;
  const project = readProjectConfig(root);
  const at = (port: number): { host: string; port: number } => ({ host: LOOPBACK, port });
  const config = {
    ...(rulesFile !== undefined && { firestore: { rules: path.relative(root, rulesFile) } }),
    ...(services.includes('functions') && { functions: project.functions }),
    ...(services.includes('hosting') && { hosting: project.hosting }),
    emulators: {
      // Tests keep apart by project ids.
      singleProjectMode: false,
      hub: at(ports.hub),
      logging: at(ports.logging),
      ui: { enabled: false },
      ...(services.includes('auth') && { auth: at(ports.auth) }),
      ...(services.includes('firestore') && {
        firestore: { ...at(ports.firestore), websocketPort: ports.firestoreRequests },
      }),
      ...(services.includes('functions') && {
        functions: at(ports.functions),
        eventarc: at(ports.eventarc),
        tasks: at(ports.tasks),
      }),
      ...(services.includes('hosting') && { hosting: at(ports.hosting) }),
    },
  };
  writeFileSync(file, JSON.stringify(config, null, 2));
}

type ProjectConfig = { firestore?: { rules?: string }; functions?: unknown; hosting?: unknown };

function readProjectConfig(root: string): ProjectConfig {
  return JSON.parse(readFileSync(path.join(root, 'firebase.json'), 'utf8')) as ProjectConfig;
}
