/**
 * `npm test`: every kind of test, or those that are asked for (`--project rules`, part of a file name, `-t title`),
 * under one Firestore emulator (`--emulator official|hidane`). The closing line has the counts.
 */
import { createVitest } from 'vitest/node';
import { emulatorVariable, stackVariables } from './run-tests/stack-handover.ts';
import { closingLine, isSuccess, TallyReporter, type Tally } from './run-tests/tally.ts';
import { parseTestArguments, type TestArguments } from './run-tests/test-arguments.ts';
import { reportFailure } from './setup/report-failure.mjs';
import { setUp } from './setup/set-up.mjs';
import { startStack, type Stack } from './stack/index.ts';

const say = (line: string): void => console.log(line);

async function runTests({ emulator, fresh, filter, options }: TestArguments): Promise<Tally> {
  const reporter = new TallyReporter();
  const vitest = await createVitest('test', {
    ...options,
    watch: false,
    // A kind without tests is no failure; no test at all is, below.
    passWithNoTests: true,
    reporters: ['default', reporter],
  });
  let stack: Stack | undefined;
  try {
    const specifications = await vitest.globTestSpecifications(filter);
    if (specifications.length === 0) return reporter.tally;
    const kinds = new Set(specifications.map(({ project }) => project.name));
    if (emulator !== undefined) Object.assign(process.env, emulatorVariable(emulator));
    const needsStack = ['contract', 'rules', 'functions', 'e2e'].some((kind) => kinds.has(kind));
    const chosen = emulator === undefined ? {} : { emulator };
    const { chromium } = await setUp({
      parts: [
        ...(needsStack || kinds.has('stack') ? (['emulator'] as const) : []),
        ...(kinds.has('e2e') ? (['browser'] as const) : []),
      ],
      ...chosen,
      fresh,
      sayWork: say,
    });
    if (needsStack) {
      say('Starting the emulators …');
      stack = await startStack({ ...chosen, onProgress: say });
      Object.assign(process.env, stackVariables({ ...stack, ...(chromium !== undefined && { chromium }) }));
    }
    await vitest.start(filter);
    return reporter.tally;
  } finally {
    await vitest.close();
    await stack?.stop();
  }
}

try {
  const tally = await runTests(parseTestArguments(process.argv.slice(2)));
  for (const reason of tally.reasons) say(`skipped: ${reason}`);
  for (const name of tally.secondTries) say(`passed at the second try only: ${name}`);
  if (tally.passed + tally.failed === 0) say('No test ran: nothing matches what was asked for.');
  process.exitCode = isSuccess(tally, process.env['CI'] === 'true') ? 0 : 1;
  say(closingLine(tally));
} catch (error) {
  reportFailure(error);
}
