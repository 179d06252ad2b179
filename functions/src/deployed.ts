/** What `index.ts` exports, typed once for whoever calls the functions by name: the emulators' ticker, and tests. */
export const FUNCTION_NAMES = ['recordVisits', 'sweepRooms'] as const;

/** The functions that run by the clock. */
export const SCHEDULES = [{ name: 'sweepRooms', everyMinutes: 5 }] as const;
