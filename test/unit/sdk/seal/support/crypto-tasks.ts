import { vi } from 'vitest';
import { settled } from '../../../../support/tasks.ts';

/** What the platform is computing at present: it takes threads of its own, which no fake clock knows of. */
let pending = 0;

/** Counts what is being computed, until mocks are restored. */
export function countCrypto(): void {
  const { subtle } = crypto;
  const names = ['encrypt', 'decrypt', 'digest', 'importKey', 'deriveKey', 'deriveBits'] as const;
  for (const name of names) {
    const real = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<never>;
    vi.spyOn(subtle, name).mockImplementation(async (...args: unknown[]) => {
      pending += 1;
      try {
        return await real(...args);
      } finally {
        pending -= 1;
      }
    });
  }
}

/** Waits until nothing is being computed, and all that follows from it has happened. */
export async function quiet(): Promise<void> {
  do await settled();
  while (pending > 0);
  await settled();
  if (pending > 0) await quiet();
}
