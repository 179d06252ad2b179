import type { LinkState } from '../events.ts';
import type { Transitions } from '../lib/machine.ts';

export type LinkEvent =
  /** Descriptions of a connection are being exchanged. */
  | 'NEGOTIATE'
  /** The data channel opened. */
  | 'OPEN'
  /** The connection, or its channel, broke. */
  | 'BREAK'
  /** ICE recovered by itself. */
  | 'RECOVER'
  /** The repair ladder has come to its end. */
  | 'GIVE_UP'
  /** One of the two has left. */
  | 'CLOSE';

/**
 *               ┌────────────── NEGOTIATE ───────────────┐
 *               │                                        │
 *   waiting ── NEGOTIATE ─▶ connecting ── OPEN ─▶ connected ── BREAK ─▶ interrupted
 *      │                        │                                        │     │
 *      └───────── GIVE_UP ──────┴──────────▶ failed ◀────── GIVE_UP ─────┘     │
 *                                              │                               │
 *                                              └─ NEGOTIATE ─▶ connecting      └─ OPEN, RECOVER ─▶ connected
 *
 *   Every state but `closed` hears CLOSE. An interrupted link stays so while its repair negotiates.
 */
export const LINK_TRANSITIONS: Transitions<LinkState, LinkEvent> = {
  waiting: { NEGOTIATE: 'connecting', GIVE_UP: 'failed', CLOSE: 'closed' },
  connecting: { OPEN: 'connected', NEGOTIATE: 'connecting', GIVE_UP: 'failed', CLOSE: 'closed' },
  connected: { BREAK: 'interrupted', CLOSE: 'closed' },
  interrupted: {
    OPEN: 'connected',
    RECOVER: 'connected',
    NEGOTIATE: 'interrupted',
    GIVE_UP: 'failed',
    CLOSE: 'closed',
  },
  failed: { NEGOTIATE: 'connecting', CLOSE: 'closed' },
  closed: {},
};
