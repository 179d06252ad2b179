import { createServer } from 'node:http';
import path from 'node:path';
import { build, type BuildOptions, type OutputFile } from 'esbuild';

const FOLDER = import.meta.dirname;
const OUTPUT_ROOT = '/';

const FIREBASE_MODULES = ['firebase/app', 'firebase/auth', 'firebase/firestore', 'firebase/firestore/lite'];

/**
 * One page: its address is `/<name>`, its script may import `firesignal` and Firebase. At `/<name>/instrumented` the SDK's
 * timers and listeners are counted, which costs time.
 */
export type PageSource = {
  readonly name: string;
  /** Absolute path of the page's module. */
  readonly script: string;
};

export type PageServer = {
  /** `http://127.0.0.1:<port>`: an origin that browsers trust with camera and microphone. */
  readonly origin: string;
  readonly close: () => Promise<void>;
};

/**
 * Bundles pages and serves them from memory on a free port. The SDK and Firebase come as files of their own, through an
 * import map, so that a stack trace tells whose code it is.
 */
export async function startPageServer(pages: readonly PageSource[]): Promise<PageServer> {
  const files = await bundle(pages);
  for (const { name } of pages) {
    files.set(`/${name}`, { type: 'text/html', body: html(name, []) });
    files.set(`/${name}/instrumented`, { type: 'text/html', body: html(name, ['/instruments.js']) });
  }
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://page').pathname);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': `${file.type}; charset=utf-8`, 'cache-control': 'no-cache' });
    response.end(file.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page server has no port.');
  return {
    origin: `http://127.0.0.1:${String(address.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type ServedFile = { readonly type: string; readonly body: string };

async function bundle(pages: readonly PageSource[]): Promise<Map<string, ServedFile>> {
  const common = {
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
    outdir: OUTPUT_ROOT,
    absWorkingDir: FOLDER,
  } satisfies BuildOptions;
  const external = ['firesignal', 'firebase/*'];
  const results = await Promise.all([
    build({
      ...common,
      entryPoints: Object.fromEntries(FIREBASE_MODULES.map((name) => [name, name])),
      splitting: true,
      chunkNames: 'firebase/chunk-[hash]',
    }),
    build({ ...common, entryPoints: { firesignal: 'firesignal' }, external: ['firebase/*'] }),
    build({ ...common, entryPoints: { instruments: './harness/instruments.ts' }, format: 'iife' }),
    ...pages.map(({ name, script }) =>
      build({ ...common, entryPoints: { [`pages/${name}`]: script }, external }),
    ),
  ]);
  return new Map(
    results.flatMap((result) => result.outputFiles).map((file) => [servedPath(file), asScript(file)]),
  );
}

/** esbuild gives absolute paths of the platform; pages ask for URLs. */
function servedPath(file: OutputFile): string {
  const relative = path.relative(path.resolve(OUTPUT_ROOT), file.path);
  return `/${relative.split(path.sep).join('/')}`;
}

function asScript(file: OutputFile): ServedFile {
  return { type: 'text/javascript', body: file.text };
}

function html(name: string, classicScripts: readonly string[]): string {
  const imports = Object.fromEntries([
    ['firesignal', '/firesignal.js'],
    ...FIREBASE_MODULES.map((module) => [module, `/${module}.js`]),
  ]) as Record<string, string>;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Firesignal ${name}</title>
    <link rel="icon" href="data:," />
    ${classicScripts.map((script) => `<script src="${script}"></script>`).join('')}
    <script type="importmap">${JSON.stringify({ imports })}</script>
    <script type="module" src="/pages/${name}.js"></script>
  </head>
  <body></body>
</html>
`;
}
