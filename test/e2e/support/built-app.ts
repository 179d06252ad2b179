import path from 'node:path';
import { build } from 'vite';

const APP = path.resolve(import.meta.dirname, '../../../web/app');

/**
 * Hosting emulators serve what was built: not to test yesterday's app, that is done here. Once for all files, as it empties the
 * folder first.
 */
export default async function buildApp(): Promise<void> {
  await build({ root: APP, configFile: path.join(APP, 'vite.config.ts'), logLevel: 'error' });
}
