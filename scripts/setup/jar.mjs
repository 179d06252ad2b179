/**
 * Reads the manifest of a jar, and writes one-entry jars that start a class of another jar: `java -jar` is the only
 * way firebase-tools starts an emulator, and the jar in the Google Cloud CLI does not name its main class.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readZipEntry, zipOf } from './zip.mjs';

const EMULATOR_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
const MANIFEST = 'META-INF/MANIFEST.MF';
/** Attributes that Java honours only in the manifest of the jar named on its command line. */
const LAUNCH_ATTRIBUTES = ['Add-Opens', 'Add-Exports', 'Enable-Native-Access', 'Launcher-Agent-Class'];

/**
 * Writes a jar that starts the Firestore emulator in `emulatorJar`.
 * @param {string} emulatorJar
 * @param {string} wrapperJar where to write it
 */
export function writeEmulatorWrapper(emulatorJar, wrapperJar) {
  const manifest = readManifest(emulatorJar);
  const lines = [
    ['Manifest-Version', '1.0'],
    ['Main-Class', manifest.get('Main-Class') ?? EMULATOR_CLASS],
    ['Class-Path', pathToFileURL(emulatorJar).href],
    ...LAUNCH_ATTRIBUTES.flatMap((name) => {
      const value = manifest.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  ];
  const text = lines.map(([name = '', value = '']) => foldLine(`${name}: ${value}`)).join('');
  writeFileSync(wrapperJar, zipOf(MANIFEST, Buffer.from(`${text}\r\n`)));
}

/**
 * The main attributes of a jar's manifest; empty when there is none.
 * @param {string} jar
 * @returns {Map<string, string>}
 */
export function readManifest(jar) {
  return parseManifest(readZipEntry(jar, MANIFEST)?.toString('utf8') ?? '');
}

/**
 * @param {string} text
 * @returns {Map<string, string>}
 */
function parseManifest(text) {
  const unfolded = text.replace(/\r\n?/g, '\n').replace(/\n /g, '');
  const main = unfolded.split('\n\n')[0] ?? '';
  return new Map(
    main
      .split('\n')
      .filter((line) => line.includes(': '))
      .map((line) => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), line.slice(at + 2)];
      }),
  );
}

/**
 * A manifest line holds at most 72 bytes with its line end; a longer one goes on in lines that start with a space.
 * @param {string} line ASCII, as file URLs and class names are
 */
function foldLine(line) {
  const first = line.slice(0, 70);
  const rest = line.slice(70).match(/.{1,69}/g) ?? [];
  return [first, ...rest.map((part) => ` ${part}`)].map((part) => `${part}\r\n`).join('');
}
