import { toRest } from './rest-documents.ts';
import { TransportError, type DocumentWrite, type TransportErrorKind } from '../signal-transport.ts';

export type RestTarget = {
  /** `https://firestore.googleapis.com`, or the emulator's address. */
  readonly origin: string;
  readonly projectId: string;
  readonly databaseId: string;
};

export type Credentials = {
  /** Firebase Authentication. */
  readonly idToken: string;
  /** Firebase App Check, where the app has it. */
  readonly appCheckToken?: string | undefined;
};

/** As long as the Firestore SDK waits for a unary request. */
const DEADLINE_MS = 15_000;

const KINDS: Readonly<Record<string, TransportErrorKind>> = {
  PERMISSION_DENIED: 'denied',
  // An update of a document that is gone, a creation of one that is there: the rules would have said no, had they been asked.
  NOT_FOUND: 'denied',
  ALREADY_EXISTS: 'denied',
  UNAVAILABLE: 'unavailable',
  DEADLINE_EXCEEDED: 'unavailable',
  ABORTED: 'unavailable',
  CANCELLED: 'unavailable',
  RESOURCE_EXHAUSTED: 'rate-limited',
  UNAUTHENTICATED: 'unauthenticated',
};

/**
 * Applies all writes or none, in one request of one round trip that nobody queues or repeats (Firestore REST v1,
 * documents:commit). The request is on its way when this returns. `text/plain`, as the Firestore SDK has it, and always the
 * same address and headers: the preflight is paid once. With `keepalive` it outlives the page, and its body may have 64 KiB
 * (Fetch standard).
 *
 * @throws {@link TransportError}
 */
export async function commitOverRest(
  target: RestTarget,
  credentials: Credentials,
  writes: readonly DocumentWrite[],
  { keepalive = false }: { readonly keepalive?: boolean } = {},
): Promise<void> {
  const { idToken, appCheckToken } = credentials;
  const root = `projects/${target.projectId}/databases/${target.databaseId}/documents`;
  const init: RequestInit = {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${idToken}`,
      'Content-Type': 'text/plain',
      ...(appCheckToken !== undefined && { 'X-Firebase-AppCheck': appCheckToken }),
    },
    body: JSON.stringify({ writes: writes.map((write) => toRest(root, write)) }),
    ...(keepalive ? { keepalive } : { signal: AbortSignal.timeout(DEADLINE_MS) }),
  };
  const response = await fetch(`${target.origin}/v1/${root}:commit`, init).catch((cause: unknown) => {
    throw new TransportError('unavailable', 'The request got no answer', { cause });
  });
  if (!response.ok) throw await refusal(response);
  // Nobody needs it, but the connection is free for the next request only when it has been read.
  response.arrayBuffer().catch(() => undefined);
}

/** Errors say `{ error: { status, message } }` (Google API design guide, AIP-193). */
async function refusal(response: Response): Promise<TransportError> {
  const body: unknown = await response.json().catch(() => undefined);
  const error = field(body, 'error');
  const status = field(error, 'status');
  const message = field(error, 'message');
  // What stands between, such as a gateway that is overloaded, answers in its own words.
  const unnamed = response.status === 429 ? 'rate-limited' : response.status >= 500 ? 'unavailable' : 'other';
  const kind = typeof status === 'string' ? KINDS[status] : undefined;
  return new TransportError(
    kind ?? (status === 'INTERNAL' ? 'other' : unnamed),
    typeof message === 'string' ? message : `HTTP status ${response.status}`,
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
