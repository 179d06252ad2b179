import { LIMITS } from 'firesignal';

const KEY = 'firesignal.name';

/** The name given last time, or `''`. Storage may be blocked: then there is none. */
export function rememberedName(): string {
  try {
    return (localStorage.getItem(KEY) ?? '').slice(0, LIMITS.NAME_LENGTH_MAX);
  } catch {
    return '';
  }
}

export function rememberName(name: string): void {
  try {
    if (name === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name);
  } catch {
    // Not remembered, then: the name is asked for again.
  }
}

/** A name as typed, made fit to be shown to others. */
export function tidyName(typed: string): string {
  return typed.replace(/\s+/g, ' ').trim().slice(0, LIMITS.NAME_LENGTH_MAX);
}
