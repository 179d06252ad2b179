/**
 * Loaded into firebase-tools before anything else. Its Auth emulator compiles a validator for every parameter of
 * every request that Google's identity API has, which takes more time than all the rest of a start together; with
 * the option that exegesis has for this, each is compiled when it is first needed.
 */
import { createRequire } from 'node:module';

/** @typedef {(api: unknown, options: object) => unknown} Middleware */

const require = createRequire(import.meta.url);
try {
  const firebaseTools = createRequire(require.resolve('firebase-tools/package.json'));
  /** @type {unknown} */
  const loaded = firebaseTools('exegesis-express');
  const exegesis = /** @type {{ middleware: Middleware }} */ (loaded);
  const { middleware } = exegesis;
  exegesis.middleware = (api, options) => middleware(api, { ...options, lazyCompileValidationSchemas: true });
} catch {
  // Another version of firebase-tools, which does this in another way: it then takes the time it takes.
}
