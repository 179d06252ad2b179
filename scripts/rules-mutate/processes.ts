import path from 'node:path';
import type { ViteUserConfig } from 'vitest/config';
import { createVitest } from 'vitest/node';
import { filesWithClaims } from '../rules/claims.ts';
import { PROJECT_ROOT } from '../setup/set-up.mjs';

const FOLDER = path.join(PROJECT_ROOT, 'scripts', 'rules-mutate');
/** As in vitest.config.ts: time enough for any test of the rules. */
const LIMIT_MS = 30_000;

/** The test files that can notice a mutant. */
export async function filesToRun(): Promise<readonly string[]> {
  const vitest = await createVitest('test', { watch: false, project: ['rules'], reporters: [] });
  try {
    return filesWithClaims((await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId));
  } finally {
    await vitest.close();
  }
}

/**
 * Runs so many test processes until the queue has no more for them. Each is a project of Vitest's, which runs a file only once in
 * each.
 */
export async function runProcesses(count: number): Promise<void> {
  const project = (n: number) => ({
    test: {
      name: `process-${n}`,
      root: PROJECT_ROOT,
      include: ['scripts/rules-mutate/mutants.driver.ts'],
      runner: path.join(FOLDER, 'mutant-runner.ts'),
      testTimeout: LIMIT_MS,
      hookTimeout: LIMIT_MS,
    },
  });
  const vitest = await createVitest(
    'test',
    // No reporter would be the default one.
    { config: false, root: PROJECT_ROOT, watch: false, reporters: [{}] },
    {
      test: { maxWorkers: count, projects: Array.from({ length: count }, (_, n) => project(n)) },
    } satisfies ViteUserConfig,
  );
  try {
    await vitest.start();
    for (const error of vitest.state.getUnhandledErrors()) throw error;
  } finally {
    await vitest.close();
  }
}
