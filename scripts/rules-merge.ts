/*
 * Writes Firesignal's rules and indexes into those of another project; docs/adopting.md explains it:
 *   npm run rules:merge -- --into <firestore.rules> [--indexes <firestore.indexes.json>]
 *                          [--root apps/calls] [--collection-prefix fs_] [--check]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkPlacement, placesAt, type Places } from '@firesignal/protocol';
import { mergeIndexes } from './rules/merge-indexes.ts';
import { MergeRefusal } from './rules/merge-refusal.ts';
import { mergeRules } from './rules/merge-rules.ts';

const USAGE =
  'Usage: npm run rules:merge -- --into <firestore.rules> [--indexes <firestore.indexes.json>] ' +
  '[--root apps/calls] [--collection-prefix fs_] [--check]';

const own = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

function argumentsOf() {
  try {
    const { values } = parseArgs({
      options: {
        into: { type: 'string' },
        indexes: { type: 'string' },
        root: { type: 'string' },
        'collection-prefix': { type: 'string' },
        check: { type: 'boolean', default: false },
      },
    });
    if (values.into !== undefined || values.indexes !== undefined) return values;
  } catch (error) {
    throw new MergeRefusal(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
  throw new MergeRefusal(USAGE);
}

function placesOf(root: string | undefined, collectionPrefix: string | undefined): Places {
  const checked = checkPlacement({ root, collectionPrefix });
  if (!checked.ok) throw new MergeRefusal(`${checked.problem}.`);
  return placesAt(checked.value);
}

/** @returns whether the file is as it has to be now */
function update(file: string, present: string | undefined, wanted: string, check: boolean): boolean {
  if (present === wanted) {
    console.log(`${file} has Firesignal's part already.`);
    return true;
  }
  if (check) {
    console.error(`${file} differs from what a merge would write. Run the same command without --check.`);
    return false;
  }
  writeFileSync(file, wanted);
  console.log(`${file}: wrote Firesignal's part.`);
  return true;
}

function textOf(file: string): string {
  if (!existsSync(file)) throw new MergeRefusal(`There is no file ${file}.`);
  return readFileSync(file, 'utf8');
}

function merge(): boolean {
  const { into, indexes, root, 'collection-prefix': prefix, check } = argumentsOf();
  const places = placesOf(root, prefix);
  let isUpToDate = true;
  // All is computed before anything is written: a refusal leaves both files as they are.
  const steps: (() => boolean)[] = [];
  if (into !== undefined) {
    const present = textOf(into);
    const { text, warnings } = mergeRules(present, own('firestore.rules'), places);
    steps.push(() => {
      for (const warning of warnings) console.warn(`Warning: ${into}, ${warning}`);
      return update(into, present, text, check);
    });
  }
  if (indexes !== undefined) {
    // A project without indexes of its own may have no such file.
    const present = existsSync(indexes) ? readFileSync(indexes, 'utf8') : undefined;
    const wanted = mergeIndexes(present ?? '{ "indexes": [] }', own('firestore.indexes.json'), places);
    steps.push(() => update(indexes, present, wanted, check));
  }
  for (const step of steps) isUpToDate = step() && isUpToDate;
  return isUpToDate;
}

try {
  if (!merge()) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof MergeRefusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
