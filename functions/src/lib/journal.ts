/**
 * What functions write down about their work: counts and codes, nothing else. A room's id is the permission to visit it,
 * and messages of errors name documents, so neither may get into a log.
 */
export interface Journal {
  info(message: string, counts: Counts): void;
  error(message: string, counts: Counts): void;
}

export type Counts = Readonly<Record<string, number | boolean | string>>;

/** The code of an error, such as gRPC's 10 for a transaction that was given up: all of it that may be logged. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && (typeof error.code === 'number' || typeof error.code === 'string'))
    return String(error.code);
  return error instanceof Error ? error.name : 'unknown';
}

/** Runs `work`; what it throws is replaced by an error that says what failed, and its code: the platform logs it. */
export async function discreetly<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // No cause: it would be logged, too.
    throw new Error(`${what} failed: ${codeOf(error)}`);
  }
}
