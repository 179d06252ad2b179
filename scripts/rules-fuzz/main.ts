/**
 * `npm run rules:fuzz`: whether the rules and the validators of the protocol think the same of many thousand generated documents.
 * docs/rules.md says how to read what it prints.
 */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, program } from 'commander';
import { quickEmulator } from '../rules/quick-emulator.ts';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { reportFailure } from '../setup/report-failure.mjs';
import { resultLines, summary } from './print.ts';
import { runFuzz } from './run-fuzz.ts';

type Flags = {
  readonly runs: number;
  readonly seed: number;
  readonly collection?: string;
  readonly jobs: number;
  readonly emulator?: EmulatorKind;
};

const DEFAULT_RUNS = 10_000;
const SEEDS = 2 ** 31;

function number(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum)
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} on.`);
    return value;
  };
}

program
  .name('npm run rules:fuzz --')
  .description(
    'Writes generated documents under the security rules, and compares with what the validators say of each.',
  )
  .addOption(
    new Option('--runs <number>', 'documents of each collection').argParser(number(1)).default(DEFAULT_RUNS),
  )
  .addOption(
    new Option('--seed <number>', 'makes the same documents again')
      .argParser(number(0))
      .default(Math.floor(Math.random() * SEEDS), 'a new one each time'),
  )
  .option('--collection <name>', 'only one, such as seats')
  .addOption(
    new Option('--jobs <number>', 'processes side by side')
      .argParser(number(1))
      .default(availableParallelism()),
  )
  .addOption(
    new Option('--emulator <kind>', 'Firestore emulator; by default hidane if there is one').choices([
      'official',
      'hidane',
    ]),
  )
  // For the set-up, which runs before this program.
  .option('--fresh', 'look for every tool again')
  .parse();

const { emulator = quickEmulator(), ...flags } = program.opts<Flags>();
const say = (line: string): void => console.log(line);
try {
  say(`${flags.runs} documents of each collection on the ${emulator} emulator, seed ${flags.seed} …`);
  const results = await runFuzz({
    runs: flags.runs,
    seed: flags.seed,
    ...(flags.collection !== undefined && { collection: flags.collection }),
    jobs: flags.jobs,
    emulator,
    onResult: (result) => resultLines(result).forEach(say),
  });
  const agree = results.length > 0 && results.every(({ disagreements }) => disagreements.length === 0);
  const again = `--runs ${flags.runs} --seed ${flags.seed}`;
  if (!agree) say(`The same again: npm run rules:fuzz -- ${again}, or with --collection for one of them`);
  say(summary(results));
  process.exitCode = agree ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
