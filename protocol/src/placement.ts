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

/*
 * Rules, paths and indexes all take such names without quotes. Firestore keeps `__…__` for itself: names begin with a letter. It
 * allows longer roots, but nobody needs one, and every segment counts in every document's name.
 */
const ROOT = /^(?!\/)(?:(?:(?:^|\/)[A-Za-z][\w-]{0,62}){2}){0,5}$/;
const PREFIX = /^(?:[A-Za-z][\w-]{0,31})?$/;

/** A placement that is one. */
export type CheckedPlacement = { readonly root: string; readonly prefix: string };

/** Validates a placement from outside. A problem says what to do. */
export function checkPlacement(value: unknown): Checked<CheckedPlacement> {
  return checking(() => {
    const fields = fieldsOf(value, 'placement', [], ['root', 'collectionPrefix']);
    const { root = '', collectionPrefix: prefix = '' } = fields;
    if (typeof root !== 'string' || !ROOT.test(root))
      fail(
        "placement.root must be a text such as 'apps/calls': an even number of segments, at most 10, of letters, digits, _ and -, " +
          'a letter first',
      );
    if (typeof prefix !== 'string' || !PREFIX.test(prefix))
      fail("placement.collectionPrefix must be a text such as 'fs_': up to 32 of those, a letter first");
    return { root, prefix };
  });
}

/** In a path, collections and documents take turns, and a root has as many of both. */
const isCollection = (index: number): boolean => index % 2 === 0;

/** See {@link Places.stored}. */
export function storedPath({ root, prefix }: CheckedPlacement, path: string): string {
  const own = path.split('/').map((name, n) => (isCollection(n) ? prefix + name : name));
  return (root === '' ? own : [root, ...own]).join('/');
}

export function placesAt(placement: CheckedPlacement): Places {
  const { prefix } = placement;
  const root = placement.root === '' ? [] : placement.root.split('/');
  const knownName = (collection: string): string | undefined =>
    collection.startsWith(prefix) ? collection.slice(prefix.length) : undefined;
  return {
    stored: (path) => storedPath(placement, path),
    storedName: (collection) => prefix + collection,
    knownName,
    known: (path) => {
      const segments = path.split('/');
      if (segments.length <= root.length || root.some((segment, n) => segments[n] !== segment))
        return undefined;
      const own = segments.slice(root.length).map((name, n) => (isCollection(n) ? knownName(name) : name));
      return own.some((segment) => segment === undefined || segment === '') ? undefined : own.join('/');
    },
  };
}
