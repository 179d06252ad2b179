import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../scripts/setup/set-up.mjs';
import { THEIR_INDEXES, THEIR_RULES } from '../../support/sample-project/files.ts';

/** Starting a program takes a while on a busy machine. */
const LIMIT_MS = 60_000;

let folder: string;
let rules: string;
let indexes: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'firesignal-merge-'));
  rules = path.join(folder, 'firestore.rules');
  indexes = path.join(folder, 'firestore.indexes.json');
  writeFileSync(rules, THEIR_RULES);
  writeFileSync(indexes, THEIR_INDEXES);
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const program = ['--import', 'tsx', 'scripts/rules-merge.ts', ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, program, { cwd: PROJECT_ROOT }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, said: out + err }),
    );
  });
}

const both = (): readonly string[] => [rules, indexes].map((file) => readFileSync(file, 'utf8'));
const PLACEMENT = ['--root', 'apps/calls', '--collection-prefix', 'fs_'] as const;

describe('npm run rules:merge', () => {
  it(
    '[PL10] writes both files, and --check tells whether they are what a merge would write',
    async () => {
      const files = ['--into', rules, '--indexes', indexes];
      expect(await run(...files, ...PLACEMENT, '--check')).toMatchObject({ code: 1 });
      expect(both()).toEqual([THEIR_RULES, THEIR_INDEXES]);
      expect(await run(...files, ...PLACEMENT)).toMatchObject({ code: 0 });
      expect(await run(...files, ...PLACEMENT, '--check')).toMatchObject({ code: 0 });
      expect(
        await run(...files, '--check', '--root', 'apps/other', '--collection-prefix', 'fs_'),
      ).toMatchObject({
        code: 1,
      });
      const merged = both()[0] ?? '';
      writeFileSync(rules, merged.replace('allow list: if false;', 'allow list: if true;'));
      const { code, said } = await run(...files, ...PLACEMENT, '--check');
      expect(code).toBe(1);
      expect(said).toContain('differs from what a merge would write');
    },
    LIMIT_MS,
  );

  it(
    '[PL7] leaves both files as they are when it refuses one, or the placement',
    async () => {
      const files = ['--into', rules, '--indexes', indexes];
      const attempts: readonly (readonly [readonly string[], RegExp])[] = [
        [files, /rooms\.expiresAt/],
        [[...files, '--root', 'apps'], /even number of segments/],
        [['--into', path.join(folder, 'none.rules')], /There is no file/],
        [[], /^Usage/],
        [['--what'], /Usage/],
      ];
      for (const [args, message] of attempts) {
        const { code, said } = await run(...args);
        expect(code).toBe(1);
        expect(said).toMatch(message);
      }
      expect(both()).toEqual([THEIR_RULES, THEIR_INDEXES]);
    },
    LIMIT_MS,
  );
});
