import type { DocumentData } from 'firebase/firestore';
import { without } from './documents.ts';
import { set, type Cases, type Write } from './requests.ts';

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return typeof value;
  return Object.getPrototypeOf(value) === Object.prototype ? 'a map' : 'a time';
};

const WRONG: readonly unknown[] = [null, true, 7.5, 'x', [], {}];

/**
 * `document` with one thing wrong each: every required field missing, every field of a wrong type, a field too many.
 * @param optional fields that may be missing
 */
export function broken(
  document: object,
  optional: readonly string[] = [],
): Readonly<Record<string, DocumentData>> {
  const cases: Record<string, DocumentData> = {};
  // The keys that JavaScript objects inherit are unknown fields like any other.
  for (const key of ['extra', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])
    cases[`an unknown field ${key}`] = { ...document, [key]: 'x' };
  for (const [field, value] of Object.entries(document)) {
    if (!optional.includes(field)) cases[`without ${field}`] = without(document, field);
    for (const wrong of WRONG)
      if (kindOf(wrong) !== kindOf(value) || wrong === 7.5)
        cases[`${field} is ${JSON.stringify(wrong)}`] = { ...document, [field]: wrong };
  }
  return cases;
}

/** Each of `documents` in a commit of its own that sets `path`, with what the commit needs beside it. */
export function setting(
  path: string,
  documents: Readonly<Record<string, DocumentData>>,
  ...beside: readonly Write[]
): Cases {
  return Object.fromEntries(
    Object.entries(documents).map(([what, document]) => [what, [set(path, document), ...beside]]),
  );
}
