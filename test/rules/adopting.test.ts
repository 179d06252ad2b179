import { deleteApp, initializeApp, type FirebaseApp } from 'firebase/app';
import {
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  EmailAuthProvider,
  getAuth,
  linkWithCredential,
  signInAnonymously,
  signOut,
  updateCurrentUser,
} from 'firebase/auth';
import {
  doc,
  getDocFromServer,
  getFirestore,
  initializeFirestore,
  memoryEagerGarbageCollector,
  memoryLocalCache,
} from 'firebase/firestore';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SignalingClient } from '../../web/sdk/src/client.ts';
import { firestoreTransport } from '../../web/sdk/src/transport/firestore.ts';
import { FakeNetwork } from '../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../support/fake-sdp.ts';
import { stackFromEnvironment } from '../support/stack-environment.ts';
import { RULES, openProject } from './support/environment.ts';

vi.stubGlobal('MediaStream', FakeMediaStream);
const { auth, firestore } = stackFromEnvironment();
const emulators = { auth: auth.url, firestore: { host: firestore.host, port: firestore.port } };
const environment = await openProject(RULES);
afterAll(() => environment.cleanup());

function openApp(name: string): FirebaseApp {
  const app = initializeApp(
    { apiKey: 'any', projectId: environment.projectId },
    `${name}-${crypto.randomUUID()}`,
  );
  connectAuthEmulator(getAuth(app), auth.url, { disableWarnings: true });
  onTestFinished(() => deleteApp(app));
  return app;
}

function connect(app: FirebaseApp) {
  const transport = firestoreTransport({ app, emulators });
  onTestFinished(() => transport.close());
  return {
    transport,
    client: new SignalingClient({ transport, createPeerConnection: new FakeNetwork().create }),
  };
}

/** An account as people have it, in the way of the application. */
const email = (): string => `${crypto.randomUUID()}@example.org`;

describe('adopting › sign-in', () => {
  it('[PL12] is that of the application, where somebody is signed in', async () => {
    const app = openApp('app');
    const { user } = await createUserWithEmailAndPassword(getAuth(app), email(), 'password');
    const { transport, client } = connect(app);
    expect(await transport.signIn()).toEqual({ uid: user.uid });
    await client.createRoom();
  });

  it('[PL12] passes to a second app, with the same uid', async () => {
    const [app, second] = [openApp('app'), openApp('signaling')];
    const { user } = await createUserWithEmailAndPassword(getAuth(app), email(), 'password');
    await updateCurrentUser(getAuth(second), user);
    const { transport, client } = connect(second);
    expect(await transport.signIn()).toEqual({ uid: user.uid });
    await client.createRoom();
  });

  it('[PL12] may be made an account while in a room: the uid and the visit stay', async () => {
    const app = openApp('app');
    await signInAnonymously(getAuth(app));
    const { transport, client } = connect(app);
    const { uid } = await transport.signIn();
    const roomId = await client.createRoom();
    const room = await client.openRoom(roomId);
    await room.join();
    const account = EmailAuthProvider.credential(email(), 'password');
    const { user } = await linkWithCredential(getAuth(app).currentUser!, account);
    expect(user.uid).toBe(uid);
    await room.leave();
    await client.endRoom(roomId);
  });

  it('[PL12] of somebody else needs a new transport', async () => {
    const app = openApp('app');
    const before = await connect(app).transport.signIn();
    await signOut(getAuth(app));
    await createUserWithEmailAndPassword(getAuth(app), email(), 'password');
    const { transport, client } = connect(app);
    expect(await transport.signIn()).not.toEqual(before);
    await client.createRoom();
  });
});

describe('adopting › the Firestore of the application', () => {
  it('[PL13] is used with its own settings, if it was opened first', async () => {
    const app = openApp('app');
    const localCache = memoryLocalCache({ garbageCollector: memoryEagerGarbageCollector() });
    const database = initializeFirestore(app, { localCache });
    const { transport, client } = connect(app);
    expect(getFirestore(app)).toBe(database);
    const path = `rooms/${await client.createRoom()}`;
    expect((await transport.read({ document: path })).documents.size).toBe(1);
    expect((await getDocFromServer(doc(database, path))).exists()).toBe(true);
  });

  it('[PL13] of another database is another one, with the memory cache', () => {
    const app = openApp('app');
    const own = initializeFirestore(app, {}, 'theirs');
    const transport = firestoreTransport({ app, emulators, databaseId: 'signaling' });
    onTestFinished(() => transport.close());
    expect(initializeFirestore(app, {}, 'theirs')).toBe(own);
    expect(() => initializeFirestore(app, {}, 'signaling')).toThrow(/already been called/);
  });
});
