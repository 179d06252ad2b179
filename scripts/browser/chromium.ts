import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const ARGUMENTS = [
  // The pages see a camera and a microphone that any machine has, without a question.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // Local addresses as mDNS names need multicast, which containers seldom have: ICE would never connect.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  // Nothing is to leave the machine.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** The browser could not be started. */
export class BrowserError extends Error {
  override readonly name = 'BrowserError';
  readonly hint = 'Try "npm run setup -- --fresh", or name another browser in CHROMIUM_PATH.';
}

/**
 * Starts a browser of the Chromium family. It loads pages of this project only, so it runs without Chromium's sandbox, which
 * neither root nor most containers can have. It ends with this process, however that ends.
 */
export async function launchChromium(options: {
  readonly executable: string;
  readonly headed?: boolean;
}): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath: options.executable,
      headless: options.headed !== true,
      args: ARGUMENTS,
    });
  } catch (error) {
    throw new BrowserError(`The browser ${options.executable} does not start.`, { cause: error });
  }
}

/** Two contexts share nothing: no storage, no sign-in, no connection. */
export function newContext(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 640, height: 480 } });
}
