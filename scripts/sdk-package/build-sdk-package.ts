import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { PROJECT_ROOT } from '../setup/set-up.mjs';
import { rollUpDeclarations } from './roll-up-declarations.ts';

const SDK = path.join(PROJECT_ROOT, 'web', 'sdk');

type Manifest = Record<string, unknown> & { exports: unknown };

/**
 * Inside the workspace `firesignal` is its TypeScript source, so that nothing has to be built while working. What is
 * published is another folder, with a manifest of its own: one bundle, one declaration file, the protocol inside,
 * Firebase outside.
 * @returns the folder
 */
export async function buildSdkPackage(): Promise<string> {
  const folder = path.join(SDK, 'dist');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [path.join(SDK, 'src', 'index.ts')],
    outdir: folder,
    bundle: true,
    // What is imported when it is needed stays apart.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['firebase'],
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  rollUpDeclarations({ sdk: SDK, file: path.join(folder, 'index.d.ts') });
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
  for (const name of ['README.md', 'LICENSE']) {
    const file = path.join(PROJECT_ROOT, name);
    if (existsSync(file)) copyFileSync(file, path.join(folder, name));
  }
  return folder;
}

function publishedManifest(): Manifest {
  const own = JSON.parse(readFileSync(path.join(SDK, 'package.json'), 'utf8')) as Manifest;
  // What those are for is inside the bundle.
  const { devDependencies: _, ...published } = own;
  return {
    ...published,
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
  };
}
