import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A time as the vectors have it: a timestamp of a platform that is none. */
export class VectorTime {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export const isVectorTime = (value: unknown): value is VectorTime => value instanceof VectorTime;

type File = { readonly texts?: Readonly<Record<string, string>> };

/** A file of test vectors, as another project would find it, with what its notation stands for put in. */
export function vectorsOf(name: string): unknown {
  const file = createRequire(import.meta.url).resolve(`@firesignal/protocol/vectors/${name}.json`);
  const raw = JSON.parse(readFileSync(file, 'utf8')) as File;
  return meant(raw, raw.texts ?? {});
}

function meant(value: unknown, texts: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => meant(item, texts));
  if (typeof value !== 'object' || value === null) return value;
  const { $text, $time, $repeat } = value as { $text?: string; $time?: string; $repeat?: [string, number] };
  if ($text !== undefined) return text($text, texts);
  if ($time !== undefined) return new VectorTime($time);
  if ($repeat !== undefined) return $repeat[0].repeat($repeat[1]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, meant(item, texts)]));
}

function text(name: string, texts: Readonly<Record<string, string>>): string {
  const found = texts[name];
  if (found === undefined) throw new Error(`The vectors have no text ${name}.`);
  return found;
}

/** Replaces what may be anything by what is there: so that the rest can be compared. */
export function fitted(expected: unknown, actual: unknown): unknown {
  if (typeof expected !== 'object' || expected === null) return expected;
  if ('$any' in expected) return actual;
  if (typeof actual !== 'object' || actual === null) return expected;
  const found = actual as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(expected).map(([key, item]) => [key, fitted(item, found[key])]));
}
