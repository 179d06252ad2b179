import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SITES, type Site } from './support/sites.ts';
import { Watching } from './support/watching.ts';

describe.each(SITES)('Connections › $name', ({ open }) => {
  let site: Site;
  beforeAll(async () => {
    site = await open();
  });
  afterAll(() => site.close());

  it('[TC24] is the same user however often it signs in, and another one for each client', async () => {
    const [ada, ben] = await Promise.all([site.client(), site.client()]);
    expect((await ada.transport.signIn()).uid).toBe(ada.uid);
    expect(ben.uid).not.toBe(ada.uid);
  });

  it('[TC25] tells at once whether the backend can be reached, and nothing once it is not asked any more', async () => {
    const { transport } = await site.client();
    const told: boolean[] = [];
    const listener = (reachable: boolean): void => void told.push(reachable);
    const [stop, other] = [transport.onReachable(listener), transport.onReachable(listener)];
    expect(told).toEqual([true, true]);
    stop();
    stop();
    other();
    await transport.commit([]);
    expect(told).toEqual([true, true]);
  });

  it('[TC26] ends all watches when it is closed, as often as it likes', async () => {
    const [ada, ben] = await Promise.all([site.client(), site.client()]);
    const collection = `free/${crypto.randomUUID()}/items`;
    const told: boolean[] = [];
    ben.transport.onReachable((reachable) => told.push(reachable));
    const closed = new Watching(ben.transport, { collection });
    const witness = new Watching(ada.transport, { collection });
    await Promise.all([closed.answered(), witness.answered()]);
    await ben.transport.close();
    await ben.transport.close();
    const before = closed.snapshots.length;
    await ada.transport.commit([{ kind: 'set', path: `${collection}/a`, data: { n: 1 } }]);
    await witness.until(() => witness.state?.['a'] !== undefined);
    expect(closed.snapshots).toHaveLength(before);
    expect(closed.errors).toEqual([]);
    expect(told).toEqual([true]);
    witness.stop();
  });

  it('[TC27] carries out a commit that was on its way when it was closed', async () => {
    const [ada, ben] = await Promise.all([site.client(), site.client()]);
    const path = `free/${crypto.randomUUID()}`;
    const committing = ada.transport.commit([{ kind: 'set', path, data: { n: 1 } }]);
    await ada.transport.close();
    await committing;
    expect((await ben.transport.read({ document: path })).documents.size).toBe(1);
  });
});
