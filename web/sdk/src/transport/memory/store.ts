import {
  Instant,
  NO_FIELD,
  SERVER_TIME,
  type DocumentWrite,
  type WatchTarget,
  type WriteValue,
} from '../signal-transport.ts';

/** Documents by path, or those of one collection by id. Documents are never changed, only replaced. */
export type Documents = ReadonlyMap<string, unknown>;

/** What a commit would make of the documents; undefined when it updates one that is not there, or creates one that is. */
export function afterWrites(
  documents: Documents,
  writes: readonly DocumentWrite[],
  now: number,
): Map<string, unknown> | undefined {
  const after = new Map(documents);
  for (const write of writes) {
    if (write.kind === 'delete') after.delete(write.path);
    else if (write.kind === 'create' && after.has(write.path)) return undefined;
    else if (write.kind !== 'update') after.set(write.path, stored(write.data, now));
    else {
      const before = after.get(write.path);
      if (before === undefined) return undefined;
      const changed = { ...before, ...(stored(write.data, now) as object) };
      const stays = ([field]: readonly [string, unknown]) => write.data[field] !== NO_FIELD;
      after.set(write.path, Object.fromEntries(Object.entries(changed).filter(stays)));
    }
  }
  return after;
}

/** A value as it is stored: with the time of the commit where it was asked for. */
export function stored(value: WriteValue, now: number): unknown {
  if (value === SERVER_TIME) return new Instant(now);
  if (Array.isArray(value)) return value.map((item: WriteValue) => stored(item, now));
  if (typeof value !== 'object' || value instanceof Instant) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, stored(inner, now)]));
}

/** What is found at a target, by id, in the order of the ids: also that of Firestore, whatever was written first. */
export function found(documents: Documents, target: WatchTarget): Documents {
  if ('document' in target) {
    const document = documents.get(target.document);
    return new Map(document === undefined ? [] : [[idOf(target.document), document]]);
  }
  const prefix = `${target.collection}/`;
  const inside = [...documents].filter(
    ([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
  );
  return new Map(
    inside
      .map(([path, document]) => [idOf(path), document] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, target.limit),
  );
}

/** What is new in `after`, by its content, and whether anything has come, changed or gone. */
export function difference(before: Documents, after: Documents): { delivered: number; isChanged: boolean } {
  const delivered = [...after].filter(([id, document]) => !isSame(before.get(id), document)).length;
  return { delivered, isChanged: delivered > 0 || before.size !== after.size };
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** The order of a document's fields means nothing. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
