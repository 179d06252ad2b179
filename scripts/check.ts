/** `npm run check`: everything that can be told about the project without running it. Each check is an npm script. */
import { reportFailure } from './setup/report-failure.mjs';
import { runChecks, type Check } from './check/run-checks.ts';

/** The slow ones come first, so that none of them is left alone at the end. */
const CHECKS: readonly Check[] = [
  { script: 'lint', title: 'Lint and layers' },
  { script: 'types', title: 'Types' },
  { script: 'exports', title: 'Published package' },
  { script: 'format:check', title: 'Format' },
  { script: 'size', title: 'Size of the SDK' },
  { script: 'dead-code', title: 'Dead code' },
  { script: 'rules:check', title: 'Generated part of the security rules' },
  { script: 'behaviours', title: 'A test for each rule of the protocol' },
];

try {
  const failed = await runChecks(CHECKS, (line) => console.log(line));
  console.log(`${CHECKS.length - failed} of ${CHECKS.length} checks passed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
