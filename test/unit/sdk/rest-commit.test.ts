import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commitOverRest, type Credentials } from '../../../web/sdk/src/transport/firestore/rest-commit.ts';
import { toRest } from '../../../web/sdk/src/transport/firestore/rest-documents.ts';
import {
  Instant,
  SERVER_TIME,
  type DocumentWrite,
  type WriteFields,
  type WriteValue,
} from '../../../web/sdk/src/transport/signal-transport.ts';

const ROOT = 'projects/demo/databases/(default)/documents';
const TARGET = { origin: 'https://backend.example', projectId: 'demo', databaseId: '(default)' };

afterEach(() => void vi.unstubAllGlobals());

describe('A write over REST', () => {
  it('asks for what its kind means', () => {
    const update = { name: `${ROOT}/a/b`, fields: { n: { integerValue: '1' } } };
    const data = { n: 1 };
    expect(toRest(ROOT, { kind: 'set', path: 'a/b', data })).toEqual({ update });
    expect(toRest(ROOT, { kind: 'create', path: 'a/b', data })).toEqual({
      update,
      currentDocument: { exists: false },
    });
    expect(toRest(ROOT, { kind: 'update', path: 'a/b', data })).toEqual({
      update,
      updateMask: { fieldPaths: ['n'] },
      currentDocument: { exists: true },
    });
    expect(toRest(ROOT, { kind: 'delete', path: 'a/b' })).toEqual({ delete: `${ROOT}/a/b` });
  });

  it('has a type for every value', () => {
    const data = {
      s: 'x',
      b: true,
      i: -7,
      d: 0.5,
      big: 2 ** 60,
      at: new Instant(0),
      l: [1, ['a']],
      m: { k: 'v' },
    };
    expect(toRest(ROOT, { kind: 'set', path: 'a/b', data })).toMatchObject({
      update: {
        fields: {
          s: { stringValue: 'x' },
          b: { booleanValue: true },
          i: { integerValue: '-7' },
          d: { doubleValue: 0.5 },
          // Past 2 ** 53 a number of JavaScript no longer tells one integer from the next.
          big: { doubleValue: 2 ** 60 },
          at: { timestampValue: '1970-01-01T00:00:00.000Z' },
          l: {
            arrayValue: {
              values: [{ integerValue: '1' }, { arrayValue: { values: [{ stringValue: 'a' }] } }],
            },
          },
          m: { mapValue: { fields: { k: { stringValue: 'v' } } } },
        },
      },
    });
  });

  it('leaves the times of the server to it, at any depth, and out of the fields that it changes', () => {
    const data: WriteFields = { at: SERVER_TIME, 'odd.name`': { at: SERVER_TIME, n: 1 } };
    expect(toRest(ROOT, { kind: 'update', path: 'a/b', data })).toMatchObject({
      update: { fields: { 'odd.name`': { mapValue: { fields: { n: { integerValue: '1' } } } } } },
      updateMask: { fieldPaths: ['`odd.name\\``'] },
      updateTransforms: [
        { fieldPath: 'at', setToServerValue: 'REQUEST_TIME' },
        { fieldPath: '`odd.name\\``.at', setToServerValue: 'REQUEST_TIME' },
      ],
    });
  });

  it('has no time of the server in a list, where Firestore puts none', () => {
    const lists: WriteValue[] = [[SERVER_TIME], [{ at: SERVER_TIME }]];
    for (const list of lists)
      expect(() => toRest(ROOT, { kind: 'set', path: 'a/b', data: { list } })).toThrow(TypeError);
  });

  it('keeps every field', () => {
    const { fields } = fc.letrec<{ value: WriteValue; fields: WriteFields }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.integer({ min: -1e12, max: 4e12 }).map((epochMs) => new Instant(epochMs)),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('fields'),
      ),
      fields: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(fields, (data) => {
        const { update } = toRest(ROOT, { kind: 'set', path: 'a/b', data }) as { update: { fields: object } };
        expect(fromRest({ mapValue: update })).toEqual(data);
      }),
      { examples: [[Object.fromEntries([['__proto__', 1]])]] },
    );
  });
});

describe('A commit over REST', () => {
  it('is one request with all writes, which the preflight of the one before covers', async () => {
    const fetch = answering(200, {});
    await commit([
      { kind: 'delete', path: 'rooms/r/seats/0' },
      { kind: 'delete', path: 'rooms/r/beacons/p' },
    ]);
    expect(fetch).toHaveBeenCalledOnce();
    const [url, init] = fetch.mock.calls[0]!;
    expect(url).toBe('https://backend.example/v1/projects/demo/databases/(default)/documents:commit');
    expect(init).toMatchObject({ method: 'POST' });
    expect(init.keepalive).toBeUndefined();
    expect(init.headers).toEqual({ Authorization: 'Bearer token', 'Content-Type': 'text/plain' });
    expect(JSON.parse(init.body as string)).toEqual({
      writes: ['seats/0', 'beacons/p'].map((path) => ({ delete: `${ROOT}/rooms/r/${path}` })),
    });
  });

  it('is on its way when the call returns', () => {
    const fetch = answering(200, {});
    void commit([]);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('carries the App Check token where there is one, and outlives the page where it must', async () => {
    const fetch = answering(200, {});
    await commitOverRest(TARGET, { idToken: 'token', appCheckToken: 'app' }, [], { keepalive: true });
    expect(fetch.mock.calls[0]![1]).toMatchObject({
      keepalive: true,
      headers: { Authorization: 'Bearer token', 'X-Firebase-AppCheck': 'app' },
    });
  });

  it.each([
    [403, 'PERMISSION_DENIED', 'denied'],
    [404, 'NOT_FOUND', 'denied'],
    [409, 'ALREADY_EXISTS', 'denied'],
    [409, 'ABORTED', 'unavailable'],
    [429, 'RESOURCE_EXHAUSTED', 'rate-limited'],
    [401, 'UNAUTHENTICATED', 'unauthenticated'],
    [503, 'UNAVAILABLE', 'unavailable'],
    [504, 'DEADLINE_EXCEEDED', 'unavailable'],
    [499, 'CANCELLED', 'unavailable'],
    [400, 'INVALID_ARGUMENT', 'other'],
    [500, 'INTERNAL', 'other'],
  ])('that is answered %i %s fails as %s', async (code, status, kind) => {
    answering(code, { error: { code, status, message: 'why' } });
    await expect(commit([])).rejects.toMatchObject({ name: 'TransportError', kind, message: 'why' });
  });

  it.each([
    [502, 'unavailable'],
    [429, 'rate-limited'],
    [400, 'other'],
  ])('that is answered %i by something that is not Firestore fails as %s', async (code, kind) => {
    answering(code, undefined);
    await expect(commit([])).rejects.toMatchObject({ kind, message: `HTTP status ${String(code)}` });
  });

  it('that gets no answer fails as unavailable: applied or not, nobody knows', async () => {
    const cause = new TypeError('Failed to fetch');
    vi.stubGlobal('fetch', () => Promise.reject(cause));
    await expect(commit([])).rejects.toMatchObject({ kind: 'unavailable', cause });
  });

  it('is given up after 15 seconds', async () => {
    const fetch = answering(200, {});
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    await commit([]);
    expect(timeout).toHaveBeenCalledWith(15_000);
    expect(fetch.mock.calls[0]![1].signal).toBe(timeout.mock.results[0]!.value);
  });
});

const CREDENTIALS: Credentials = { idToken: 'token' };

function commit(writes: readonly DocumentWrite[]): Promise<void> {
  return commitOverRest(TARGET, CREDENTIALS, writes);
}

function answering(status: number, body: unknown) {
  const fetch = vi.fn((_url: string, _init: RequestInit) =>
    Promise.resolve(new Response(body === undefined ? '<html>' : JSON.stringify(body), { status })),
  );
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

type RestJson = Partial<Record<'stringValue' | 'booleanValue' | 'doubleValue' | 'integerValue', unknown>> & {
  readonly timestampValue?: string;
  readonly arrayValue?: { readonly values: readonly RestJson[] };
  readonly mapValue?: { readonly fields: object };
};

function fromRest(value: RestJson): unknown {
  if (value.mapValue !== undefined)
    return Object.fromEntries(
      Object.entries(value.mapValue.fields).map(([name, inner]) => [name, fromRest(inner as RestJson)]),
    );
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(fromRest);
  if (value.timestampValue !== undefined) return new Instant(Date.parse(value.timestampValue));
  if (value.integerValue !== undefined) return Number(value.integerValue);
  return value.stringValue ?? value.booleanValue ?? value.doubleValue;
}
