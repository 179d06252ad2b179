import { appendFileSync, readFileSync } from 'node:fs';
import { initializeTestEnvironment, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import type { Firestore } from 'firebase/firestore';
import { afterAll } from 'vitest';

export const RULES = readFileSync(new URL('../../../firestore.rules', import.meta.url), 'utf8');

/**
 * An emulated project under `rules`. Every test file has a project of its own, and every test a room of its own: nothing is
 * ever cleared. The emulator is the one that `FIRESTORE_EMULATOR_HOST` names.
 */
export async function openProject(rules: string = RULES): Promise<RulesTestEnvironment> {
  const [host, port] = (process.env['FIRESTORE_EMULATOR_HOST'] ?? '').split(':');
  if (host === undefined || port === undefined)
    throw new Error('FIRESTORE_EMULATOR_HOST is not set. Run: npm test -- --project rules');
  const projectId = `demo-rules-${crypto.randomUUID().slice(0, 8)}`;
  // `npm run rules:coverage` asks the emulator what became of the rules there.
  const list = process.env['FIRESIGNAL_RULES_PROJECTS'];
  if (list !== undefined && rules === RULES) appendFileSync(list, `${projectId}\n`);
  return initializeTestEnvironment({
    projectId,
    firestore: { host, port: Number(port), rules },
  });
}

const project = await openProject();

/** Somebody who sends requests. */
export type Actor = { readonly uid: string; readonly db: Firestore };

// The testing library is typed for the compat API; both APIs take each other's instances.
type Context = { firestore(): unknown };
const actorOf = (uid: string, context: Context): Actor => ({ uid, db: context.firestore() as Firestore });

/** Somebody who is signed in with this uid, however odd it is. */
export const signedInAs = (uid: string, environment = project): Actor =>
  actorOf(uid, environment.authenticatedContext(uid));

/** Creates the rooms. */
export const alice = signedInAs('alice');
/** A peer like any other. */
export const bob = signedInAs('bob');
/** Another one. */
export const carol = signedInAs('carol');
/** Has the link of the room, and bad intentions. */
export const mallory = signedInAs('mallory');
/** Is not signed in. */
export const anon = actorOf('anon', project.unauthenticatedContext());

/*
 * Whom the rules do not bind, as the Admin SDK. The library closes such a connection when the callback is done, and to make
 * one takes longer than most tests: so this one is kept until the tests of the file are done.
 */
let closeAdmin: (() => void) | undefined;
let adminClosed: Promise<void> | undefined;
const admin = await new Promise<Actor>((opened) => {
  adminClosed = project.withSecurityRulesDisabled(async (context) => {
    opened(actorOf('admin', context));
    await new Promise<void>((close) => (closeAdmin = close));
  });
});
afterAll(async () => {
  closeAdmin?.();
  await adminClosed;
  await project.cleanup();
});

/** Runs with the security rules off, in the project of these tests or in another one. */
export async function withoutRules(
  work: (admin: Actor) => Promise<unknown>,
  environment?: RulesTestEnvironment,
): Promise<void> {
  if (environment === undefined) await work(admin);
  else
    await environment.withSecurityRulesDisabled(async (context) => {
      await work(actorOf('admin', context));
    });
}
