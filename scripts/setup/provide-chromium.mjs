/** Gets a Chromium: an installed one, Playwright's download, the distribution's package. */
import path from 'node:path';
import { findChromium } from './chromium.mjs';
import { onPath } from './machine.mjs';
import { SetupError } from './setup-error.mjs';

const DOWNLOAD_LIMIT_MS = 5 * 60_000;
const PACKAGE_LIMIT_MS = 10 * 60_000;

/**
 * @param {import('./provide-emulator.mjs').Workshop} workshop
 * @returns {Promise<string>} its path
 */
export async function provideChromium({ machine, root, say, runLong }) {
  const installed = findChromium(machine);
  if (installed !== undefined) return installed;

  say('  Downloading Chromium with Playwright …');
  await runLong({
    command: process.execPath,
    args: [path.join(root, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'],
    // Without a way out the connection attempts would use up the whole time limit.
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
    timeLimitMs: DOWNLOAD_LIMIT_MS,
  });
  const downloaded = findChromium(machine);
  if (downloaded !== undefined) return downloaded;

  const asRoot = commandPrefixForRoot(machine);
  if (asRoot !== undefined && onPath(machine, 'apt-get').length > 0) {
    say('  Installing the distribution’s chromium with apt-get …');
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      const [command = '', ...rest] = [...asRoot, 'apt-get', ...args];
      await runLong({
        command,
        args: rest,
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        timeLimitMs: PACKAGE_LIMIT_MS,
      });
    }
    const packaged = findChromium(machine);
    if (packaged !== undefined) return packaged;
  }
  throw new SetupError(
    'setup/no-browser',
    'No Chromium, Chrome or Edge that starts was found, and none could be installed.',
    'Get one of these: "npx playwright-core install --with-deps chromium", "apt install chromium", "brew install --cask chromium", Chrome from google.com/chrome; or name one in CHROMIUM_PATH.',
  );
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string[] | undefined} what stands before a command that root runs; undefined when that needs a password
 */
function commandPrefixForRoot(machine) {
  if (machine.isRoot) return [];
  return onPath(machine, 'sudo').length > 0 && machine.run('sudo', ['-n', 'true']).ok
    ? ['sudo', '-n']
    : undefined;
}
