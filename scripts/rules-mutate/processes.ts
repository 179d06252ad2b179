import path from 'node:path';
import type { ViteUserConfig } from 'vitest/config';
import { createVitest } from 'vitest/node';
import { filesWithClaims } from '../rules/claims.ts';
import { stackVariables } from '../run-tests/stack-handover.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { PROJECT_ROOT } from '../setup/set-up.mjs';
import { startStack } from '../stack/index.ts';
import { QUEUE_VARIABLE, type Job, type Verdict } from './contract.ts';
import { Queue } from './queue.ts';

const FOLDER = path.join(PROJECT_ROOT, 'scripts', 'rules-mutate');
/** As in vitest.config.ts: time enough for any test of the rules. */
const LIMIT_MS = 30_000;

/** Has a job done by the next test process that is free. */
export type Run = (make: () => Job) => Promise<Verdict>;

/** The test files that can notice a mutant. */
export async function filesToRun(): Promise<readonly string[]> {
  const vitest = await createVitest('test', { watch: false, project: ['rules'], reporters: [] });
  try {
    return filesWithClaims((await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId));
  } finally {
    await vitest.close();
  }
}

/** Starts an emulator and so many test processes for as long as `work` goes on. */
export async function withProcesses<TResult>(
  emulator: EmulatorKind,
  count: number,
  work: (run: Run) => Promise<TResult>,
): Promise<TResult> {
  const stack = await startStack({ emulator, services: ['firestore'] });
  const queue = new Queue();
  try {
    Object.assign(process.env, stackVariables(stack), { [QUEUE_VARIABLE]: await queue.open() });
    const running = runProcesses(count).then(
      () => queue.end(new Error('The test processes have ended early.')),
      (error: unknown) => queue.end(new Error((error as { message?: string }).message, { cause: error })),
    );
    try {
      return await work((make) => queue.run(make));
    } finally {
      queue.end();
      await running;
    }
  } finally {
    await queue.close();
    await stack.stop();
  }
}

/**
 * Runs so many test processes until the queue has no more for them. Each is a project of Vitest's, which runs a file only once in
 * each.
 */
async function runProcesses(count: number): Promise<void> {
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
