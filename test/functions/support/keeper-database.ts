import type { Placement } from '@firesignal/protocol';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';
import { afterAll, vi } from 'vitest';
import type { Fields } from '../../../functions/src/lib/database.ts';
import { FirestoreDatabase } from '../../../functions/src/lib/firestore-database.ts';
import { placesOf } from '../../support/sample-project/files.ts';

/** Firestore as functions use it, in an emulated project, with what tests need beside that, by paths of the protocol. */
export type KeeperDatabase = {
  readonly firestore: Firestore;
  readonly database: FirestoreDatabase;
  put(...documents: readonly Readonly<Record<string, Fields>>[]): Promise<void>;
  get(path: string): Promise<Fields | undefined>;
  /** The paths of what is there, of those that are asked for. */
  present(paths: readonly string[]): Promise<readonly string[]>;
};

/** The emulator is the one that `FIRESTORE_EMULATOR_HOST` names. It has a database of its own for any project. */
export function openDatabase(
  projectId = `demo-keeper-${crypto.randomUUID().slice(0, 8)}`,
  host?: string,
  placement: Placement = {},
): KeeperDatabase {
  const places = placesOf(placement);
  const { stored, known } = places;
  if (host === undefined && process.env['FIRESTORE_EMULATOR_HOST'] === undefined)
    throw new Error('FIRESTORE_EMULATOR_HOST is not set. Run: npm test -- --project functions');
  // There is no cloud to ask about this machine.
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  // The variable is stronger than any setting.
  if (host !== undefined) vi.stubEnv('FIRESTORE_EMULATOR_HOST', host);
  const app = initializeApp({ projectId }, projectId);
  afterAll(() => deleteApp(app));
  const firestore = getFirestore(app);
  return {
    firestore,
    database: new FirestoreDatabase(firestore, places),
    put: async (...documents) => {
      const batch = firestore.batch();
      for (const [path, data] of documents.flatMap((group) => Object.entries(group)))
        batch.set(firestore.doc(stored(path)), data);
      await batch.commit();
    },
    get: async (path) => (await firestore.doc(stored(path)).get()).data(),
    present: async (paths) => {
      const snapshots = await firestore.getAll(...paths.map((path) => firestore.doc(stored(path))));
      const there = snapshots.filter(({ exists }) => exists);
      return there.map(({ ref }) => known(ref.path) ?? ref.path);
    },
  };
}
