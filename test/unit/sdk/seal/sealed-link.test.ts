import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseRoomLink, roomLink } from '../../../../web/sdk/src/room-link.ts';
import { newLinkKey } from '../../../../web/sdk/src/seal/keys.ts';
import { TakenLinks } from '../../../../web/app/src/routing/take-room-link.ts';
import { ROOM_ID } from '../../../support/factories.ts';

const BASE = 'https://meet.example';
const INVITE = 'AAAABBBBCCCCDDDDEEEEFF';

describe('the link of a sealed room', () => {
  it('[SE15] carries key and invite in its fragment, and nowhere else', () => {
    const key = newLinkKey();
    const link = roomLink(`${BASE}/some/page?x=1#y`, ROOM_ID, { key, invite: INVITE });
    expect(link).toBe(`${BASE}/r/${ROOM_ID}#k=${key}&i=${INVITE}`);
    const { origin, pathname, search } = new URL(link);
    expect(origin + pathname + search).toBe(`${BASE}/r/${ROOM_ID}`);
    expect(parseRoomLink(link)).toEqual({ roomId: ROOM_ID, key, invite: INVITE });
  });

  it('[SE15] may have either, or something else beside', () => {
    const key = newLinkKey();
    expect(parseRoomLink(roomLink(BASE, ROOM_ID, { key }))).toEqual({ roomId: ROOM_ID, key });
    expect(parseRoomLink(roomLink(BASE, ROOM_ID, { invite: INVITE }))).toEqual({
      roomId: ROOM_ID,
      invite: INVITE,
    });
    expect(parseRoomLink(`${BASE}/r/${ROOM_ID}#from=mail&k=${key}`)).toEqual({ roomId: ROOM_ID, key });
    expect(roomLink(BASE, ROOM_ID, {})).toBe(`${BASE}/r/${ROOM_ID}`);
  });

  it('[SE15] is refused when its key or invite has been cut off or changed', () => {
    const key = newLinkKey();
    for (const fragment of [
      `k=${key.slice(1)}`,
      `k=${key}A`,
      'k=',
      'k=hello',
      `k=${key}&i=`,
      'i=short',
      'i=a+b',
    ])
      expect(() => parseRoomLink(`${BASE}/r/${ROOM_ID}#${fragment}`)).toThrow(
        expect.objectContaining({ code: 'signaling/invalid-link' }),
      );
    for (const secrets of [{ key: '' }, { key: key.slice(1) }, { invite: '' }, { invite: 'a&k=b' }])
      expect(() => roomLink(BASE, ROOM_ID, secrets)).toThrow(
        expect.objectContaining({ code: 'signaling/invalid-argument' }),
      );
  });

  it('[SE15] throws nothing else, whatever its fragment', () => {
    fc.assert(
      fc.property(fc.string(), (fragment) => {
        try {
          expect(parseRoomLink(`${BASE}/r/${ROOM_ID}#${fragment}`).roomId).toBe(ROOM_ID);
        } catch (error) {
          expect(error).toMatchObject({ code: 'signaling/invalid-link' });
        }
      }),
    );
  });
});

describe('the page that a link opens', () => {
  function page(link: string) {
    const location = new URL(link);
    const memory = new Map<string, string>();
    const storage = {
      getItem: (key: string) => memory.get(key) ?? null,
      setItem: (key: string, value: string) => void memory.set(key, value),
    };
    const replaceState = vi.fn((_state: unknown, _title: string, url?: string | URL | null) => {
      location.href = new URL(url ?? '', location).href;
    });
    const history = { state: { n: 1 }, replaceState };
    return { location, history, storage, memory };
  }

  it('[SE16] takes the secrets out of the address bar, and keeps them for the room', () => {
    const link = roomLink(BASE, ROOM_ID, { key: newLinkKey(), invite: INVITE });
    const { location, history, storage } = page(link);
    const links = new TakenLinks(() => storage);
    links.take(location, history);
    expect(location.href).toBe(`${BASE}/r/${ROOM_ID}`);
    expect(history.replaceState).toHaveBeenCalledExactlyOnceWith(history.state, '', `/r/${ROOM_ID}`);
    expect(links.at(location.pathname)).toBe(link);
    expect(links.at('/r/another')).toBeUndefined();
  });

  it('[SE16] has them still when it is loaded again', () => {
    const link = roomLink(BASE, ROOM_ID, { key: newLinkKey() });
    const { location, history, storage } = page(link);
    new TakenLinks(() => storage).take(location, history);
    const again = new TakenLinks(() => storage);
    again.take(location, history);
    expect(history.replaceState).toHaveBeenCalledOnce();
    expect(again.at(`/r/${ROOM_ID}`)).toBe(link);
  });

  it('[SE16] does so where nothing may be stored', () => {
    const link = roomLink(BASE, ROOM_ID, { key: newLinkKey() });
    const { location, history } = page(link);
    const links = new TakenLinks(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    links.take(location, history);
    expect(location.hash).toBe('');
    expect(links.at(`/r/${ROOM_ID}`)).toBe(link);
    expect(links.at('/')).toBeUndefined();
  });

  it('[SE16] leaves other addresses alone', () => {
    for (const fragment of ['', '#chat', '#x=1', '#key=1']) {
      const { location, history, storage, memory } = page(`${BASE}/r/${ROOM_ID}${fragment}`);
      new TakenLinks(() => storage).take(location, history);
      expect(history.replaceState).not.toHaveBeenCalled();
      expect(memory.size).toBe(0);
    }
  });

  it('[SE16] does so before any other code runs', () => {
    const read = (file: string): string =>
      readFileSync(new URL(`../../../../web/app/${file}`, import.meta.url), 'utf8');
    // Modules run in the order in which they are imported, each after its own imports.
    expect(/import '(.*)'/.exec(read('src/main.tsx'))?.[1]).toBe('./routing/take-room-link.ts');
    expect(read('src/routing/take-room-link.ts')).not.toMatch(/^\s*(?:import|export .* from)\b/m);
    expect(read('index.html').match(/<script\b/g)).toHaveLength(1);
  });
});
