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
  /** Of the mail, or of the standing offer, that is written. */
  readonly rev?: string;
};

/** `repeats`: commits that were carried out twice and are counted once. */
export type WriteCounts = { readonly writes: number; readonly deletes: number; readonly repeats: number };

const WRITE_METHODS: ReadonlySet<string> = new Set(['create', 'update', 'delete']);

/**
 * One request in some hundreds is carried out twice, a few milliseconds apart; a client that tries again waits longer than this.
 */
const REPEAT_WITHIN_MS = 250;

/** Everything that one request wrote. */
type Commit = {
  readonly uid: string;
  readonly time: string;
  readonly documents: ReadonlyMap<string, Evaluation>;
};

/**
 * Documents written and deleted below a path. The emulator tries a `set` as a creation and as an update, so the last
 * evaluation of a document within a commit is the one that counts; a commit with a refused document did nothing.
 */
export function countWrites(evaluations: readonly Evaluation[], below: string): WriteCounts {
  const isBelow = ({ path }: Evaluation): boolean => path === below || path.startsWith(`${below}/`);
  const allowed = commitsOf(evaluations).filter(
    ({ documents }) =>
      [...documents.values()].some(isBelow) && [...documents.values()].every((one) => one.allowed),
  );
  const applied = withoutCollisions(allowed);
  const once = applied.filter((commit, index) => !isRepeat(commit, applied.slice(0, index)));
  const written = once.flatMap(({ documents }) => [...documents.values()]).filter(isBelow);
  const deletes = written.filter(({ method }) => method === 'delete').length;
  const writes = written.length - deletes + untold(written);
  return { writes, deletes, repeats: applied.length - once.length };
}

/**
 * Of a commit that sets documents, whether they are there or not, the stream may tell no more than a first attempt, which lacks the
 * other documents of the same commit. What was in it is known by what is deleted later: nobody has told of its writing.
 */
function untold(written: readonly Evaluation[]): number {
  const told = new Set(written.filter(({ method }) => method !== 'delete').map(({ path }) => path));
  const gone = new Set(written.filter(({ method }) => method === 'delete').map(({ path }) => path));
  return [...gone].filter((path) => !told.has(path)).length;
}

function commitsOf(evaluations: readonly Evaluation[]): readonly Commit[] {
  const commits = new Map<string, Commit & { documents: Map<string, Evaluation> }>();
  for (const evaluation of evaluations) {
    if (!WRITE_METHODS.has(evaluation.method)) continue;
    const { uid, time, path } = evaluation;
    const commit = commits.get(`${uid} ${time}`) ?? { uid, time, documents: new Map<string, Evaluation>() };
    commits.set(`${uid} ${time}`, commit);
    commit.documents.set(path, evaluation);
  }
  return [...commits.values()];
}

/**
 * A join may ask for documents that are not there yet. Where the rules had nothing against it and one was there all the same,
 * the database has refused it, which the stream does not tell: somebody else was a moment earlier.
 */
function withoutCollisions(allowed: readonly Commit[]): readonly Commit[] {
  const existing = new Map<string, Commit>();
  return allowed.filter((commit) => {
    const written = [...commit.documents.values()];
    const collides = written.some(({ path, method }) => {
      const maker = method === 'create' ? existing.get(path) : undefined;
      return maker !== undefined && maker.uid !== commit.uid;
    });
    if (collides) return false;
    for (const { path, method } of written) {
      if (method === 'delete') existing.delete(path);
      else if (method === 'create') existing.set(path, commit);
    }
    return true;
  });
}

/** Whether the user's commit just before did the same to the same documents: another revision is not the same. */
function isRepeat({ uid, time, documents }: Commit, before: readonly Commit[]): boolean {
  const previous = before.findLast((commit) => commit.uid === uid);
  if (previous?.documents.size !== documents.size) return false;
  if (Date.parse(time) - Date.parse(previous.time) > REPEAT_WITHIN_MS) return false;
  return [...documents.values()].every(({ path, method, rev }) => {
    const earlier = previous.documents.get(path);
    return (
      earlier !== undefined && (earlier.method === 'delete') === (method === 'delete') && earlier.rev === rev
    );
  });
}

/** Reads one message of the stream; nothing for one of another kind. */
export function parseEvaluation(message: string): Evaluation | undefined {
  const { rulesContext, outcome } = JSON.parse(message) as StreamMessage;
  const { path, method, time } = rulesContext ?? {};
  if (path === undefined || method === undefined || time === undefined) return undefined;
  const request = rulesContext?.request?.mapValue?.fields;
  const written = request?.resource?.mapValue?.fields?.data?.mapValue?.fields;
  const rev = written?.rev?.intValue ?? written?.offer?.mapValue?.fields?.rev?.intValue;
  return {
    path: path.replace(/^\/databases\/[^/]+\/documents\//, ''),
    method,
    time,
    uid: request?.auth?.mapValue?.fields?.uid?.stringValue ?? '',
    allowed: outcome === 'allow',
    ...(rev !== undefined && { rev }),
  };
}

type StreamMessage = {
  readonly outcome?: string;
  readonly rulesContext?: {
    readonly path?: string;
    readonly method?: string;
    readonly time?: string;
    readonly request?: MapOf<{
      readonly auth?: MapOf<{ readonly uid?: { readonly stringValue?: string } }>;
      readonly resource?: MapOf<{ readonly data?: MapOf<Revision & { readonly offer?: MapOf<Revision> }> }>;
    }>;
  };
};
type Revision = { readonly rev?: { readonly intValue?: string } };
type MapOf<T> = { readonly mapValue?: { readonly fields?: T } };

/**
 * Follows the rules evaluations of the official emulator, the only one that streams them. Subscribe before anything happens:
 * a new subscriber gets all history again, which is tens of kilobytes for each evaluation.
 */
export class RequestStream {
  readonly #socket: WebSocket;
  readonly #evaluations: Evaluation[] = [];
  readonly #arrived = new Set<(evaluation: Evaluation) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (message: Buffer) => {
      const evaluation = parseEvaluation(message.toString('utf8'));
      if (evaluation === undefined) return;
      this.#evaluations.push(evaluation);
      for (const notify of this.#arrived) notify(evaluation);
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
    if (this.#evaluations.some((evaluation) => evaluation.path === path)) return;
    await new Promise<void>((resolve) => {
      const check = (evaluation: Evaluation): void => {
        if (evaluation.path !== path) return;
        this.#arrived.delete(check);
        resolve();
      };
      this.#arrived.add(check);
    });
  }

  close(): void {
    this.#socket.close();
  }
}
