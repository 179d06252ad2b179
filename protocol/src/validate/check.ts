/**
 * The outcome of validating something from outside. A problem names the field and what is wrong with it, and never quotes
 * the value: it may hold an address.
 */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Tells whether a value is a timestamp of the caller's platform. */
export type IsTime<TTime> = (value: unknown) => value is TTime;

/** Thrown inside a validator, caught by {@link checking}: validators read top to bottom, with no result to thread through. */
class Problem extends Error {}

export function fail(problem: string): never {
  throw new Problem(problem);
}

export function checking<T>(validate: () => T): Checked<T> {
  try {
    return { ok: true, value: validate() };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.message };
    throw error;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** A plain object with exactly the `required` fields and at most the `optional` ones. */
export function fieldsOf(
  value: unknown,
  where: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(`${where} must be a map`);
  const keys = Object.keys(value);
  for (const key of required) if (!keys.includes(key)) fail(`${where}.${key} is missing`);
  for (const key of keys)
    if (!required.includes(key) && !optional.includes(key)) fail(`${where} has an unknown field`);
  return value as Fields;
}

export function stringUpTo(value: unknown, where: string, max: number, min = 0): string {
  if (typeof value !== 'string') fail(`${where} must be a string`);
  if (value.length < min || value.length > max)
    fail(`${where} must have ${String(min)} to ${String(max)} characters`);
  return value;
}

export function integerIn(value: unknown, where: string, min: number, max: number): number {
  if (!Number.isInteger(value)) fail(`${where} must be an integer`);
  const number = value as number;
  if (number < min || number > max) fail(`${where} must be from ${String(min)} to ${String(max)}`);
  return number;
}

export function oneOf<T extends string>(value: unknown, where: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  return found ?? fail(`${where} must be one of ${allowed.join(', ')}`);
}

export function matching(value: unknown, where: string, is: (value: unknown) => value is string): string {
  return is(value) ? value : fail(`${where} has the wrong shape`);
}

export function timeOf<TTime>(value: unknown, where: string, isTime: IsTime<TTime>): TTime {
  return isTime(value) ? value : fail(`${where} must be a timestamp`);
}

export function flagOf(value: unknown, where: string): boolean {
  return typeof value === 'boolean' ? value : fail(`${where} must be true or false`);
}

/** `{ [key]: read(value) }` when the field is there, else nothing: optional fields stay absent, never `undefined`. */
export function optional<K extends string, T>(
  fields: Fields,
  key: K,
  read: (value: unknown) => T,
): Partial<Record<K, T>> {
  if (!Object.hasOwn(fields, key)) return {};
  return { [key]: read(fields[key]) } as Partial<Record<K, T>>;
}
