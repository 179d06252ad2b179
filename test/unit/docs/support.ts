import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache']);

/** Every file of the project, by its path from the root. */
export const FILES: readonly string[] = filesBelow('');

export const PAGES: readonly string[] = FILES.filter((file) => file.endsWith('.md'));

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** A page without its code blocks. */
export function proseOf(page: string): string {
  return read(page).replace(/^ *```[^]*?^ *```$/gm, '');
}

/** The code blocks of a page in one language. */
export function codeBlocks(page: string, language: string): readonly string[] {
  const pattern = new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm');
  return [...read(page).matchAll(pattern)].map(([, code]) => code ?? '');
}

/** The rows of every table of a page, below the headings: the cells as they stand. */
export function tableRows(page: string): readonly (readonly string[])[] {
  return proseOf(page)
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[ :|-]+\|$/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The ids by which links name the headings of a page, as GitHub makes them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}
