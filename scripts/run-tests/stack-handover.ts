/**
 * How `npm test` hands the emulators it has started to the tests: in environment variables. The reading side is
 * test/support/stack-environment.ts.
 */
import type { EmulatorKind } from '../setup/known-tools.mjs';
import type { Stack } from '../stack/index.ts';

/** Holds a {@link StackEnvironment} as JSON. */
export const STACK_VARIABLE = 'FIRESIGNAL_STACK';
/** Names the emulator for tests that start stacks themselves. */
export const EMULATOR_VARIABLE = 'FIRESIGNAL_EMULATOR';

/** What a test can know of the running stack. */
export type StackEnvironment = Pick<
  Stack,
  'projectId' | 'emulator' | 'auth' | 'firestore' | 'requestsUrl'
> & {
  /** The browser's executable; there if browser tests are among those that run. */
  readonly chromium?: string;
};

/** The variables to set for the processes of the tests. */
export function stackVariables(environment: StackEnvironment): Record<string, string> {
  const { projectId, emulator, auth, firestore, requestsUrl, chromium } = environment;
  // Only what the type says: a running stack has more.
  const handedOver: StackEnvironment = {
    projectId,
    emulator,
    auth,
    firestore,
    ...(requestsUrl !== undefined && { requestsUrl }),
    ...(chromium !== undefined && { chromium }),
  };
  return {
    [STACK_VARIABLE]: JSON.stringify(handedOver),
    // Firebase's own names, for what reads those.
    FIRESTORE_EMULATOR_HOST: `${firestore.host}:${firestore.port}`,
    FIREBASE_AUTH_EMULATOR_HOST: `${auth.host}:${auth.port}`,
  };
}

export function emulatorVariable(emulator: EmulatorKind): Record<string, string> {
  return { [EMULATOR_VARIABLE]: emulator };
}
