/** What the demo asks of the Firestore emulator as its owner, past the rules. */

export type Database = {
  /** `http://host:port` of the Firestore emulator. */
  readonly firestore: string;
  readonly projectId: string;
};

const OWNER = { authorization: 'Bearer owner' };

/**
 * Every document at and below a path, by their paths, also below documents that are gone or never were: Firestore keeps
 * children without their parents.
 */
export async function documentsBelow(database: Database, path: string): Promise<readonly string[]> {
  const own = await exists(database, path);
  const collections = await collectionIds(database, path);
  const children = await Promise.all(
    collections.map(async (id) => {
      const documents = await listDocuments(database, `${path}/${id}`);
      return (await Promise.all(documents.map((document) => documentsBelow(database, document)))).flat();
    }),
  );
  return [...(own ? [path] : []), ...children.flat()];
}

/**
 * How many documents were written with a new room: the room, and the count of rooms of its creator if it is from the same
 * commit. 0 if there is no such room.
 */
export async function writtenWithRoom(database: Database, room: string): Promise<number> {
  const made = await readDocument(database, room);
  if (made === undefined) return 0;
  const creator = made.fields?.['createdBy']?.stringValue ?? '';
  const quota = await readDocument(database, `quotas/${creator}`);
  return quota?.updateTime === made.createTime ? 2 : 1;
}

type StoredDocument = {
  readonly createTime: string;
  readonly updateTime: string;
  readonly fields?: Readonly<Record<string, { readonly stringValue?: string }>>;
};

async function readDocument(database: Database, path: string): Promise<StoredDocument | undefined> {
  const response = await fetch(urlOf(database, path), { headers: OWNER });
  if (response.status === 404) return undefined;
  if (!response.ok) throw failed(path, response);
  return (await response.json()) as StoredDocument;
}

/**
 * Makes the emulator evaluate the rules for a path that nothing else uses, as a visitor without an account. The refusal shows
 * in its request stream, after everything before.
 */
export async function leaveMark(database: Database, path: string): Promise<void> {
  const response = await fetch(urlOf(database, path));
  await response.body?.cancel();
}

/** A document as the REST API gives it, as text. */
export async function documentText(database: Database, path: string): Promise<string> {
  const response = await fetch(urlOf(database, path), { headers: OWNER });
  if (!response.ok) throw failed(path, response);
  return response.text();
}

async function exists(database: Database, path: string): Promise<boolean> {
  const response = await fetch(urlOf(database, path), { headers: OWNER });
  await response.body?.cancel();
  if (response.status !== 404 && !response.ok) throw failed(path, response);
  return response.ok;
}

async function collectionIds(database: Database, path: string): Promise<readonly string[]> {
  const pages = await allPages<{ collectionIds?: string[] }>(path, (pageToken) =>
    fetch(`${urlOf(database, path)}:listCollectionIds`, {
      method: 'POST',
      headers: OWNER,
      body: JSON.stringify({ pageSize: 100, pageToken }),
    }),
  );
  return pages.flatMap((page) => page.collectionIds ?? []);
}

async function listDocuments(database: Database, collection: string): Promise<readonly string[]> {
  const pages = await allPages<{ documents?: { name: string }[] }>(collection, (pageToken) => {
    const query = new URLSearchParams({
      showMissing: 'true',
      pageSize: '100',
      'mask.fieldPaths': '__name__',
      pageToken,
    });
    return fetch(`${urlOf(database, collection)}?${query.toString()}`, { headers: OWNER });
  });
  return pages
    .flatMap((page) => page.documents ?? [])
    .map(({ name }) => `${collection}/${name.slice(name.lastIndexOf('/') + 1)}`);
}

async function allPages<T extends object>(
  path: string,
  request: (pageToken: string) => Promise<Response>,
): Promise<readonly T[]> {
  const pages: T[] = [];
  let pageToken = '';
  do {
    const response = await request(pageToken);
    if (!response.ok) throw failed(path, response);
    const page = (await response.json()) as T & { nextPageToken?: string };
    pages.push(page);
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return pages;
}

function urlOf({ firestore, projectId }: Database, path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${firestore}/v1/projects/${projectId}/databases/(default)/documents/${encoded}`;
}

function failed(path: string, response: Response): Error {
  return new Error(`The Firestore emulator answered ${response.status} when asked for ${path}.`);
}
