import { vi } from 'vitest';
import { settled } from '../../../../support/tasks.ts';

/** Rounds of PBKDF2 take their time, which is the point of them; more so on a busy machine. */
export const PASSWORDS_LIMIT_MS = 60_000;

/** What the platform is computing at present: it takes threads of its own, which no fake clock knows of. */
const pending = new Set<Promise<unknown>>();

/** Follows what is being computed, until mocks are restored. */
export function countCrypto(): void {
  const { subtle } = crypto;
  const names = ['encrypt', 'decrypt', 'digest', 'importKey', 'deriveKey', 'deriveBits'] as const;
  for (const name of names) {
    const real = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<never>;
    vi.spyOn(subtle, name).mockImplementation((...args: unknown[]) => {
      const work = real(...args);
      const follow: Promise<unknown> = work.then(
        () => pending.delete(follow),
        () => pending.delete(follow),
      );
      pending.add(follow);
      return work;
    });
  }
}

/** Waits until nothing is being computed or loaded, and all that follows from it has happened. */
export async function quiet(): Promise<void> {
  do {
    await Promise.all(pending);
    await vi.dynamicImportSettled();
    await settled();
  } while (pending.size > 0);
}
