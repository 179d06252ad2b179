import type { BackendRequest } from '../browser/harness/contract.ts';

type Commit = Extract<BackendRequest, { kind: 'commit' }>;
type Write = Commit['writes'][number];

/**
 * How many documents the security rules read to judge these requests, by the table in docs/costs.md: no emulator tells it.
 * What was refused is counted too, since it is billed.
 */
export function ruleReadsOf(requests: readonly BackendRequest[]): number {
  /** Admissions that are there: with a new one, a ban is looked for. */
  const admitted = new Set<string>();
  let total = 0;
  for (const request of requests) {
    // Who listens to beacons has to be admitted, each time that something arrives.
    if (request.kind === 'snapshot') total += isIn(request.path, 'beacons') ? 1 : 0;
    else total += readsOfCommit(request, admitted);
  }
  return total;
}

/** Within one commit a document counts once; one that the commit itself writes does not count. */
function readsOfCommit({ writes }: Commit, admitted: Set<string>): number {
  const written = new Set(writes.filter(({ kind }) => kind !== 'delete').map(({ path }) => path));
  const read = new Set(writes.flatMap((write) => documentsFor(write, writes, admitted)));
  for (const { kind, path } of writes.filter(({ path }) => isIn(path, 'admissions')))
    if (kind === 'delete') admitted.delete(path);
    else admitted.add(path);
  return [...read].filter((path) => !written.has(path)).length;
}

/** The documents beside its own that the rules look at for one write, by their paths. */
function documentsFor(
  write: Write,
  commit: readonly Write[],
  admitted: ReadonlySet<string>,
): readonly string[] {
  const [rooms = '', id = '', collection, key = '', , seat = ''] = write.path.split('/');
  const room = `${rooms}/${id}`;
  if (write.kind === 'delete') return [];
  switch (collection) {
    case 'admissions':
      return admitted.has(write.path) ? [room] : [room, `${room}/bans/${key}`];
    case 'seats':
      // The only update of a seat is to mark it lost: whose seat the marker has is looked up.
      return write.kind === 'update' ? [room, `${room}/seats of the marker`] : [room, ...taken(room, commit)];
    case 'beacons':
      return [room];
    case 'mailboxes':
      return [room, `${room}/seats/${seat}`, ownBeacon(room, commit), `${room}/beacons/${key}`];
    default:
      return [];
  }
}

/** The sender's, which a join writes itself. */
function ownBeacon(room: string, commit: readonly Write[]): string {
  const own = commit.find(({ kind, path }) => kind !== 'delete' && path.startsWith(`${room}/beacons/`));
  return own?.path ?? `${room}/beacons of the sender`;
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
