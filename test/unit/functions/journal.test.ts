import { describe, expect, it } from 'vitest';
import { codeOf, discreetly } from '../../../functions/src/lib/journal.ts';

const SECRET = 'rooms/01e1e5438304ec9e50d55de73da7e768';

describe('functions › journal', () => {
  it('[KP18] lets nothing of an error out but its code', async () => {
    const cause = Object.assign(new Error(`5 NOT_FOUND: no document ${SECRET}`), { code: 5 });
    const error = await discreetly('sweep', () => Promise.reject(cause)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'sweep failed: 5' });
    const { message, stack, cause: kept } = error as Error;
    expect([message, stack, kept].join()).not.toContain(SECRET);
  });

  it('passes on what was done', async () => {
    await expect(discreetly('sweep', () => Promise.resolve(7))).resolves.toBe(7);
  });

  it('finds the code of whatever was thrown', () => {
    expect(codeOf(Object.assign(new Error('x'), { code: 'app/no-app' }))).toBe('app/no-app');
    expect(codeOf(new TypeError(SECRET))).toBe('TypeError');
    expect(codeOf(SECRET)).toBe('unknown');
    expect(codeOf(null)).toBe('unknown');
  });
});
