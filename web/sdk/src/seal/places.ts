/** Documents that have something sealed in them, by the collection that they are in. */
export type SealedCollection =
  | { readonly kind: 'names'; readonly collection: 'admissions' | 'knocks' | 'seats' }
  | { readonly kind: 'beacons' }
  | { readonly kind: 'mail'; readonly recipient: string };

/** What is sealed in the documents of a collection of the room; undefined: nothing. */
export function sealedCollection(path: string, roomId: string): SealedCollection | undefined {
  const [rooms, id, collection, recipient, from] = path.split('/');
  if (rooms !== 'rooms' || id !== roomId) return undefined;
  switch (collection) {
    case 'admissions':
    case 'knocks':
    case 'seats':
      return recipient === undefined ? { kind: 'names', collection } : undefined;
    case 'beacons':
      return recipient === undefined ? { kind: 'beacons' } : undefined;
    case 'mailboxes':
      return recipient !== undefined && from === 'from' ? { kind: 'mail', recipient } : undefined;
    default:
      return undefined;
  }
}

/** The collection that a document is in, and its id there. */
export function split(path: string): readonly [collection: string, id: string] {
  const end = path.lastIndexOf('/');
  return [path.slice(0, end), path.slice(end + 1)];
}
