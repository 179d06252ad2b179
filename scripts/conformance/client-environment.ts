import { isRoomId } from '@firesignal/protocol';

/** What a client under test has to know. */
export type ClientEnvironment = {
  readonly projectId: string;
  readonly firestore: { readonly host: string; readonly port: number };
  readonly auth: { readonly host: string; readonly port: number };
  readonly roomId: string;
  /** Of an anonymous user, for clients that speak to Firestore without an SDK. */
  readonly idToken: string;
};

/** The variables that a client under test finds. Firebase's own names are for SDKs that look for them by themselves. */
export function clientVariables(environment: ClientEnvironment): Readonly<Record<string, string>> {
  const { projectId, firestore, auth, roomId, idToken } = environment;
  const [firestoreHost, authHost] = [firestore, auth].map(({ host, port }) => `${host}:${port}`);
  return {
    FIRESIGNAL_PROJECT: projectId,
    FIRESIGNAL_FIRESTORE_HOST: firestoreHost ?? '',
    FIRESIGNAL_AUTH_HOST: authHost ?? '',
    FIRESIGNAL_ROOM: roomId,
    FIRESIGNAL_ID_TOKEN: idToken,
    FIRESTORE_EMULATOR_HOST: firestoreHost ?? '',
    FIREBASE_AUTH_EMULATOR_HOST: authHost ?? '',
  };
}

const PROJECT = /^[a-z][a-z0-9-]{4,29}$/;
const ADDRESS = /^([A-Za-z0-9.-]{1,253}):(\d{1,5})$/;
const ID_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Reads them on the other side.
 * @throws when one is missing or has the wrong shape; the message names it and does not quote it
 */
export function readClientVariables(
  variables: Readonly<Record<string, string | undefined>>,
): ClientEnvironment {
  const read = (name: string, isRight: (text: string) => boolean): string => {
    const text = variables[name] ?? '';
    if (!isRight(text)) throw new Error(`${name} is missing, or not what docs/conformance.md says.`);
    return text;
  };
  const address = (name: string): { readonly host: string; readonly port: number } => {
    const [, host = '', port = ''] = ADDRESS.exec(read(name, (text) => ADDRESS.test(text))) ?? [];
    return { host, port: Number(port) };
  };
  return {
    projectId: read('FIRESIGNAL_PROJECT', (text) => PROJECT.test(text)),
    firestore: address('FIRESIGNAL_FIRESTORE_HOST'),
    auth: address('FIRESIGNAL_AUTH_HOST'),
    roomId: read('FIRESIGNAL_ROOM', isRoomId),
    idToken: read('FIRESIGNAL_ID_TOKEN', (text) => ID_TOKEN.test(text)),
  };
}
