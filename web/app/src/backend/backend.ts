import { initializeApp } from 'firebase/app';
import { SignalingClient, firestoreTransport } from 'firesignal';
import { loadConfiguration, type Configuration } from './configuration.ts';
import { Departures } from './departures.ts';

/** What the pages need of the world outside. */
export type Backend = {
  readonly client: SignalingClient;
  readonly departures: Departures;
};

/** Lets browsers behind ordinary home routers find each other. Calls between strict networks need a TURN server as well. */
const STUN: RTCIceServer = { urls: 'stun:stun.l.google.com:19302' };

/** @throws {ConfigurationError} */
export async function connectBackend(): Promise<Backend> {
  const configuration = await loadConfiguration();
  return { client: new SignalingClient(clientOptions(configuration)), departures: new Departures() };
}

function clientOptions({ firebase, emulators }: Configuration) {
  const app = initializeApp(firebase);
  if (emulators === undefined) return { transport: firestoreTransport({ app }), iceServers: [STUN] };
  // On one machine addresses are known already, and there may be no network to ask.
  return { transport: firestoreTransport({ app, emulators }), iceServers: [] };
}
