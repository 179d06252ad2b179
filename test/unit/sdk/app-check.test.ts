import { deleteApp, initializeApp, type FirebaseApp } from 'firebase/app';
import { CustomProvider, initializeAppCheck } from 'firebase/app-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GivenTokens, NO_TOKENS, OwnTokens } from '../../../web/sdk/src/transport/firestore/app-check.ts';

const HOUR_MS = 3_600_000;
/** Not a real one: the library reads the times in it, and nobody here verifies it. */
const tokenFrom = (n: number): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  return `${part({ alg: 'none' })}.${part({ n, iat: now, exp: now + 3_600 })}.x`;
};

describe('App Check', () => {
  let app: FirebaseApp;
  let asked = 0;
  const provider = (getToken: () => Promise<string>): CustomProvider =>
    new CustomProvider({
      getToken: async () => {
        asked += 1;
        return { token: await getToken(), expireTimeMillis: Date.now() + HOUR_MS };
      },
    });

  beforeEach(() => {
    asked = 0;
    app = initializeApp({ projectId: 'demo', apiKey: 'demo', appId: 'demo' }, crypto.randomUUID());
  });
  afterEach(() => deleteApp(app));

  it('[AK1] is set up for the app, and its token is kept for the next requests', async () => {
    const token = tokenFrom(1);
    const tokens = new OwnTokens(app, { provider: provider(() => Promise.resolve(token)) });
    await tokens.ready();
    expect(tokens.latest).toBeUndefined();
    expect(await tokens.fresh()).toBe(token);
    expect(await tokens.fresh()).toBe(token);
    expect(tokens.latest).toBe(token);
    expect(asked).toBe(1);
  });

  it('[AK2] says what to do where the app has it with another provider', async () => {
    const first = provider(() => Promise.resolve(tokenFrom(1)));
    initializeAppCheck(app, { provider: first });
    const other = new CustomProvider({ getToken: () => Promise.reject(new Error('not asked')) });
    const tokens = new OwnTokens(app, { provider: other });
    await expect(tokens.ready()).rejects.toMatchObject({
      code: 'signaling/invalid-argument',
      message: expect.stringContaining('appCheckToken') as string,
    });
    expect(await tokens.fresh()).toBeUndefined();
  });

  it('[AK3] goes on without a token when there is none to be had', async () => {
    const given = new GivenTokens(() => Promise.reject(new Error('throttled for a day')));
    expect(await given.fresh()).toBeUndefined();
    expect(given.latest).toBeUndefined();
    expect(await NO_TOKENS.fresh()).toBeUndefined();
  });

  it('[AK3] forgets a token that could not be replaced', async () => {
    const answers = [Promise.resolve('a'), Promise.reject(new Error('throttled'))];
    const given = new GivenTokens(() => answers.shift()!);
    await given.fresh();
    expect(given.latest).toBe('a');
    await given.fresh();
    expect(given.latest).toBeUndefined();
  });
});
