import type { Browser } from 'playwright-core';
import { newContext } from '../browser/chromium.ts';
import type { HarnessPage } from '../browser/harness-page.ts';

/** Saves a picture of several pages side by side. */
export async function takePicture(
  browser: Browser,
  pages: readonly HarnessPage[],
  file: string,
): Promise<void> {
  const pictures = await Promise.all(
    pages.map(async ({ page }) => (await page.screenshot({ type: 'png' })).toString('base64')),
  );
  const context = await newContext(browser);
  const page = await context.newPage();
  const images = pictures.map((data) => `<img src="data:image/png;base64,${data}" width="640">`);
  await page.setContent(`<body style="margin:0;display:inline-flex;gap:8px">${images.join('')}</body>`);
  await page.locator('body').screenshot({ path: file });
  await context.close();
}
