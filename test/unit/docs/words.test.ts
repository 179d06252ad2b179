import { describe, expect, it } from 'vitest';
import { PAGES, read } from './support.ts';

/** What a page says of the project should not be said by adjectives. */
const PRAISE =
  /\b(?:seamless|blazing|effortless|powerful|cutting[- ]edge|state[- ]of[- ]the[- ]art|leverag\w+|revolutionary|world[- ]class|game[- ]chang\w+|robust|simply|out of the box|best[- ]in[- ]class)\b/i;
/** A path that begins at the root of somebody's machine; addresses of the app do so too. */
const MACHINE_PATH = /(?:^|[\s(`'"])(?!\/(?:r|__)\/)(?:\/[a-z][\w.-]*){2,}|\b[A-Z]:\\/m;
/** The project speaks of itself, not of the tickets it was made from. */
const TICKET = /\bissue #?\d|(?:^|\s)#\d+\b/im;
const UNFINISHED = /\b(?:TODO|FIXME|TBD|XXX|lorem ipsum)\b/;

describe('docs › words', () => {
  it.each(PAGES)('%s is plain, whole, and about the project only', (page) => {
    const found = [PRAISE, MACHINE_PATH, TICKET, UNFINISHED].map((words) => words.exec(read(page))?.[0]);
    expect(found.filter((words) => words !== undefined)).toEqual([]);
  });
});
