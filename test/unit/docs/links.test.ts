import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, FILES, PAGES, proseOf, read } from './support.ts';

const LINK = /\]\(([^)\s]+)\)|<img[^>]* src="([^"]+)"/g;
const URL_SCHEME = /^[a-z]+:/;
/** A file or folder in code marks: with a folder in front, or an ending that this project has. */
const FILE =
  /`((?!\/)[\w./-]*\w\.(?:ts|tsx|mjs|js|json|rules|md)|(?:web|test|scripts|docs|protocol)\/[\w./-]*)`/g;

const names = new Set(FILES.map((file) => path.posix.basename(file)));
const folders = new Set(FILES.flatMap((file) => parents(file)));

function parents(file: string): readonly string[] {
  const folder = path.posix.dirname(file);
  return folder === '.' ? [] : [folder, ...parents(folder)];
}

function isThere(name: string): boolean {
  const plain = name.replace(/\/$/, '');
  // What is built is not in the project.
  if (path.posix.basename(plain) === 'dist') return folders.has(path.posix.dirname(plain));
  return FILES.includes(plain) || folders.has(plain) || (!plain.includes('/') && names.has(plain));
}

/** What a link of a page does not lead to, if it does not. */
function broken(page: string, link: string): readonly string[] {
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? page : path.posix.join(path.posix.dirname(page), target);
  if (!FILES.includes(file) && !folders.has(file)) return [link];
  return anchor === undefined || anchorsOf(file).has(anchor) ? [] : [link];
}

describe('docs › links', () => {
  it.each(PAGES)('%s links to what is there', (page) => {
    const links = [...proseOf(page).matchAll(LINK)].map(([, link, image]) => link ?? image ?? '');
    const inside = links.filter((link) => !URL_SCHEME.test(link));
    expect(inside.flatMap((link) => broken(page, link))).toEqual([]);
  });

  it.each(PAGES)('%s names files that are there', (page) => {
    const named = [...proseOf(page).matchAll(FILE)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });

  it.each(PAGES)('%s names commands that are there', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
    const programs = FILES.map((file) => /^scripts\/([\w-]+)(?:\/main)?\.ts$/.exec(file)?.[1]);
    const known = new Set([...Object.keys(scripts), ...programs, 'ci', 'install']);
    const named = [...read(page).matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].filter(
      // The script of a workspace is its own business.
      ({ input, index }) => !input.slice(index, index + 80).includes('--workspace'),
    );
    expect(
      named.map(([, script, short]) => script ?? short ?? '').filter((name) => !known.has(name)),
    ).toEqual([]);
  });

  it('names rules that a test shows', () => {
    const titles = FILES.filter((file) => file.endsWith('.test.ts'))
      .map(read)
      .join('\n');
    const named = PAGES.flatMap((page) => [...proseOf(page).matchAll(/\[([A-Z]{2}\d+)\](?!\()/g)]);
    // XX stands for any group.
    const unknown = named.map(([id]) => id).filter((id) => !id.startsWith('[XX') && !titles.includes(id));
    expect(unknown).toEqual([]);
  });
});
