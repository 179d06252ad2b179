/** Finds `hidane`, a Firestore emulator that needs neither Java nor a jar. */
import { onPath, userCacheFolder } from './machine.mjs';

/** The version that the tests were run with; another one on the PATH is taken as it is. */
export const HIDANE_VERSION = '0.6.0';

/**
 * Where this project builds its own: outside the clone, since building takes minutes.
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string}
 */
export function hidaneFolder(machine) {
  return machine.path.join(userCacheFolder(machine), `hidane-${HIDANE_VERSION}`);
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string | undefined}
 */
export function findHidane(machine) {
  const file = machine.platform === 'win32' ? 'hidane.exe' : 'hidane';
  const cargoHome = machine.env['CARGO_HOME'] ?? machine.path.join(machine.home, '.cargo');
  return [
    ...onPath(machine, 'hidane'),
    machine.path.join(cargoHome, 'bin', file),
    machine.path.join(hidaneFolder(machine), 'bin', file),
  ].find((candidate) => machine.isFile(candidate));
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @returns {string | undefined} the cargo that could build it
 */
export function findCargo(machine) {
  const file = machine.platform === 'win32' ? 'cargo.exe' : 'cargo';
  const cargoHome = machine.env['CARGO_HOME'] ?? machine.path.join(machine.home, '.cargo');
  return [...onPath(machine, 'cargo'), machine.path.join(cargoHome, 'bin', file)].find((candidate) =>
    machine.isFile(candidate),
  );
}
