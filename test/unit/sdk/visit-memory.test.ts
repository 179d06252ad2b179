import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recallVisit, rememberVisit } from '../../../web/sdk/src/room/visit-memory.ts';

const ROOM = '0'.repeat(32);
const PEER = `ada~${'e'.repeat(16)}`;

/** The locks of a browser: held until the callback's promise settles, or the tab is gone. */
function fakeLocks() {
  const held = new Set<string>();
  return {
    held,
    request: async (name: string, callback: () => Promise<unknown>) => {
      held.add(name);
      await callback();
      held.delete(name);
    },
    query: () => Promise.resolve({ held: [...held].map((name) => ({ name })) }),
  };
}

let storage: Map<string, string>;
let locks: ReturnType<typeof fakeLocks>;

beforeEach(() => {
  storage = new Map();
  locks = fakeLocks();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
    removeItem: (key: string) => storage.delete(key),
  });
  vi.stubGlobal('navigator', { locks });
});
afterEach(() => vi.unstubAllGlobals());

describe('visit memory', () => {
  it('recalls a visit whose tab has crashed', async () => {
    rememberVisit(ROOM, PEER);
    locks.held.clear();
    expect(await recallVisit(ROOM)).toBe(PEER);
  });

  it('does not recall the living visit of the tab that this one was duplicated from', async () => {
    rememberVisit(ROOM, PEER);
    expect(await recallVisit(ROOM)).toBeUndefined();
  });

  it('forgets a visit that has been ended, and lets go of its lock', async () => {
    rememberVisit(ROOM, PEER).forget();
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
    expect(await recallVisit(ROOM)).toBeUndefined();
  });

  it('recalls a visit that is over, as long as something of it may still be there', async () => {
    rememberVisit(ROOM, PEER).letGo();
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
    expect(await recallVisit(ROOM)).toBe(PEER);
  });

  it('does not forget the next visit with the last', async () => {
    const { forget } = rememberVisit(ROOM, PEER);
    const next = PEER.replaceAll('e', 'f');
    rememberVisit(ROOM, next);
    forget();
    locks.held.clear();
    expect(await recallVisit(ROOM)).toBe(next);
  });

  it('takes nothing from storage that is no peer id, and goes without where there is none', async () => {
    storage.set(`firesignal:${ROOM}`, 'ada');
    expect(await recallVisit(ROOM)).toBeUndefined();
    vi.stubGlobal('sessionStorage', undefined);
    vi.stubGlobal('navigator', undefined);
    rememberVisit(ROOM, PEER).forget();
    expect(await recallVisit(ROOM)).toBeUndefined();
  });
});
