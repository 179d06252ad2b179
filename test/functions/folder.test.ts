import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, SCHEDULES } from '../../functions/src/deployed.ts';
import { PROJECT_ROOT } from '../../scripts/setup/set-up.mjs';
import { buildFunctions, FUNCTIONS_FOLDER, node, npm, settings } from './support/functions-folder.ts';

type Deployment = { readonly ignore: readonly string[]; readonly runtime: string };

const readJson = (...at: string[]): unknown =>
  JSON.parse(readFileSync(path.join(PROJECT_ROOT, ...at), 'utf8'));
const [deployment] = (readJson('firebase.json') as { functions: readonly [Deployment] }).functions;

describe('functions › folder', () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'functions-folder-')));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    await buildFunctions();
    // What a deployment uploads: nothing of the project around it.
    const isUploaded = (file: string): boolean => !deployment.ignore.includes(path.basename(file));
    cpSync(FUNCTIONS_FOLDER, folder, { recursive: true, filter: isUploaded });
    // Without a network this fails where npm has not kept the packages: what can't be installed can't be deployed.
    await npm(['ci', '--prefer-offline', '--no-audit', '--no-fund'], folder);
  });

  it('[KP19] installs from its own lockfile, and is loaded there, with nothing else of the project', async () => {
    const names = await node('console.log(JSON.stringify(Object.keys(require("."))))', folder);
    expect(JSON.parse(names)).toEqual([...FUNCTION_NAMES]);
    expect(existsSync(path.join(folder, 'src'))).toBe(false);
    expect(existsSync(path.join(folder, 'node_modules', '@firesignal'))).toBe(false);
  });

  it('[KP19] has a lockfile without addresses of registries', () => {
    expect(readFileSync(path.join(FUNCTIONS_FOLDER, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/);
  });

  it('[KP19] installs what the project around it is tested with', () => {
    type Lock = { packages: Record<string, { version?: string }> };
    const [own, whole] = [
      readJson('functions', 'package-lock.json'),
      readJson('package-lock.json'),
    ] as Lock[];
    const { dependencies } = readJson('functions', 'package.json') as {
      dependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries(dependencies))
      for (const lock of [own, whole])
        expect(lock?.packages[`node_modules/${name}`]?.version, name).toBe(version);
  });

  it('[KP21] has a bound for everything that can cost', async () => {
    const endpoints = await node(
      'const all = require("."); console.log(JSON.stringify(Object.values(all).map((one) => one.__endpoint)))',
      folder,
    );
    for (const endpoint of JSON.parse(endpoints) as Record<string, unknown>[])
      for (const bound of ['maxInstances', 'availableMemoryMb', 'timeoutSeconds'])
        expect(endpoint[bound], bound).toEqual(expect.anything());
  });

  it('[KP21] has a value for every setting: a deployment asks no questions', async () => {
    const asked = await node(
      'require("."); const { declaredParams } = require("firebase-functions/params");' +
        'console.log(JSON.stringify(declaredParams.map(({ name }) => name)))',
      folder,
    );
    const names = JSON.parse(asked) as string[];
    expect(names.sort()).toEqual(Object.keys(settings()).sort());
  });

  it('[KP19] names every schedule that it exports', () => {
    for (const { name } of SCHEDULES) expect(FUNCTION_NAMES).toContain(name);
  });
});
