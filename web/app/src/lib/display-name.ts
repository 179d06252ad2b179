/** Shown for those who gave no name. */
const NAMELESS = 'Guest';

export function displayName(name: string): string {
  return name.trim() === '' ? NAMELESS : name;
}

/** One or two letters that stand for a name. Takes whole characters, so that emoji and rare scripts stay intact. */
export function initials(name: string): string {
  const words = displayName(name).split(/\s+/).filter(Boolean);
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
