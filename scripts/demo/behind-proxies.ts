import type { Backend } from '../browser/harness/contract.ts';
import { startDelayProxy, type Stack } from '../stack/index.ts';

/** A stack as seen from far away. */
export type Proxied = { readonly backend: Backend; readonly close: () => Promise<void> };

/** Puts a delay in front of both emulators, or nothing if there is none to add. */
export async function behindProxies(stack: Stack, rttMs: number): Promise<Proxied> {
  const { projectId, auth, firestore } = stack;
  if (rttMs === 0) {
    const { host, port } = firestore;
    return {
      backend: { projectId, auth: auth.url, firestore: { host, port } },
      close: () => Promise.resolve(),
    };
  }
  const [authProxy, firestoreProxy] = await Promise.all([
    startDelayProxy({ target: auth, rttMs }),
    startDelayProxy({ target: firestore, rttMs }),
  ]);
  return {
    backend: {
      projectId,
      auth: `http://${authProxy.host}:${authProxy.port}`,
      firestore: { host: firestoreProxy.host, port: firestoreProxy.port },
    },
    close: async () => {
      await Promise.all([authProxy.close(), firestoreProxy.close()]);
    },
  };
}
