import type { Database } from '../../../scripts/demo/admin.ts';

/** A value of a document, as Firestore's REST interface has it. */
export type RestValue = {
  readonly stringValue?: string;
  readonly integerValue?: string;
  readonly timestampValue?: string;
};
export type RestFields = Readonly<Record<string, RestValue>>;

const HEADERS = { authorization: 'Bearer owner', 'content-type': 'application/json' };

/** The fields of a document, whatever the rules say; none, where there is no document. */
export async function fieldsOf(database: Database, path: string): Promise<RestFields> {
  const response = await fetch(urlOf(database, path), { headers: HEADERS });
  if (response.status === 404) return {};
  if (!response.ok) throw new Error(`The emulator says ${String(response.status)} to reading ${path}.`);
  return ((await response.json()) as { fields?: RestFields }).fields ?? {};
}

/** Moves times of a document into the past, so that nobody has to wait. One that is missing is made. */
export async function ageTimes(
  database: Database,
  path: string,
  names: readonly string[],
  byMs: number,
  others: RestFields = {},
): Promise<void> {
  const fields = await fieldsOf(database, path);
  const aged = names.map((name) => {
    const { timestampValue } = fields[name] ?? {};
    const time = timestampValue === undefined ? Date.now() : Date.parse(timestampValue);
    return [name, { timestampValue: new Date(time - byMs).toISOString() }] as const;
  });
  const changed = { ...others, ...Object.fromEntries(aged) };
  const mask = Object.keys(changed).map((name) => `updateMask.fieldPaths=${name}`);
  const response = await fetch(`${urlOf(database, path)}?${mask.join('&')}`, {
    method: 'PATCH',
    headers: HEADERS,
    body: JSON.stringify({ fields: changed }),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The emulator says ${String(response.status)} to writing ${path}.`);
}

function urlOf({ firestore, projectId }: Database, path: string): string {
  return `${firestore}/v1/projects/${projectId}/databases/(default)/documents/${path}`;
}
