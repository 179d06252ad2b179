import { WebSocket } from 'ws';

/** One evaluation of the rules, as the official emulator tells it. */
export type Evaluation = {
  /** Relative to the database: `rooms/…`. */
  readonly path: string;
  readonly method: string;
  readonly uid: string;
  /** The request's time: the same for everything in one commit. */
  readonly time: string;
  readonly allowed: boolean;
};

export type WriteCounts = { readonly writes: number; readonly deletes: number };

const WRITE_METHODS: ReadonlySet<string> = new Set(['create', 'update', 'delete']);

/**
 * Documents written and deleted below a path. The emulator tries a `set` as a creation and as an update, so the last
 * evaluation of a document within a commit is the one that counts; a commit with a refused document did nothing.
 */
export function countWrites(evaluations: readonly Evaluation[], below: string): WriteCounts {
  const commits = new Map<string, Map<string, Evaluation>>();
  for (const evaluation of evaluations) {
    if (!WRITE_METHODS.has(evaluation.method)) continue;
    const key = `${evaluation.uid} ${evaluation.time}`;
    const documents = commits.get(key) ?? new Map<string, Evaluation>();
    commits.set(key, documents.set(evaluation.path, evaluation));
  }
  const applied = [...commits.values()]
    .map((documents) => [...documents.values()])
    .filter((documents) => documents.every(({ allowed }) => allowed))
    .flat()
    .filter(({ path }) => path === below || path.startsWith(`${below}/`));
  const deletes = applied.filter(({ method }) => method === 'delete').length;
  return { writes: applied.length - deletes, deletes };
}

/** Reads one message of the stream; nothing for one of another kind. */
export function parseEvaluation(message: string): Evaluation | undefined {
  const { rulesContext, outcome } = JSON.parse(message) as StreamMessage;
  const { path, method, time } = rulesContext ?? {};
  if (path === undefined || method === undefined || time === undefined) return undefined;
  return {
    path: path.replace(/^\/databases\/[^/]+\/documents\//, ''),
    method,
    time,
    uid: rulesContext?.request?.mapValue?.fields?.auth?.mapValue?.fields?.uid?.stringValue ?? '',
    allowed: outcome === 'allow',
  };
}

type StreamMessage = {
  readonly outcome?: string;
  readonly rulesContext?: {
    readonly path?: string;
    readonly method?: string;
    readonly time?: string;
    readonly request?: MapOf<{ readonly auth?: MapOf<{ readonly uid?: { readonly stringValue?: string } }> }>;
  };
};
type MapOf<T> = { readonly mapValue?: { readonly fields?: T } };

/**
 * Follows the rules evaluations of the official emulator, the only one that streams them. Subscribe before anything happens:
 * a new subscriber gets all history again.
 */
export class RequestStream {
  readonly #socket: WebSocket;
  readonly #evaluations: Evaluation[] = [];
  readonly #arrived = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (message: Buffer) => {
      const evaluation = parseEvaluation(message.toString('utf8'));
      if (evaluation === undefined) return;
      this.#evaluations.push(evaluation);
      for (const notify of this.#arrived) notify();
    });
  }

  static async open(url: string): Promise<RequestStream> {
    const socket = new WebSocket(url);
    const stream = new RequestStream(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return stream;
  }

  get evaluations(): readonly Evaluation[] {
    return this.#evaluations;
  }

  /** Waits until the stream tells of this path: everything that was evaluated earlier has then been told too. */
  async until(path: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!this.#evaluations.some((evaluation) => evaluation.path === path)) return;
        this.#arrived.delete(check);
        resolve();
      };
      this.#arrived.add(check);
      check();
    });
  }

  close(): void {
    this.#socket.close();
  }
}
