import type { FirebaseOptions } from 'firebase/app';
import type { FirestoreTransportOptions } from 'firesignal';
import { isLoopback, parseEmulators } from './emulators.ts';

/** The Firebase project that this page talks to, as its host tells. */
export type Configuration = {
  readonly firebase: FirebaseOptions;
  readonly emulators: FirestoreTransportOptions['emulators'];
};

const CONFIGURATION_URL = '/__/firebase/init.json';
const EMULATORS_URL = '/__/firebase/init.js?useEmulator=true';

/** The configuration could not be had. The message is for whoever runs the site. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Asks Firebase Hosting for the project's configuration, and on this machine for its emulators too.
 *
 * @throws {ConfigurationError} if it isn't there or isn't one
 */
export async function loadConfiguration(): Promise<Configuration> {
  const [firebase, emulators] = await Promise.all([
    load(CONFIGURATION_URL, parseFirebaseOptions),
    isLoopback(location.hostname)
      ? load(EMULATORS_URL, (text) => parseEmulators(text, location.hostname))
      : undefined,
  ]);
  return { firebase, emulators };
}

async function load<T>(url: string, parse: (text: string) => T): Promise<T> {
  try {
    const response = await fetch(url, { cache: 'no-store' });
    if (!response.ok) throw new Error(`The host answered with status ${response.status}.`);
    return parse(await response.text());
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${url}: ${detail}`, { cause });
  }
}

function parseFirebaseOptions(text: string): FirebaseOptions {
  const value: unknown = JSON.parse(text);
  if (!isStringRecord(value)) throw new Error('This is not a Firebase configuration.');
  for (const key of ['projectId', 'apiKey'])
    if (value[key] === undefined) throw new Error(`The Firebase configuration has no ${key}.`);
  return value;
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === 'string')
  );
}
