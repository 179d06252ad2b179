/**
 * A program that starts a stack and then waits, to be ended in every way there is. Prints a line of JSON for each
 * thing that happens. Arguments: the file to import `startStack` from, then the options of `startProgram`.
 */
import type * as StackModule from '../../../scripts/stack/index.ts';
import { emulatorFromEnvironment } from '../../support/stack-environment.ts';
import type { ProgramEvent } from './program.ts';

const [stackModule = '', then, services = ''] = process.argv.slice(2);
const { startStack } = (await import(stackModule)) as typeof StackModule;
const say = (event: ProgramEvent): boolean => process.stdout.write(`${JSON.stringify(event)}\n`);

const emulator = emulatorFromEnvironment();
const stack = await startStack({
  ...(emulator !== undefined && { emulator }),
  services: services.split(',') as StackModule.Service[],
  onProgress: (line) => say({ progress: line }),
});
say({ running: { id: stack.id, ports: [stack.auth.port, stack.firestore.port], pids: [...stack.pids] } });
// Its standard input closes with the test that started it, at the latest.
if (then === 'wait') process.stdin.resume().once('end', () => process.exit());
