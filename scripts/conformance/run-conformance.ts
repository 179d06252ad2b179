import { admissionsPath, beaconsPath, mailboxPath, seatsPath } from '@firesignal/protocol';
import type { Backend } from '../browser/harness/contract.ts';
import { openStage, type Stage } from '../browser/stage.ts';
import { RequestStream } from '../demo/request-stream.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { setUp } from '../setup/set-up.mjs';
import { startStack, type Stack } from '../stack/index.ts';
import { tapChannels } from './channel-tap.ts';
import { clientVariables } from './client-environment.ts';
import { ForeignClient } from './foreign-client.ts';
import { Overseer } from './overseer.ts';
import type { Row } from './rows.ts';
import { Session } from './session.ts';

/** The minimal client of the tests, as a process of its own. */
export const OWN_CLIENT = 'node --import tsx test/support/minimal-client/run.ts';
/** After its farewell, a client has nothing more to do. */
const END_LIMIT_MS = 10_000;
/** All steps in vain together take less. */
const SESSION_LIMIT_MS = 300_000;
/** Without what takes minutes to see. */
const QUICK_LIMIT_MS = 120_000;

export type ConformanceOptions = {
  readonly command: string;
  readonly isQuick: boolean;
  readonly say: (line: string) => void;
};

/** Where a session takes place. */
export type Place = {
  readonly stack: Pick<Stack, 'projectId' | 'auth' | 'firestore'>;
  readonly stage: Stage;
  /** Of the official emulator only. */
  readonly requests: RequestStream | null;
};

/** Starts emulators and a browser, and lets a client visit a room in which a full client waits. */
export async function runConformance(
  options: ConformanceOptions & { readonly emulator?: EmulatorKind },
): Promise<readonly Row[]> {
  const { say, emulator } = options;
  const { chromium } = await setUp({ parts: ['browser'], sayWork: say });
  if (chromium === undefined) throw new Error('The set-up found no browser.');
  const closing: (() => Promise<void>)[] = [];
  try {
    const stack = await startStack({ ...(emulator !== undefined && { emulator }), onProgress: say });
    closing.push(() => stack.stop());
    const stage = await openStage({ chromium });
    closing.push(() => stage.close());
    const requests = await openRequests(stack);
    closing.push(() => Promise.resolve(requests?.close()));
    return await visitBy({ stack, stage, requests }, options);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** One visit of the client under test, in a room of its own. */
export async function visitBy(
  { stack, stage, requests }: Place,
  { command, isQuick, say }: ConformanceOptions,
): Promise<readonly Row[]> {
  const { projectId, auth, firestore } = stack;
  const backend: Backend = {
    projectId,
    auth: auth.url,
    firestore: { host: firestore.host, port: firestore.port },
  };
  const overseer = new Overseer(backend);
  const full = await openFull(stage, backend);
  const idToken = await anonymousToken(auth.url);
  let client: ForeignClient | undefined;
  try {
    const { roomId, peerId } = full;
    await Promise.all(
      [seatsPath(roomId), beaconsPath(roomId), admissionsPath(roomId), mailboxPath(roomId, peerId)].map(
        (path) => overseer.watch(path),
      ),
    );
    say(`The client: ${command}`);
    client = new ForeignClient(
      command,
      clientVariables({ projectId, firestore, auth, roomId, idToken }),
      say,
    );
    const started = client;
    const session = new Session({
      ...{ backend, full, overseer, requests, isQuick, say },
      openPage: (name) => stage.openHarness(name),
      database: { firestore: firestore.url, projectId },
      tellToLeave: () => started.tellToLeave(),
      ended: started.ended,
    });
    return await withinLimit(session, isQuick ? QUICK_LIMIT_MS : SESSION_LIMIT_MS);
  } finally {
    const byItself = await client?.end(END_LIMIT_MS);
    if (byItself === false) say('The client did not end by itself after its standard input had been closed.');
    await overseer.close();
    await full.page.close();
  }
}

async function openFull(stage: Stage, backend: Backend) {
  const page = await stage.openHarness('Ada');
  await tapChannels(page);
  await page.driver.connect(backend);
  const roomId = await page.driver.createRoom({ capacity: 16 });
  const { peerId } = await page.driver.openRoom({ room: roomId, name: 'Ada', media: 'none' });
  await page.driver.join();
  return { page, roomId, peerId };
}

/** What the emulator of a place evaluates, if it tells. To be opened before the first visit. */
export function openRequests({ emulator, requestsUrl }: Stack): Promise<RequestStream | null> {
  return emulator === 'official' && requestsUrl !== undefined
    ? RequestStream.open(requestsUrl)
    : Promise.resolve(null);
}

/** Of a user that the Auth emulator makes. */
async function anonymousToken(authUrl: string): Promise<string> {
  const response = await fetch(`${authUrl}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ returnSecureToken: true }),
  });
  if (!response.ok) throw new Error(`The Auth emulator answered ${response.status} to a new user.`);
  return ((await response.json()) as { readonly idToken: string }).idToken;
}

async function withinLimit(session: Session, limitMs: number): Promise<readonly Row[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const fail = (): void => {
      reject(
        new Error(
          `The visit took longer than ${limitMs / 1_000} s, and waits for: ${session.waits.description}.`,
        ),
      );
    };
    timer = setTimeout(fail, limitMs);
  });
  return Promise.race([session.run(), late]).finally(() => clearTimeout(timer));
}
