/** `npm run bench`: how long a join takes, beside the Socket.IO reference in the same run. docs/benchmarks.md has the method. */
import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, program } from 'commander';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { reportFailure } from '../setup/report-failure.mjs';
import type { Media } from './contenders.ts';
import { SUITES, table, type Pages, type Suite } from './results.ts';
import { runBench } from './run-bench.ts';

type Flags = {
  readonly suite: readonly Suite[];
  readonly runs: number;
  readonly media: Media;
  readonly pages: Pages;
  readonly emulator?: EmulatorKind;
  readonly json?: string;
};

const DEFAULT_RUNS = 20;

function suites(text: string): readonly Suite[] {
  return text.split(',').map((name) => {
    const suite = SUITES.find((known) => known === name);
    if (suite === undefined)
      throw new InvalidArgumentError(`There is no suite "${name}"; there are ${SUITES.join(' and ')}.`);
    return suite;
  });
}

function runs(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return value;
}

program
  .name('npm run bench --')
  .description('Measures joins beside the Socket.IO reference, in the same run.')
  .addOption(
    new Option('--suite <names>', 'which, with commas between')
      .argParser(suites)
      .default(SUITES, SUITES.join(',')),
  )
  .addOption(new Option('--runs <number>', 'calls for each contender').argParser(runs).default(DEFAULT_RUNS))
  .addOption(new Option('--media <kind>', 'what is sent').choices(['camera', 'none']).default('camera'))
  .addOption(
    new Option('--pages <kind>', 'pages for every call, or the same for all')
      .choices(['new', 'kept'])
      .default('new'),
  )
  .addOption(new Option('--emulator <kind>', 'Firestore emulator').choices(['official', 'hidane']))
  .option('--json <file>', 'write the results into a file')
  // For the set-up, which runs before this program.
  .option('--fresh', 'look for every tool again')
  .parse();

const flags = program.opts<Flags>();
try {
  const results = await runBench({
    suites: flags.suite,
    runs: flags.runs,
    media: flags.media,
    pages: flags.pages,
    ...(flags.emulator !== undefined && { emulator: flags.emulator }),
    say: (line) => console.log(line),
  });
  console.log(`\n${table(results)}`);
  if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
