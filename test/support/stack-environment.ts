/**
 * The emulators that `npm test` has started for the rules tests and the browser tests. Both use the same, and keep
 * apart by Firestore project ids: the emulator has a database of its own for any id.
 */
import {
  EMULATOR_VARIABLE,
  STACK_VARIABLE,
  type StackEnvironment,
} from '../../scripts/run-tests/stack-handover.ts';
import type { EmulatorKind } from '../../scripts/setup/known-tools.mjs';

export type { StackEnvironment };

/**
 * @throws when no stack was handed over, since the tests were started in another way
 */
export function stackFromEnvironment(): StackEnvironment {
  const text = process.env[STACK_VARIABLE];
  if (text === undefined) {
    throw new Error(`${STACK_VARIABLE} is not set: no stack is running. Run these tests with "npm test".`);
  }
  const stack: unknown = JSON.parse(text);
  if (!isStackEnvironment(stack)) {
    throw new Error(`${STACK_VARIABLE} does not describe a stack: ${text}. Run these tests with "npm test".`);
  }
  return stack;
}

/** The Firestore emulator that was asked for with `npm test -- --emulator …`; undefined: the default one. */
export function emulatorFromEnvironment(): EmulatorKind | undefined {
  const kind = process.env[EMULATOR_VARIABLE];
  if (kind === undefined || kind === '') return undefined;
  if (kind === 'official' || kind === 'hidane') return kind;
  throw new Error(`${EMULATOR_VARIABLE} must be "official" or "hidane", not "${kind}".`);
}

function isStackEnvironment(value: unknown): value is StackEnvironment {
  if (typeof value !== 'object' || value === null) return false;
  const { projectId, emulator, auth, firestore, requestsUrl, chromium } = value as Record<string, unknown>;
  return (
    typeof projectId === 'string' &&
    (emulator === 'official' || emulator === 'hidane') &&
    isAddress(auth) &&
    isAddress(firestore) &&
    isTextOrMissing(requestsUrl) &&
    isTextOrMissing(chromium)
  );
}

function isAddress(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { host, port, url } = value as Record<string, unknown>;
  return typeof host === 'string' && Number.isInteger(port) && typeof url === 'string';
}

function isTextOrMissing(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
