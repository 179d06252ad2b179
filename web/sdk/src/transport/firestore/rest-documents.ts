import {
  Instant,
  NO_FIELD,
  SERVER_TIME,
  type DocumentWrite,
  type WriteFields,
  type WriteValue,
} from '../signal-transport.ts';

/** A value as the REST API wants it (Firestore REST v1, Value). */
type RestValue =
  | { readonly stringValue: string }
  | { readonly booleanValue: boolean }
  /** 64 bits, which JSON has no number for. */
  | { readonly integerValue: string }
  | { readonly doubleValue: number }
  | { readonly timestampValue: string }
  | { readonly arrayValue: { readonly values: readonly RestValue[] } }
  | { readonly mapValue: { readonly fields: RestFields } };

type RestFields = Record<string, RestValue>;

type RestWrite =
  | { readonly delete: string }
  | {
      readonly update: { readonly name: string; readonly fields: RestFields };
      readonly updateTransforms?: readonly {
        readonly fieldPath: string;
        readonly setToServerValue: string;
      }[];
      readonly updateMask?: { readonly fieldPaths: readonly string[] };
      readonly currentDocument?: { readonly exists: boolean };
    };

/** Field names that need no quotes in a field path; the protocol has no others. */
const SIMPLE_NAME = /^[A-Za-z_]\w*$/;

/** A write in the form of the REST API (Firestore REST v1, Write); `root` is the resource name of all documents. */
export function toRest(root: string, write: DocumentWrite): RestWrite {
  const name = `${root}/${write.path}`;
  if (write.kind === 'delete') return { delete: name };
  const serverTimes: string[] = [];
  const fields = restFields(write.data, [], serverTimes);
  return {
    update: { name, fields },
    ...(serverTimes.length > 0 && {
      updateTransforms: serverTimes.map((fieldPath) => ({ fieldPath, setToServerValue: 'REQUEST_TIME' })),
    }),
    ...(write.kind === 'create' && { currentDocument: { exists: false } }),
    ...(write.kind === 'update' && {
      // A field that stands here and has no value goes.
      updateMask: { fieldPaths: masked(write.data).map((field) => quoted(field)) },
      currentDocument: { exists: true },
    }),
  };
}

function masked(data: WriteFields): readonly string[] {
  return Object.keys(data).filter((field) => data[field] !== SERVER_TIME);
}

function restFields(data: WriteFields, parents: readonly string[], serverTimes: string[]): RestFields {
  const fields: [string, RestValue][] = [];
  for (const [field, value] of Object.entries(data)) {
    const path = [...parents, quoted(field)];
    // The server fills these in, and they count as fields that are not there.
    if (value === SERVER_TIME) serverTimes.push(path.join('.'));
    else if (value !== NO_FIELD) fields.push([field, restValue(value, path, serverTimes)]);
  }
  return Object.fromEntries(fields);
}

function restValue(
  value: Exclude<WriteValue, symbol>,
  path: readonly string[],
  serverTimes: string[],
): RestValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (value instanceof Instant) return { timestampValue: new Date(value.epochMs).toISOString() };
  if (isList(value)) return { arrayValue: { values: value.map((item) => listItem(item, path)) } };
  return { mapValue: { fields: restFields(value, path, serverTimes) } };
}

function listItem(item: WriteValue, path: readonly string[]): RestValue {
  const serverTimes: string[] = [];
  if (typeof item !== 'symbol') {
    const value = restValue(item, path, serverTimes);
    if (serverTimes.length === 0) return value;
  }
  throw new TypeError('Firestore puts no server time into lists, and takes no item away.');
}

function isList(value: WriteValue): value is readonly WriteValue[] {
  return Array.isArray(value);
}

function quoted(field: string): string {
  return SIMPLE_NAME.test(field) ? field : `\`${field.replaceAll(/[\\`]/g, '\\$&')}\``;
}
