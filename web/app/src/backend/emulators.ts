import type { FirestoreTransportOptions } from 'firesignal';

type Emulators = NonNullable<FirestoreTransportOptions['emulators']>;

/** Matches the one assignment in the script that the Hosting emulator serves. */
const ASSIGNMENT = /var firebaseEmulators = (\{[\s\S]*?\n\}|\{\});/;
/** An emulator that listens on all interfaces gives an address nobody can connect to. */
const WILDCARD_HOSTS = new Set(['0.0.0.0', '::', '[::]']);

/** Whether the page is served from this machine, where emulators may be. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/**
 * The emulators named in the text of `/__/firebase/init.js?useEmulator=true`. The script itself is not run: it wants the
 * older, global Firebase SDK.
 *
 * @param hostname host of the page, used where an emulator listens on all interfaces
 * @throws Error if the text is not what the Hosting emulator serves
 */
export function parseEmulators(script: string, hostname: string): Emulators {
  const json = ASSIGNMENT.exec(script)?.[1];
  if (json === undefined) throw new Error('init.js names no emulators.');
  const emulators: unknown = JSON.parse(json);
  if (!isRecord(emulators)) throw new Error('The emulators in init.js are not an object.');
  const auth = address(emulators['auth'], hostname);
  const firestore = address(emulators['firestore'], hostname);
  return {
    ...(auth && { auth: `http://${auth.host}:${auth.port}` }),
    ...(firestore && { firestore }),
  };
}

function address(value: unknown, hostname: string): { host: string; port: number } | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw new Error('An emulator in init.js is not an object.');
  const { host, port } = value;
  if (typeof host !== 'string' || typeof port !== 'number' || !Number.isInteger(port))
    throw new Error('An emulator in init.js has no host and port.');
  return { host: WILDCARD_HOSTS.has(host) ? hostname : host, port };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
