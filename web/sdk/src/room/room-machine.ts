import type { RoomState } from '../events.ts';
import type { Transitions } from '../lib/machine.ts';

export type RoomEvent =
  /** `join()` was called. */
  | 'JOIN'
  /** The seat is taken. */
  | 'SEATED'
  /** No seat could be taken. */
  | 'REFUSED'
  /** `leave()` was called. */
  | 'LEAVE'
  /** The visit is over: everything is said, or nothing can be said any more. */
  | 'END';

/**
 *   lobby ── JOIN ─▶ joining ── SEATED ─▶ joined ── LEAVE ─▶ leaving ── END ─▶ left
 *     ▲                 │
 *     └──── REFUSED ────┘         lobby and joining hear LEAVE, too; every state but left hears END.
 */
export const ROOM_TRANSITIONS: Transitions<RoomState, RoomEvent> = {
  lobby: { JOIN: 'joining', LEAVE: 'leaving', END: 'left' },
  joining: { SEATED: 'joined', REFUSED: 'lobby', LEAVE: 'leaving', END: 'left' },
  joined: { LEAVE: 'leaving', END: 'left' },
  leaving: { END: 'left' },
  left: {},
};
