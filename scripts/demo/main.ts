/** `npm run demo`: two real browser pages meet in a room through Firestore. docs/demo.md has the options and the keys. */
import { InvalidArgumentError, Option, program } from 'commander';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { reportFailure } from '../setup/report-failure.mjs';
import { runDemo, type DemoOptions } from './run-demo.ts';

type Flags = {
  readonly repeat: number;
  readonly headed?: true;
  readonly rtt: number;
  readonly emulator?: EmulatorKind;
  readonly json?: true;
  readonly screenshot?: string;
};

function number(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum)
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} on.`);
    return value;
  };
}

program
  .name('npm run demo --')
  .description('Lets two real browser pages meet in a room through Firestore, under the security rules.')
  .addOption(new Option('--repeat <times>', 'make so many calls').argParser(number(1)).default(1))
  .option('--headed', 'show the browser')
  .addOption(
    new Option('--rtt <milliseconds>', 'put the emulators so far away').argParser(number(0)).default(0),
  )
  .addOption(new Option('--emulator <kind>', 'Firestore emulator').choices(['official', 'hidane']))
  .option('--json', 'print one JSON object as the last line')
  .option('--screenshot <file>', 'save a picture of both pages side by side')
  // For the set-up, which runs before this program.
  .option('--fresh', 'look for every tool again')
  .parse();

const { repeat, headed, rtt, emulator, json, screenshot } = program.opts<Flags>();
const options: DemoOptions = {
  calls: repeat,
  rttMs: rtt,
  headed: headed === true,
  ...(emulator !== undefined && { emulator }),
  ...(screenshot !== undefined && { screenshot }),
  say: (text) => console.log(text),
};
try {
  const summary = await runDemo(options);
  if (json === true) console.log(JSON.stringify(summary));
  process.exitCode = summary.ok ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
