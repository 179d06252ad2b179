import { checking, fail, fieldsOf, type Checked } from './validate/check.ts';

/** Where in a database Firesignal's documents lie, so that they fit beside those of somebody else. */
export type Placement = {
  /**
   * Path of a document under which everything lies, such as `apps/calls`: an even number of segments. It need not exist.
   * @defaultValue none: at the top of the database
   */
  readonly root?: string | undefined;
  /**
   * Put before the name of every collection, such as `fs_`. Indexes and expiry go by that name alone, wherever a collection is.
   * @defaultValue none
   */
  readonly collectionPrefix?: string | undefined;
};

/** Translates paths of the protocol, as in `paths.ts`, to those of stored documents and collections, and back. */
export type Places = {
  /** `rooms/{id}/seats` → `apps/calls/fs_rooms/{id}/fs_seats` */
  readonly stored: (path: string) => string;
  /** The other way round; undefined: not a path below this placement. */
  readonly known: (storedPath: string) => string | undefined;
  /** `seats` → `fs_seats`: the name that collection-group queries and indexes use. */
  readonly storedName: (collection: string) => string;
  /** The other way round; undefined: not a collection of this placement. */
  readonly knownName: (storedCollection: string) => string | undefined;
};

/** Rules, paths and indexes all take these without quotes. Firestore keeps `__…__` for itself: names begin with a letter. */
const SEGMENT = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;
const PREFIX = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
/** Firestore allows more, but nobody needs it, and every segment counts in every document's name. */
const ROOT_SEGMENTS_MAX = 10;

/** Validates a placement from outside. A problem says what to do. */
export function checkPlacement(value: unknown): Checked<Places> {
  return checking(() => {
    const { root = '', collectionPrefix = '' } = fieldsOf(
      value,
      'placement',
      [],
      ['root', 'collectionPrefix'],
    );
    return placesAt(rootSegments(root), prefixOf(collectionPrefix));
  });
}

function rootSegments(root: unknown): readonly string[] {
  if (root === '') return [];
  if (typeof root !== 'string') fail("placement.root must be a text such as 'apps/calls'");
  const segments = root.split('/');
  if (segments.length % 2 !== 0)
    fail(
      "placement.root must be the path of a document, with an even number of segments, such as 'apps/calls'",
    );
  if (segments.length > ROOT_SEGMENTS_MAX || !segments.every((segment) => SEGMENT.test(segment)))
    fail(
      `placement.root must have at most ${ROOT_SEGMENTS_MAX} segments, each of letters, digits, _ and -, beginning with a ` +
        "letter; no '/' at either end",
    );
  return segments;
}

function prefixOf(prefix: unknown): string {
  if (prefix === '') return '';
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    fail(
      'placement.collectionPrefix must be at most 32 letters, digits, _ and -, beginning with a letter, such as ' +
        "'fs_'",
    );
  return prefix;
}

/** In a path, collections and documents take turns, and a root has as many of both. */
const isCollection = (index: number): boolean => index % 2 === 0;

function placesAt(root: readonly string[], prefix: string): Places {
  const storedName = (collection: string): string => `${prefix}${collection}`;
  const knownName = (collection: string): string | undefined =>
    collection.startsWith(prefix) ? collection.slice(prefix.length) : undefined;
  return {
    storedName,
    knownName,
    stored: (path) => {
      const segments = path.split('/');
      return [...root, ...segments.map((name, n) => (isCollection(n) ? storedName(name) : name))].join('/');
    },
    known: (storedPath) => {
      const segments = storedPath.split('/');
      if (segments.length <= root.length || root.some((segment, n) => segments[n] !== segment))
        return undefined;
      const own = segments.slice(root.length).map((name, n) => (isCollection(n) ? knownName(name) : name));
      return own.some((segment) => segment === undefined || segment === '') ? undefined : own.join('/');
    },
  };
}
