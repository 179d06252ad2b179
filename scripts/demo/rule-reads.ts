import type { BackendRequest } from '../browser/harness/contract.ts';

type Commit = Extract<BackendRequest, { kind: 'commit' }>;
type Write = Commit['writes'][number];

/**
 * How many documents the security rules read to judge these requests, by the table in docs/costs.md: no emulator tells it.
 * What was refused is counted too, since it is billed.
 */
export function ruleReadsOf(requests: readonly BackendRequest[]): number {
  return requests.reduce((total, request) => total + readsOf(request), 0);
}

function readsOf(request: BackendRequest): number {
  // Who listens to beacons has to be admitted, each time that something arrives.
  if (request.kind === 'snapshot') return isIn(request.path, 'beacons') ? 1 : 0;
  return readsOfCommit(request);
}

/** Within one commit a document counts once; one that the commit itself writes does not count. */
function readsOfCommit({ writes }: Commit): number {
  const written = new Set(writes.filter(({ kind }) => kind !== 'delete').map(({ path }) => path));
  const read = new Set(writes.flatMap((write) => documentsFor(write, writes)));
  return [...read].filter((path) => !written.has(path)).length;
}

/** The documents beside its own that the rules look at for one write, by their paths. */
function documentsFor(write: Write, commit: readonly Write[]): readonly string[] {
  const [rooms = '', id = '', collection, key = '', , seat = ''] = write.path.split('/');
  const room = `${rooms}/${id}`;
  if (write.kind === 'delete') return [];
  switch (collection) {
    case 'admissions':
      return [room];
    case 'seats':
      // The only update of a seat is to mark it lost: whose seat the marker has is looked up.
      return write.kind === 'update' ? [room, `${room}/seats of the marker`] : [room, ...taken(room, commit)];
    case 'beacons':
      return [room];
    case 'mailboxes':
      return [room, `${room}/seats/${seat}`, `${room}/beacons/${key}`];
    default:
      return [];
  }
}

/** To take a seat one needs an admission; the beacon of a former holder is looked at twice. */
function taken(room: string, commit: readonly Write[]): readonly string[] {
  const admission = commit.find(({ path }) => path.startsWith(`${room}/admissions/`))?.path;
  const gone = commit.filter(({ kind, path }) => kind === 'delete' && path.startsWith(`${room}/beacons/`));
  return [
    admission ?? `${room}/admissions of the taker`,
    ...gone.flatMap(({ path }) => [`${path} is there`, `${path} as it is`]),
  ];
}

function isIn(path: string, collection: string): boolean {
  return path.split('/')[2] === collection;
}
