import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LOOPBACK } from './free-ports.ts';
import { StackError } from './stack-error.ts';

/** An emulator that a stack may run. */
export type Service = 'auth' | 'firestore' | 'hosting';

/** Every port of one stack. The hub and the logging port are firebase-tools' own. */
export type Ports = {
  hub: number;
  logging: number;
  auth: number;
  firestore: number;
  /** Where the Firestore emulator streams what its rules decided. */
  firestoreRequests: number;
  hosting: number;
};

export const PORT_COUNT = 6;

export function assignPorts(free: readonly number[]): Ports {
  const [hub, logging, auth, firestore, firestoreRequests, hosting] = free;
  if (
    hub === undefined ||
    logging === undefined ||
    auth === undefined ||
    firestore === undefined ||
    firestoreRequests === undefined ||
    hosting === undefined
  ) {
    throw new RangeError(`A stack needs ${PORT_COUNT} ports, got ${free.length}.`);
  }
  return { hub, logging, auth, firestore, firestoreRequests, hosting };
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
      ...(services.includes('hosting') && { hosting: at(ports.hosting) }),
    },
  };
  writeFileSync(file, JSON.stringify(config, null, 2));
}

type ProjectConfig = { firestore?: { rules?: string }; hosting?: unknown };

function readProjectConfig(root: string): ProjectConfig {
  return JSON.parse(readFileSync(path.join(root, 'firebase.json'), 'utf8')) as ProjectConfig;
}
