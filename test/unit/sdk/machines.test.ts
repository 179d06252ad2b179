import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Transitions } from '../../../web/sdk/src/lib/machine.ts';
import { LINK_TRANSITIONS } from '../../../web/sdk/src/link/link-machine.ts';
import { ROOM_TRANSITIONS } from '../../../web/sdk/src/room/room-machine.ts';

type Table = Transitions<string, string>;

function edges(table: Table): string[] {
  return Object.entries(table).flatMap(([from, events]) =>
    Object.entries(events).map(([event, to]) => `${from} ${event} ${to ?? ''}`),
  );
}

function reachable(table: Table, from: string): Set<string> {
  const seen = new Set([from]);
  for (const state of seen) for (const next of Object.values(table[state] ?? {})) if (next) seen.add(next);
  return seen;
}

function diagramOf(file: string): string {
  const source = readFileSync(new URL(`../../../web/sdk/src/${file}`, import.meta.url), 'utf8');
  const [, comment] = /\/\*\*\n((?: \*[^\n]*\n)+?) \*\/\nexport const \w+_TRANSITIONS/.exec(source) ?? [];
  return comment ?? '';
}

const MACHINES = [
  { file: 'link/link-machine.ts', table: LINK_TRANSITIONS as Table, initial: 'waiting', final: 'closed' },
  { file: 'room/room-machine.ts', table: ROOM_TRANSITIONS as Table, initial: 'lobby', final: 'left' },
] as const;

describe.each(MACHINES)('$file', ({ file, table, initial, final }) => {
  it('can reach every state', () => {
    expect([...reachable(table, initial)].sort()).toEqual(Object.keys(table).sort());
  });

  it('has one final state, which every other can reach', () => {
    expect(table[final]).toEqual({});
    for (const state of Object.keys(table)) {
      expect(reachable(table, state)).toContain(final);
      if (state !== final) expect(table[state]).not.toEqual({});
    }
  });

  it('is what its diagram shows: every state, every event, every arrow from a state to the next', () => {
    const diagram = diagramOf(file);
    for (const state of Object.keys(table)) expect(diagram).toContain(state);
    for (const event of new Set(edges(table).map((edge) => edge.split(' ')[1]!)))
      expect(diagram).toContain(event);
    // Arrows within a line: `a ── EVENT ─▶ b`, and `a ◀── EVENT ── b` the other way.
    const states = Object.keys(table).join('|');
    const right = new RegExp(`(?=\\b(${states}) ─+ ([A-Z_]+) ─+▶ (${states})\\b)`, 'g');
    const left = new RegExp(`(?=\\b(${states}) ◀─+ ([A-Z_]+) ─+ (${states})\\b)`, 'g');
    const drawn = [
      ...[...diagram.matchAll(right)].map(([, from, event, to]) => `${from!} ${event!} ${to!}`),
      ...[...diagram.matchAll(left)].map(([, to, event, from]) => `${from!} ${event!} ${to!}`),
    ];
    expect(drawn.length).toBeGreaterThanOrEqual(3);
    expect(edges(table)).toEqual(expect.arrayContaining(drawn));
  });
});

describe('LINK_TRANSITIONS', () => {
  it('keeps a link that broke in `interrupted` while its repair negotiates', () => {
    expect(LINK_TRANSITIONS.interrupted.NEGOTIATE).toBe('interrupted');
    expect(LINK_TRANSITIONS.interrupted.OPEN).toBe('connected');
    expect(LINK_TRANSITIONS.interrupted.RECOVER).toBe('connected');
  });

  it('hears CLOSE in every state but `closed`, and lets a failed link begin again', () => {
    for (const [state, events] of Object.entries(LINK_TRANSITIONS))
      if (state !== 'closed') expect(events.CLOSE).toBe('closed');
    expect(LINK_TRANSITIONS.failed.NEGOTIATE).toBe('connecting');
  });

  it('breaks only what was connected', () => {
    const breaking = Object.entries(LINK_TRANSITIONS).filter(([, events]) => events.BREAK !== undefined);
    expect(breaking.map(([state]) => state)).toEqual(['connected']);
  });
});

describe('ROOM_TRANSITIONS', () => {
  it('hears END in every state but `left`', () => {
    for (const [state, events] of Object.entries(ROOM_TRANSITIONS))
      if (state !== 'left') expect(events.END).toBe('left');
  });

  it('joins from the lobby only, and goes back there when refused', () => {
    const joining = Object.entries(ROOM_TRANSITIONS).filter(([, events]) => events.JOIN !== undefined);
    expect(joining.map(([state]) => state)).toEqual(['lobby']);
    expect(ROOM_TRANSITIONS.joining.REFUSED).toBe('lobby');
  });
});
