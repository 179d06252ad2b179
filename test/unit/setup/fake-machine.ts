import path from 'node:path';
import type { Machine } from '../../../scripts/setup/machine.mjs';

/** A machine described as data. */
export type FakeMachine = {
  readonly platform?: NodeJS.Platform;
  readonly env?: Record<string, string>;
  readonly home?: string;
  readonly isRoot?: boolean;
  /** Every file there is. */
  readonly files?: readonly string[];
  /** Symbolic links to files. */
  readonly links?: Readonly<Record<string, string>>;
  /** What a command line says; one that is not here fails. */
  readonly answers?: Readonly<Record<string, string>>;
};

/** The machine, and which commands were run on it. */
export function fakeMachine(description: FakeMachine): Machine & { readonly ran: string[] } {
  const { platform = 'linux', env = {}, home = '/home/ann', links = {}, answers = {} } = description;
  const files = new Set([...(description.files ?? []), ...Object.keys(links)]);
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const ran: string[] = [];
  return {
    platform,
    env,
    home,
    isRoot: description.isRoot ?? false,
    path: paths,
    isFile: (file) => files.has(file),
    list: (folder) => {
      const inside = [...files].filter((file) => file.startsWith(folder + paths.sep));
      return [...new Set(inside.map((file) => file.slice(folder.length + 1).split(paths.sep)[0] ?? ''))];
    },
    real: (file) => links[file] ?? file,
    run: (command, args) => {
      const line = [command, ...args].join(' ');
      ran.push(line);
      const output = answers[line];
      return output === undefined ? { ok: false, output: '' } : { ok: true, output };
    },
    ran,
  };
}
