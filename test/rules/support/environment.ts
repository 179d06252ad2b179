import { appendFileSync, readFileSync } from 'node:fs';
import { initializeTestEnvironment, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import type { Firestore } from 'firebase/firestore';

/** The rules under test: another text only while {@link startOver} has put it there. */
export let RULES = readFileSync(new URL('../../../firestore.rules', import.meta.url), 'utf8');

/** All projects that have been opened, the one of these tests first. */
export const projectIds: string[] = [];

/**
 * An emulated project under `rules`. Tests share one, and every test has a room of its own: nothing is ever cleared. The emulator
 * is the one that `FIRESTORE_EMULATOR_HOST` names.
 */
export async function openProject(rules: string = RULES): Promise<RulesTestEnvironment> {
  const { host, port } = emulator();
  const projectId = `demo-rules-${crypto.randomUUID().slice(0, 8)}`;
  projectIds.push(projectId);
  // `npm run rules:coverage` asks the emulator what became of the rules there.
  const list = process.env['FIRESIGNAL_RULES_PROJECTS'];
  if (list !== undefined && rules === RULES) appendFileSync(list, `${projectId}\n`);
  return initializeTestEnvironment({
    projectId,
    firestore: { host, port, rules },
  });
}

function emulator(): { readonly host: string; readonly port: number } {
  const [host, port] = (process.env['FIRESTORE_EMULATOR_HOST'] ?? '').split(':');
  if (host === undefined || port === undefined)
    throw new Error('FIRESTORE_EMULATOR_HOST is not set. Run: npm test -- --project rules');
  return { host, port: Number(port) };
}

const project = await openProject();

/**
 * Puts other rules into the project of these tests. No test does that: `npm run rules:mutate` runs tests again and again.
 * @returns what the emulator has against the rules, if it does not take them
 */
export async function startOver(rules: string): Promise<string | undefined> {
  const { host, port } = emulator();
  const response = await fetch(
    `http://${host}:${port}/emulator/v1/projects/${project.projectId}:securityRules`,
    { method: 'PUT', body: JSON.stringify({ rules: { files: [{ content: rules }] } }) },
  );
  if (response.ok) RULES = rules;
  else if (response.status !== 400) throw new Error(`The emulator fails: ${await response.text()}`);
  return response.ok ? undefined : response.text();
}

/** Forgets all documents in the project of these tests. */
export const forgetAll = (): Promise<void> => project.clearFirestore();

/** Somebody who sends requests. */
export type Actor = { readonly uid: string; readonly db: Firestore };

// The testing library is typed for the compat API; both APIs take each other's instances.
type Context = { firestore(): unknown };
const actorOf = (uid: string, context: Context): Actor => ({ uid, db: context.firestore() as Firestore });

const actors = new Map<string, Actor>();

/** Somebody who is signed in with this uid, however odd it is. In the project of these tests it is always the same client. */
export function signedInAs(uid: string, environment = project): Actor {
  if (environment !== project) return actorOf(uid, environment.authenticatedContext(uid));
  const actor = actors.get(uid) ?? actorOf(uid, project.authenticatedContext(uid));
  actors.set(uid, actor);
  return actor;
}

/** Somebody whose id token has these claims, too. */
export const signedInWith = (uid: string, claims: Record<string, unknown>): Actor =>
  actorOf(uid, project.authenticatedContext(uid, claims));

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
 * one takes longer than most tests: so this one is kept, as all others are, until the process ends.
 */
const admin = await new Promise<Actor>((opened, failed) => {
  project
    .withSecurityRulesDisabled((context) => {
      opened(actorOf('admin', context));
      return new Promise(() => undefined);
    })
    .catch(failed);
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
