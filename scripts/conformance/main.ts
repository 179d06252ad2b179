/** `npm run conformance`: whether a client keeps to the protocol. docs/conformance.md has the options. */
import { Option, program } from 'commander';
import type { EmulatorKind } from '../setup/known-tools.mjs';
import { reportFailure } from '../setup/report-failure.mjs';
import { describeOutcome, describeRows, isConformant } from './rows.ts';
import { OWN_CLIENT, runConformance } from './run-conformance.ts';

type Flags = {
  readonly cmd: string;
  readonly quick?: true;
  readonly emulator?: EmulatorKind;
  readonly json?: true;
};

program
  .name('npm run conformance --')
  .description('Lets a client visit a room, and looks at whether it keeps to the protocol.')
  .option('--cmd <command>', 'how to start the client', OWN_CLIENT)
  .option('--quick', 'do not wait for the renewal after a minute')
  .addOption(new Option('--emulator <kind>', 'Firestore emulator').choices(['official', 'hidane']))
  .option('--json', 'print one JSON object before the closing line')
  // For the set-up, which runs before this program.
  .option('--fresh', 'look for every tool again')
  .parse();

const { cmd, quick, emulator, json } = program.opts<Flags>();
// Ending the process is enough: what it has started ends with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
try {
  const rows = await runConformance({
    command: cmd,
    isQuick: quick === true,
    ...(emulator !== undefined && { emulator }),
    say: (line) => console.log(line),
  });
  console.log(`\n${describeRows(rows)}\n`);
  if (json === true) console.log(JSON.stringify({ ok: isConformant(rows), rows }));
  console.log(describeOutcome(rows));
  process.exitCode = isConformant(rows) ? 0 : 1;
} catch (error) {
  reportFailure(error);
}
