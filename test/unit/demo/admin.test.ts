import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentsBelow, type Database } from '../../../scripts/demo/admin.ts';

const ROOT = '/v1/projects/demo/databases/(default)/documents/';

/** A Firestore that knows a few documents and answers one entry a page. */
class TinyFirestore {
  readonly documents: ReadonlySet<string>;
  readonly requests: string[] = [];
  readonly server: Server;
  #broken = false;

  constructor(documents: readonly string[]) {
    this.documents = new Set(documents);
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://emulator');
        this.requests.push(`${request.method ?? ''} ${request.headers.authorization ?? ''}`);
        const body = Buffer.concat(chunks).toString('utf8');
        const answer = this.#broken
          ? 500
          : this.#answer(
              decodeURIComponent(url.pathname).slice(ROOT.length),
              url.searchParams.get('pageToken') ?? '',
              body,
            );
        response.statusCode = typeof answer === 'number' ? answer : 200;
        response.end(typeof answer === 'number' ? '' : JSON.stringify(answer));
      });
    });
  }

  break(): void {
    this.#broken = true;
  }

  #answer(path: string, pageToken: string, body: string): number | object {
    if (path.endsWith(':listCollectionIds')) {
      const token = (JSON.parse(body) as { pageToken: string }).pageToken;
      const page = this.#page(this.#childrenOf(path.split(':')[0]!), token);
      return { collectionIds: page.entries, ...page.next };
    }
    if (path.split('/').length % 2 === 0) return this.documents.has(path) ? { name: path } : 404;
    const page = this.#page(this.#childrenOf(path), pageToken);
    return { documents: page.entries.map((id) => ({ name: `${ROOT}${path}/${id}` })), ...page.next };
  }

  #childrenOf(path: string): string[] {
    const below = [...this.documents].filter((document) => document.startsWith(`${path}/`));
    return [...new Set(below.map((document) => document.slice(path.length + 1).split('/')[0]!))];
  }

  #page(entries: readonly string[], token: string): { entries: string[]; next: object } {
    const index = Number(token === '' ? 0 : token);
    return {
      entries: entries.slice(index, index + 1),
      next: index + 1 < entries.length ? { nextPageToken: String(index + 1) } : {},
    };
  }
}

describe('listing what is left of a room', () => {
  let firestore: TinyFirestore;
  let database: Database;

  beforeEach(async () => {
    firestore = new TinyFirestore([
      'rooms/r',
      'rooms/r/seats/0',
      'rooms/r/seats/1',
      'rooms/r/mailboxes/gone~peer/from/0',
      'rooms/other/seats/0',
    ]);
    await new Promise<void>((resolve) => firestore.server.listen(0, '127.0.0.1', resolve));
    const { port } = firestore.server.address() as AddressInfo;
    database = { firestore: `http://127.0.0.1:${port}`, projectId: 'demo' };
  });

  afterEach(() => {
    firestore.server.close();
  });

  it('finds the room, its documents, and those below documents that are not there', async () => {
    expect(await documentsBelow(database, 'rooms/r')).toEqual([
      'rooms/r',
      'rooms/r/seats/0',
      'rooms/r/seats/1',
      'rooms/r/mailboxes/gone~peer/from/0',
    ]);
  });

  it('finds children of a room that has been deleted', async () => {
    expect(await documentsBelow(database, 'rooms/other')).toEqual(['rooms/other/seats/0']);
  });

  it('finds nothing where nothing is', async () => {
    expect(await documentsBelow(database, 'rooms/never')).toEqual([]);
  });

  it('asks as the owner, past the rules', async () => {
    await documentsBelow(database, 'rooms/r');
    expect(new Set(firestore.requests.map((request) => request.replace(/^\w+ /, '')))).toEqual(
      new Set(['Bearer owner']),
    );
  });

  it('does not take a failure for an empty room', async () => {
    firestore.break();
    await expect(documentsBelow(database, 'rooms/r')).rejects.toThrow('answered 500');
  });
});
