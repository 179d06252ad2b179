import { Command, InvalidArgumentError, Option } from 'commander';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { PEERS_MAX } from './mesh.ts';

export type Flags = {
  readonly peers: number;
  readonly rush?: true;
  readonly crash?: true;
  readonly repeat: number;
  readonly headed?: true;
  readonly rtt: number;
  readonly emulator?: EmulatorKind;
  readonly json?: true;
  readonly screenshot?: string;
};

function number(minimum: number, maximum = Infinity): (text: string) => number {
  const range = maximum === Infinity ? `from ${minimum} on` : `from ${minimum} to ${maximum}`;
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    return value;
  };
}

/** The command line of the demo. */
export function demoCommand(): Command {
  return (
    new Command()
      .name('npm run demo --')
      .description('Lets real browser pages meet in a room through Firestore, under the security rules.')
      .addOption(new Option('--peers <number>', 'how many meet').argParser(number(2, PEERS_MAX)).default(2))
      .option('--rush', 'all join at the same moment, not one by one')
      .option('--crash', 'kill the page of one, and watch its seat; takes two minutes')
      .addOption(new Option('--repeat <times>', 'make so many calls').argParser(number(1)).default(1))
      .option('--headed', 'show the browser')
      .addOption(
        new Option('--rtt <milliseconds>', 'put the emulators so far away').argParser(number(0)).default(0),
      )
      .addOption(new Option('--emulator <kind>', 'Firestore emulator').choices(['official', 'hidane']))
      .option('--json', 'print one JSON object as the last line')
      .option('--screenshot <file>', 'save a picture of all pages side by side')
      // For the set-up, which runs before this program.
      .option('--fresh', 'look for every tool again')
  );
}

/** What is given behind the program's name. */
export function parseFlags(args: readonly string[], command = demoCommand()): Flags {
  return command.parse(args, { from: 'user' }).opts<Flags>();
}
