import type { Visit } from '../session/session-state.ts';

/** Whether there is no seat to be had. One that was marked lost may be had soon, so trying makes sense. */
export function isFull({ room, roster }: Visit): boolean {
  return roster.filter((entry) => !entry.lost).length >= room.capacity;
}
