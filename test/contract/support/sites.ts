import { fileURLToPath } from 'node:url';
import { deleteApp, initializeApp } from 'firebase/app';
import { vi } from 'vitest';
import { loadRules } from '../../../scripts/stack/load-rules.ts';
import { firestoreTransport } from '../../../web/sdk/src/transport/firestore.ts';
import { commitOverRest } from '../../../web/sdk/src/transport/firestore/rest-commit.ts';
import { MemoryBackend } from '../../../web/sdk/src/transport/memory.ts';
import type { FaultPlan } from '../../../web/sdk/src/transport/memory/fault-plan.ts';
import type { MemoryRules } from '../../../web/sdk/src/transport/memory/rules.ts';
import type { DocumentWrite, SignalTransport } from '../../../web/sdk/src/transport/signal-transport.ts';
import { stackFromEnvironment } from '../../support/stack-environment.ts';

/** A user with a transport. */
export type Client = { readonly uid: string; readonly transport: SignalTransport };

/** A backend of one kind, under the rules of the contract. */
export interface Site {
  /** Somebody new, signed in. */
  client(): Promise<Client>;
  /** Ends all clients. */
  close(): Promise<void>;
}

export type SiteKind = { readonly name: string; readonly open: () => Promise<Site> };

/** What `contract.rules` says. */
const RULES: MemoryRules = {
  mayWrite: ({ uid, write: { path } }) => {
    const [root, owner, collection] = path.split('/');
    if (root === 'own') return collection === 'items' && owner === uid;
    return root === 'free' || root === 'clubs';
  },
  mayRead: ({ uid, target, documents }) => {
    const path = 'document' in target ? target.document : `${target.collection}/*`;
    const [root, owner = '', collection] = path.split('/');
    if (root === 'own') return collection === 'items' && owner === uid;
    if (root === 'clubs' && collection === 'news') return documents.has(`clubs/${owner}/members/${uid}`);
    return root === 'free' || root === 'clubs';
  },
};

/** Everything comes late, together or twice. */
const BAD_NETWORK: FaultPlan = { seed: 7, latencyMs: [0, 12], collapse: 0.5, repeat: 0.5 };

function memory(conditions?: FaultPlan): Site {
  const backend = new MemoryBackend({ rules: RULES, ...(conditions !== undefined && { conditions }) });
  const transports: SignalTransport[] = [];
  return {
    client: async () => {
      const transport = backend.connect(`user-${transports.length}`);
      transports.push(transport);
      return { uid: (await transport.signIn()).uid, transport };
    },
    close: async () => {
      for (const transport of transports) await transport.close();
    },
  };
}

export type FirestoreSite = Site & {
  /** Commits past the rules. */
  force(writes: readonly DocumentWrite[]): Promise<void>;
};

/** A project of its own in the emulator of this test run, under its own rules. */
export async function openFirestore(rulesFile: string): Promise<FirestoreSite> {
  const { auth, firestore } = stackFromEnvironment();
  const projectId = `demo-contract-${crypto.randomUUID().slice(0, 8)}`;
  await loadRules(firestore.url, projectId, rulesFile);
  const ends: (() => Promise<void>)[] = [];
  return {
    client: async () => {
      const app = initializeApp({ apiKey: 'any', projectId }, crypto.randomUUID());
      const { host, port } = firestore;
      const transport = firestoreTransport({ app, emulators: { auth: auth.url, firestore: { host, port } } });
      ends.push(async () => {
        await transport.close();
        await deleteApp(app);
      });
      return { uid: (await transport.signIn()).uid, transport };
    },
    force: (writes) =>
      commitOverRest(
        { origin: firestore.url, projectId, databaseId: '(default)' },
        // Whom the emulators let do everything.
        { idToken: 'owner' },
        writes,
      ),
    close: async () => {
      for (const end of ends) await end();
    },
  };
}

const CONTRACT_RULES = fileURLToPath(new URL('contract.rules', import.meta.url));

// The adapter looks at the browser that it runs in. Node has had one of those since version 21 only.
if (!('navigator' in globalThis)) vi.stubGlobal('navigator', { userAgent: 'Node.js' });

/** Every backend that keeps the contract: the two of memory, and the one of this test run. */
export const SITES: readonly SiteKind[] = [
  { name: 'memory', open: () => Promise.resolve(memory()) },
  { name: 'memory, over a bad network', open: () => Promise.resolve(memory(BAD_NETWORK)) },
  {
    name: `Firestore, ${stackFromEnvironment().emulator} emulator`,
    open: () => openFirestore(CONTRACT_RULES),
  },
];
