/** The options of the set-up, which the commands that run it first understand as well. */

const EMULATORS = /** @type {const} */ (['official', 'hidane']);

/**
 * @param {readonly string[]} args
 * @returns {{ emulator?: import('./known-tools.mjs').EmulatorKind; fresh: boolean }}
 */
export function parseSetUpArguments(args) {
  const value = valueOf(args, '--emulator');
  const fresh = args.includes('--fresh');
  if (value === undefined) return { fresh };
  const emulator = EMULATORS.find((kind) => kind === value);
  if (emulator === undefined) {
    throw Object.assign(new Error(`There is no emulator called "${value}".`), {
      hint: `Use --emulator ${EMULATORS.join(' or --emulator ')}.`,
    });
  }
  return { emulator, fresh };
}

/**
 * @param {readonly string[]} args
 * @param {string} name
 * @returns {string | undefined} of `--name value` or `--name=value`
 */
function valueOf(args, name) {
  const at = args.indexOf(name);
  if (at >= 0) return args[at + 1] ?? '';
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}
