import type { DocumentWrite } from '../signal-transport.ts';

export type RestTarget = {
  /** `https://firestore.googleapis.com`, or the emulator's address. */
  readonly origin: string;
  readonly projectId: string;
  readonly databaseId: string;
};

/**
 * Sends deletes through the REST API with `keepalive`, so that they outlive the page: the Firestore SDK's own writes are
 * lost on navigation. Applied atomically and under the same rules. `text/plain`, as the SDK itself sends it, keeps the
 * preflight that an earlier commit has paid for usable.
 * (Fetch standard, keepalive; Firestore REST v1, documents:commit.)
 */
export function commitDeletesAtUnload(
  target: RestTarget,
  idToken: string,
  writes: readonly DocumentWrite[],
): void {
  const root = `projects/${target.projectId}/databases/${target.databaseId}/documents`;
  const body = JSON.stringify({
    writes: writes
      .filter((write) => write.kind === 'delete')
      .map((write) => ({ delete: `${root}/${write.path}` })),
  });
  void fetch(`${target.origin}/v1/${root}:commit`, {
    method: 'POST',
    keepalive: true,
    headers: { Authorization: `Bearer ${idToken}`, 'Content-Type': 'text/plain' },
    body,
  }).catch(() => undefined);
}
