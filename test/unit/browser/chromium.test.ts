import { describe, expect, it } from 'vitest';
import { BrowserError, launchChromium } from '../../../scripts/browser/chromium.ts';

describe('starting the browser', () => {
  it('says which one does not start, and what to do', async () => {
    const error: unknown = await launchChromium({ executable: '/no/such/browser' }).catch(
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(BrowserError);
    expect(error).toMatchObject({
      message: 'The browser /no/such/browser does not start.',
      hint: expect.stringContaining('npm run setup') as string,
    });
  });
});
