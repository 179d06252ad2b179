import { uidOf } from '@firesignal/protocol';
import type { DocumentWrite, WriteFields, WriteValue } from '../transport/signal-transport.ts';
import { sealedCollection, split } from './places.ts';
import type { SealedNames } from './sealed-names.ts';
import { sealSignal } from './sealed-text.ts';

/** Whether something in it has to be sealed before it goes. */
export function isToBeSealed({ path }: DocumentWrite, roomId: string): boolean {
  return sealedCollection(split(path)[0], roomId) !== undefined;
}

/** What a room is sealed with. */
export type Sealing = { readonly key: CryptoKey; readonly roomId: string; readonly names: SealedNames };

/** A write with all that speaks of names and addresses sealed: offers and mail each time with a fresh nonce. */
export async function sealedWrite(
  { key, roomId, names }: Sealing,
  write: DocumentWrite,
): Promise<DocumentWrite> {
  const [collection, id] = split(write.path);
  const place = sealedCollection(collection, roomId);
  if (place === undefined || write.kind === 'delete') return write;
  const { data } = write;
  switch (place.kind) {
    case 'names': {
      const sender = place.collection === 'seats' ? uidOf(textOf(data['peer'])) : id;
      return { ...write, data: await withName(names, sender, data) };
    }
    case 'beacons':
      return { ...write, data: await withOffer(key, roomId, id, data) };
    case 'mail':
      return { ...write, data: await asMail(key, roomId, place.recipient, data) };
  }
}

async function withName(names: SealedNames, sender: string, data: WriteFields): Promise<WriteFields> {
  const { name } = data;
  // An update of something else.
  return typeof name === 'string' ? { ...data, name: await names.seal(sender, name) } : data;
}

async function withOffer(
  key: CryptoKey,
  roomId: string,
  sender: string,
  data: WriteFields,
): Promise<WriteFields> {
  const { offer } = data;
  // A renewal may leave the offer as it is, or take it away.
  if (typeof offer !== 'object' || !('sdp' in offer)) return data;
  const { conn, rev, ...contents } = offer;
  const context = { kind: 'beacon', roomId, sender, ...numbers(conn, rev) } as const;
  return { ...data, offer: { ...numbers(conn, rev), sealed: await sealSignal(key, context, contents) } };
}

async function asMail(
  key: CryptoKey,
  roomId: string,
  recipient: string,
  data: WriteFields,
): Promise<WriteFields> {
  const { offer, answer, candidates, ...outside } = data;
  const contents = Object.fromEntries(
    Object.entries({ offer, answer, candidates }).filter(([, value]) => value !== undefined),
  );
  const { conn, rev } = numbers(outside['conn'], outside['rev']);
  const context = { kind: 'mail', roomId, sender: textOf(outside['from']), recipient, conn, rev } as const;
  return { ...outside, sealed: await sealSignal(key, context, contents) };
}

function textOf(value: WriteValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function numbers(conn: WriteValue | undefined, rev: WriteValue | undefined) {
  return { conn: Number(conn), rev: Number(rev) };
}
