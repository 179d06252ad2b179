import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Instant,
  NO_FIELD,
  SERVER_TIME,
  TransportError,
  type DocumentWrite,
  type WriteFields,
} from '../../web/sdk/src/transport/signal-transport.ts';
import { SITES, type Client, type Site } from './support/sites.ts';

const set = (path: string, data: WriteFields): DocumentWrite => ({ kind: 'set', path, data });
const create = (path: string, data: WriteFields): DocumentWrite => ({ kind: 'create', path, data });
const update = (path: string, data: WriteFields): DocumentWrite => ({ kind: 'update', path, data });
const remove = (path: string): DocumentWrite => ({ kind: 'delete', path });
const MINUTE_MS = 60_000;
const LONG = { timeout: 20_000 };

describe.each(SITES)('Commits › $name', ({ open }) => {
  let site: Site;
  let ada: Client;
  let ben: Client;
  beforeAll(async () => {
    site = await open();
    [ada, ben] = await Promise.all([site.client(), site.client()]);
  });
  afterAll(() => site.close());

  /** A collection that nobody else uses. */
  const fresh = (): string => `free/${crypto.randomUUID()}/items`;
  const inside = async (collection: string): Promise<Readonly<Record<string, unknown>>> =>
    Object.fromEntries((await ben.transport.read({ collection })).documents);
  const kindOf = (commit: Promise<void>): Promise<string> =>
    commit.then(
      () => 'done',
      (error: unknown) => (error instanceof TransportError ? error.kind : String(error)),
    );

  it('[TC1] applies all writes of a commit', async () => {
    const items = fresh();
    await ada.transport.commit([set(`${items}/a`, { n: 1 }), set(`${items}/b`, { n: 2 })]);
    expect(await inside(items)).toEqual({ a: { n: 1 }, b: { n: 2 } });
  });

  it('[TC1] applies none when one is refused, and says so', async () => {
    const items = fresh();
    await ada.transport.commit([set(`${items}/a`, { n: 1 })]);
    const writes = [
      set(`${items}/a`, { n: 2 }),
      set(`${items}/b`, { n: 2 }),
      set(`own/${ben.uid}/items/a`, { n: 2 }),
    ];
    expect(await kindOf(ada.transport.commit(writes))).toBe('denied');
    expect(await inside(items)).toEqual({ a: { n: 1 } });
  });

  it('[TC2] replaces a document by set, and changes the named fields of one by update', async () => {
    const items = fresh();
    await ada.transport.commit([set(`${items}/a`, { x: 1, deep: { y: 1, z: 1 } })]);
    await ada.transport.commit([update(`${items}/a`, { deep: { y: 2 } })]);
    expect(await inside(items)).toEqual({ a: { x: 1, deep: { y: 2 } } });
    await ada.transport.commit([set(`${items}/a`, { w: 3 })]);
    expect(await inside(items)).toEqual({ a: { w: 3 } });
    await ada.transport.commit([remove(`${items}/a`)]);
    expect(await inside(items)).toEqual({});
  });

  it('[TC3] refuses an update of what is not there, with everything that goes with it', async () => {
    const items = fresh();
    const writes = [set(`${items}/a`, { n: 1 }), update(`${items}/b`, { n: 1 })];
    expect(await kindOf(ada.transport.commit(writes))).toBe('denied');
    expect(await inside(items)).toEqual({});
  });

  it('[TC3] refuses to create what is there, with everything that goes with it', async () => {
    const items = fresh();
    await ada.transport.commit([create(`${items}/a`, { n: 1 })]);
    const writes = [set(`${items}/b`, { n: 2 }), create(`${items}/a`, { n: 2 })];
    expect(await kindOf(ada.transport.commit(writes))).toBe('denied');
    expect(await inside(items)).toEqual({ a: { n: 1 } });
  });

  it('[TC29] takes a field away in an update, and nothing else', async () => {
    const items = fresh();
    await ada.transport.commit([set(`${items}/a`, { n: 1, m: 2, at: SERVER_TIME })]);
    await ada.transport.commit([update(`${items}/a`, { n: NO_FIELD, k: 3 })]);
    await ada.transport.commit([update(`${items}/a`, { at: NO_FIELD, none: NO_FIELD })]);
    expect(await inside(items)).toEqual({ a: { m: 2, k: 3 } });
  });

  it('[TC4] deletes what is not there without a word', async () => {
    const items = fresh();
    await ada.transport.commit([remove(`${items}/a`), set(`${items}/b`, { n: 1 }), remove(`${items}/c`)]);
    await ada.transport.commit([remove(`${items}/b`)]);
    await ada.transport.commit([remove(`${items}/b`)]);
    expect(await inside(items)).toEqual({});
  });

  it('[TC5] puts the same server time wherever it is asked for, later with each commit', async () => {
    const items = fresh();
    const timeIn = async (): Promise<readonly number[]> => {
      const documents = (await inside(items)) as Record<string, { at: unknown; deep: { at: unknown } }>;
      return Object.values(documents)
        .flatMap(({ at, deep }) => [at, deep.at])
        .map((time) => (time as Instant).epochMs);
    };
    const data: WriteFields = { at: SERVER_TIME, deep: { at: SERVER_TIME } };
    await ada.transport.commit([set(`${items}/a`, data), set(`${items}/b`, data)]);
    const before = await timeIn();
    expect(new Set(before).size).toBe(1);
    await ben.transport.commit([update(`${items}/a`, data), update(`${items}/b`, data)]);
    const after = await timeIn();
    expect(new Set(after).size).toBe(1);
    expect(after[0]).toBeGreaterThanOrEqual(before[0]!);
    expect(Math.abs(after[0]! - ada.transport.serverNow())).toBeLessThan(MINUTE_MS);
  });

  it('[TC6] is seen by whoever reads after its acknowledgement', async () => {
    const items = fresh();
    for (let n = 1; n <= 5; n += 1) {
      await ada.transport.commit([set(`${items}/a`, { n })]);
      expect(await inside(items)).toEqual({ a: { n } });
    }
  });

  it('[TC7] warms up with an empty list', async () => {
    await ada.transport.commit([]);
  });

  it('[TC8] carries values out as they are', async () => {
    const items = fresh();
    const data = {
      text: 'æ 阿 🙂 \n "quoted" \u0000 end',
      empty: '',
      integer: Number.MAX_SAFE_INTEGER,
      negative: -5,
      fraction: 0.1,
      no: false,
      time: new Instant(Date.UTC(2031, 1, 3, 4, 5, 6, 789)),
      list: ['a', 1, true, { deep: 'x' }],
      none: [],
      map: { 'odd key.with/signs': { inner: 'y' }, empty: {} },
    };
    await ada.transport.commit([set(`${items}/a`, data)]);
    expect(await inside(items)).toEqual({ a: data });
  });

  it('[TC9] carries a join to sixteen, with descriptions as large as they may be', async () => {
    const items = fresh();
    const mail = Array.from({ length: 16 }, (_, n) =>
      set(`${items}/${n}`, { sdp: String(n).repeat(65_536).slice(0, 65_536), lines: 'c'.repeat(16_384) }),
    );
    await ada.transport.commit(mail);
    const found = (await inside(items)) as Record<string, { sdp: string }>;
    expect(Object.keys(found)).toHaveLength(16);
    expect(Object.values(found).every(({ sdp }) => sdp.length === 65_536)).toBe(true);
  });

  it('[TC10] applies commits that come at once one after another, whoever they come from', async () => {
    const items = fresh();
    const clients = await Promise.all([site.client(), site.client(), site.client()]);
    const commits = clients.flatMap(({ transport }, who) =>
      [1, 2, 3].map((n) => {
        const data: WriteFields = { by: `${who}.${n}`, at: SERVER_TIME };
        return transport.commit([set(`${items}/a`, data), set(`${items}/b`, data)]);
      }),
    );
    expect(await Promise.all(commits.map(kindOf))).toEqual(commits.map(() => 'done'));
    const { a, b } = await inside(items);
    expect(a).toEqual(b);
  });

  it('[TC11] sends the deletes of a page that goes away', async () => {
    const items = fresh();
    await ada.transport.commit([set(`${items}/a`, { n: 1 }), set(`${items}/b`, { n: 1 })]);
    const counts: number[] = [];
    const stop = ben.transport.watch(
      { collection: items },
      { next: ({ documents }) => counts.push(documents.size), error: () => undefined },
    );
    await expect.poll(() => counts.at(-1), LONG).toBe(2);
    ada.transport.commitAtUnload([remove(`${items}/a`), remove(`${items}/b`)]);
    await expect.poll(() => counts.at(-1), LONG).toBe(0);
    stop();
  });

  it('[TC12] reads a document or a collection once, for one read at least', async () => {
    const items = fresh();
    expect(await ada.transport.read({ collection: items })).toEqual({ documents: new Map(), reads: 1 });
    expect(await ada.transport.read({ document: `${items}/a` })).toEqual({ documents: new Map(), reads: 1 });
    await ada.transport.commit(['b', 'a', 'c'].map((id) => set(`${items}/${id}`, { id })));
    const { documents, reads } = await ada.transport.read({ collection: items });
    expect([...documents]).toEqual(['a', 'b', 'c'].map((id) => [id, { id }]));
    expect(reads).toBe(3);
    const one = await ada.transport.read({ document: `${items}/b` });
    expect(one).toEqual({ documents: new Map([['b', { id: 'b' }]]), reads: 1 });
  });

  it('[TC12] reads nothing that is forbidden', async () => {
    await expect(ada.transport.read({ collection: `own/${ben.uid}/items` })).rejects.toMatchObject({
      name: 'TransportError',
      kind: 'denied',
    });
  });
});
