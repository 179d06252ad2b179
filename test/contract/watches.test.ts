import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isInstant,
  SERVER_TIME,
  type DocumentWrite,
  type WatchTarget,
  type WriteFields,
} from '../../web/sdk/src/transport/signal-transport.ts';
import { SITES, type Client, type Site } from './support/sites.ts';
import { Watching } from './support/watching.ts';

const set = (path: string, data: WriteFields): DocumentWrite => ({ kind: 'set', path, data });
const remove = (path: string): DocumentWrite => ({ kind: 'delete', path });

describe.each(SITES)('Watches › $name', ({ name, open }) => {
  let site: Site;
  let ada: Client;
  let ben: Client;
  beforeAll(async () => {
    site = await open();
    [ada, ben] = await Promise.all([site.client(), site.client()]);
  });
  afterAll(() => site.close());

  const fresh = (): string => `free/${crypto.randomUUID()}/items`;
  const put = (path: string, n: number): Promise<void> => ada.transport.commit([set(path, { n })]);
  const watching = (client: Client, target: WatchTarget): Watching => new Watching(client.transport, target);
  /** Waits until a state that is asked for now has come, and with it everything before it. */
  const seen = async (watch: Watching, path: string, n: number): Promise<void> => {
    const id = path.slice(path.lastIndexOf('/') + 1);
    await put(path, n);
    await watch.until(() => (watch.state?.[id] as { n: number } | undefined)?.n === n);
  };

  it('[TC13] answers first with all that is there, also if that is nothing', async () => {
    const items = fresh();
    const empty = watching(ben, { collection: items });
    const none = watching(ben, { document: `${items}/a` });
    await Promise.all([empty.answered(), none.answered()]);
    expect([empty.snapshots[0], none.snapshots[0]]).toEqual(
      Array(2).fill({ documents: new Map(), reads: 1 }),
    );
    await Promise.all(['a', 'b', 'c'].map((id, n) => put(`${items}/${id}`, n)));
    const cleo = await site.client();
    const full = watching(cleo, { collection: items });
    const one = watching(cleo, { document: `${items}/b` });
    await Promise.all([full.answered(), one.answered()]);
    expect(Object.keys(full.state!)).toEqual(['a', 'b', 'c']);
    expect(one.state).toEqual({ b: { n: 1 } });
    for (const watch of [empty, none, full, one]) watch.stop();
  });

  it('[TC14] shows documents in the order of their ids, whatever came first', async () => {
    const items = fresh();
    const watch = watching(ben, { collection: items });
    await watch.answered();
    for (const id of ['b', '10', 'a', '9', 'B', '~', '_']) await put(`${items}/${id}`, 1);
    await watch.until(() => watch.snapshots.at(-1)?.documents.size === 7);
    expect([...watch.snapshots.at(-1)!.documents.keys()]).toEqual(['10', '9', 'B', '_', 'a', 'b', '~']);
    watch.stop();
  });

  it('[TC15] may skip states, and never goes back; the last one comes', async () => {
    const items = fresh();
    const watch = watching(ben, { collection: items });
    await watch.answered();
    const commits: Promise<void>[] = [];
    for (let n = 1; n <= 30; n += 1) {
      const commit = ada.transport.commit([set(`${items}/a`, { n }), set(`${items}/b`, { n })]);
      commits.push(commit);
      // Some of them in a row, some of them at once.
      if (n % 3 === 0) await commit;
      else if (n % 3 === 1) await Promise.all(commits);
    }
    await Promise.all(commits);
    await seen(watch, `${items}/end`, 1);
    const states = watch.snapshots.map(({ documents }) => Object.fromEntries(documents));
    // What one commit wrote is shown together.
    for (const { a, b } of states) expect(a).toEqual(b);
    const inOrder = states.flatMap(({ a }) => (a === undefined ? [] : [(a as { n: number }).n]));
    const final = Object.fromEntries((await ada.transport.read({ collection: items })).documents);
    expect(watch.state).toEqual(final);
    // Commits that were at once have no order but that of the server.
    const awaited = inOrder.filter((n) => n % 3 === 0);
    expect(awaited).toEqual([...awaited].sort((one, other) => one - other));
    watch.stop();
  });

  it('[TC30] reads and watches as many documents as asked for, the first by id', async () => {
    const items = fresh();
    await ada.transport.commit(['c', 'b', 'd'].map((id) => set(`${items}/${id}`, { n: 1 })));
    const target = { collection: items, limit: 2 };
    const read = await ada.transport.read(target);
    expect([...read.documents.keys()]).toEqual(['b', 'c']);
    expect(read.reads).toBe(2);
    const watch = watching(ben, target);
    await watch.answered();
    await ada.transport.commit([set(`${items}/a`, { n: 2 })]);
    await watch.until(() => watch.state?.['a'] !== undefined);
    expect(Object.keys(watch.state!)).toEqual(['a', 'b']);
    watch.stop();
  });

  it('[TC16] shows what the client itself writes as the server has it, and nothing that was refused', async () => {
    const items = fresh();
    const watch = watching(ada, { collection: items });
    await watch.answered();
    await ada.transport.commit([set(`${items}/a`, { n: 1, at: SERVER_TIME })]);
    const refused = [set(`${items}/no`, { n: 1 }), set(`own/${ben.uid}/items/no`, { n: 1 })];
    await expect(ada.transport.commit(refused)).rejects.toMatchObject({ kind: 'denied' });
    await seen(watch, `${items}/end`, 1);
    for (const { documents } of watch.snapshots) {
      expect(documents.has('no')).toBe(false);
      const a = documents.get('a') as { at: unknown } | undefined;
      if (a !== undefined) expect(isInstant(a.at)).toBe(true);
    }
    watch.stop();
  });

  it('[TC17] ends a watch that is forbidden from the beginning, with one error and no state', async () => {
    for (const target of [
      { collection: `own/${ben.uid}/items` },
      { document: `own/${ben.uid}/items/a` },
      { collection: `clubs/${crypto.randomUUID()}/news` },
    ]) {
      const watch = watching(ada, target);
      await watch.answered();
      expect(watch.snapshots).toEqual([]);
      expect(watch.errors.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['TransportError denied']);
      watch.stop();
    }
  });

  it('[TC18] ends a watch whose permission has gone with the next change, which it does not show', async () => {
    const club = `clubs/${crypto.randomUUID()}`;
    await ada.transport.commit([set(`${club}/members/${ben.uid}`, {}), set(`${club}/news/a`, { n: 1 })]);
    const watch = watching(ben, { collection: `${club}/news` });
    await watch.answered();
    expect(watch.state).toEqual({ a: { n: 1 } });
    await ada.transport.commit([remove(`${club}/members/${ben.uid}`)]);
    await put(`${club}/news/b`, 2);
    await watch.until(() => watch.errors.length > 0 || watch.state?.['b'] !== undefined);
    // hidane asks the rules when a watch begins, and never again.
    const isAsked = !name.includes('hidane');
    expect(watch.errors.map(({ kind }) => kind)).toEqual(isAsked ? ['denied'] : []);
    expect(watch.snapshots.some(({ documents }) => documents.has('b'))).toBe(!isAsked);
    watch.stop();
  });

  it('[TC19] shows a document come, change and go', async () => {
    const path = `${fresh()}/a`;
    const watch = watching(ben, { document: path });
    await watch.answered();
    await seen(watch, path, 1);
    await seen(watch, path, 2);
    await ada.transport.commit([remove(path)]);
    await watch.until(() => watch.snapshots.at(-1)?.documents.size === 0);
    watch.stop();
  });

  it('[TC20] tells nothing more once it is stopped, also in the middle of being told', async () => {
    const items = fresh();
    const stopped = watching(ben, { collection: items });
    await stopped.answered();
    let stopItself: () => void = () => undefined;
    const atOnce = new Watching(ben.transport, { collection: items }, () => stopItself());
    stopItself = () => atOnce.stop();
    const witness = watching(ben, { collection: items });
    await Promise.all([atOnce.answered(), witness.answered()]);
    const before = stopped.snapshots.length;
    stopped.stop();
    stopped.stop();
    await seen(witness, `${items}/a`, 1);
    await seen(witness, `${items}/a`, 2);
    expect(stopped.snapshots).toHaveLength(before);
    expect(atOnce.snapshots).toHaveLength(1);
    witness.stop();
  });

  it('[TC21] counts reads as they are billed: what is there at first, one at least, and then each change', async () => {
    const items = fresh();
    await Promise.all(['a', 'b', 'c'].map((id) => put(`${items}/${id}`, 0)));
    const watch = watching(ben, { collection: items });
    await watch.answered();
    expect(watch.reads).toBe(3);
    await seen(watch, `${items}/a`, 1);
    expect(watch.reads).toBe(4);
    await seen(watch, `${items}/d`, 1);
    expect(watch.reads).toBe(5);
    await ada.transport.commit([remove(`${items}/b`)]);
    await watch.until(() => watch.state?.['b'] === undefined);
    expect(watch.reads).toBe(5);
    await ada.transport.commit([set(`${items}/a`, { n: 5 }), set(`${items}/c`, { n: 5 })]);
    await watch.until(() => (watch.state?.['c'] as { n: number }).n === 5);
    expect(watch.reads).toBe(7);
    watch.stop();
  });

  it('[TC21] counts the first answer of every watch, and one for each change of a document', async () => {
    const path = `${fresh()}/a`;
    const first = watching(ben, { document: path });
    await first.answered();
    await seen(first, path, 1);
    await seen(first, path, 2);
    expect(first.reads).toBe(3);
    await ada.transport.commit([remove(path)]);
    await first.until(() => first.snapshots.at(-1)?.documents.size === 0);
    expect(first.reads).toBe(3);
    first.stop();
    await put(path, 3);
    const again = watching(ben, { document: path });
    await again.answered();
    expect(again.reads).toBe(1);
    again.stop();
  });

  it('[TC22] shows what lies in a collection, and nothing above, below or beside it', async () => {
    const items = fresh();
    const watch = watching(ben, { collection: items });
    await watch.answered();
    await put(`${items}/a/deeper/x`, 1);
    await put(`${items}x/b`, 1);
    await put(items.replace(/\/items$/, ''), 1);
    await seen(watch, `${items}/a`, 1);
    expect(watch.state).toEqual({ a: { n: 1 } });
    watch.stop();
  });

  it('[TC23] begins a second watch of the same target with what the first one has seen', async () => {
    const items = fresh();
    await put(`${items}/a`, 1);
    const [one, other] = [watching(ben, { collection: items }), watching(ben, { collection: items })];
    await Promise.all([one.answered(), other.answered()]);
    expect([one.state, other.state]).toEqual(Array(2).fill({ a: { n: 1 } }));
    one.stop();
    await seen(other, `${items}/b`, 1);
    expect(one.state).toEqual({ a: { n: 1 } });
    // Acknowledged, but perhaps not seen yet.
    await put(`${items}/c`, 1);
    const has = Object.keys(other.state!);
    const late = watching(ben, { collection: items });
    await late.answered();
    expect(Object.keys(Object.fromEntries(late.snapshots[0]!.documents))).toEqual(
      expect.arrayContaining(has),
    );
    await seen(late, `${items}/d`, 1);
    expect(Object.keys(late.state!)).toEqual(['a', 'b', 'c', 'd']);
    for (const watch of [other, late]) watch.stop();
  });
});
