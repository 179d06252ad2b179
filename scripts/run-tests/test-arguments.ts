import { parseCLI, type CliOptions } from 'vitest/node';
import { parseSetUpArguments } from '../setup/arguments.mjs';
import type { EmulatorKind } from '../setup/known-tools.mjs';

export type TestArguments = {
  readonly emulator: EmulatorKind | undefined;
  readonly fresh: boolean;
  /** Parts of file names. */
  readonly filter: string[];
  /** Everything else that Vitest understands, such as `--project unit` and `-t name`. */
  readonly options: CliOptions;
};

export function parseTestArguments(args: readonly string[]): TestArguments {
  const { emulator, fresh } = parseSetUpArguments(args);
  const { filter, options } = parseCLI(['vitest', ...withoutSetUpArguments(args)]);
  return { emulator, fresh, filter, options };
}

function withoutSetUpArguments(args: readonly string[]): string[] {
  return args.filter(
    (arg, at) => arg !== '--fresh' && !arg.startsWith('--emulator') && args[at - 1] !== '--emulator',
  );
}
