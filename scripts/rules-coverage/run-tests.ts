import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createVitest } from 'vitest/node';
import { filesWithClaims } from '../rules/claims.ts';
import { stackVariables } from '../run-tests/stack-handover.ts';
import { TallyReporter, type Tally } from '../run-tests/tally.ts';
import { startStack } from '../stack/index.ts';
import type { CoverageReport } from './report.ts';

/** Names the file into which test/rules/support/environment.ts writes the id of each project under the rules as they are. */
const PROJECTS_VARIABLE = 'FIRESIGNAL_RULES_PROJECTS';

/**
 * Runs the tests of the rules under the official emulator, the only one that keeps account of evaluations.
 * @param onReport gets the report of each project that the tests have opened, one at a time: they are large
 */
export async function runRulesTests(
  onReport: (report: CoverageReport) => void,
  say: (line: string) => void,
): Promise<Tally> {
  const folder = mkdtempSync(path.join(tmpdir(), 'firesignal-coverage-'));
  const projects = path.join(folder, 'projects');
  const reporter = new TallyReporter();
  const vitest = await createVitest('test', {
    watch: false,
    project: ['rules'],
    reporters: [process.stdout.isTTY ? 'default' : 'dot', reporter],
  });
  try {
    const specifications = await vitest.globTestSpecifications();
    const files = filesWithClaims(specifications.map(({ moduleId }) => moduleId));
    const stack = await startStack({ emulator: 'official', services: ['firestore'], onProgress: say });
    try {
      Object.assign(process.env, stackVariables(stack), { [PROJECTS_VARIABLE]: projects });
      await vitest.start([...files]);
      const ids = readFileSync(projects, 'utf8').trim().split('\n');
      say(`Asking the emulator what it has seen in ${ids.length} projects …`);
      for (const id of ids) onReport(await reportOf(stack.firestore.url, id));
    } finally {
      await stack.stop();
    }
    return reporter.tally;
  } finally {
    await vitest.close();
    rmSync(folder, { recursive: true });
  }
}

async function reportOf(firestoreUrl: string, projectId: string): Promise<CoverageReport> {
  const response = await fetch(`${firestoreUrl}/emulator/v1/projects/${projectId}:ruleCoverage`);
  if (!response.ok) throw new Error(`The emulator has no coverage of ${projectId}: ${await response.text()}`);
  return (await response.json()) as CoverageReport;
}
