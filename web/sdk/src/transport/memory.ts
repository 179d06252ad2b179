import { systemClock, type Clock } from '../lib/clock.ts';
import { PERFECT, type Conditions } from './memory/conditions.ts';
import { PlannedConditions, type FaultPlan } from './memory/fault-plan.ts';
import type { Listener } from './memory/listener.ts';
import { MemoryTransport, type MemoryClient, type MemoryServer } from './memory/memory-transport.ts';
import { roomRules } from './memory/room-rules.ts';
import type { MemoryRules } from './memory/rules.ts';
import { afterWrites, found, type Documents } from './memory/store.ts';
import type { DocumentWrite, TransportErrorKind, WatchTarget } from './signal-transport.ts';

export type MemoryBackendOptions = {
  /** The server's time, and that of every delay. @defaultValue the system's */
  readonly clock?: Clock;
  /** @defaultValue what the security rules of Firesignal come to */
  readonly rules?: MemoryRules;
  /** What takes time, and what goes wrong. @defaultValue nothing */
  readonly conditions?: Conditions | FaultPlan;
};

/** A commit that has arrived. */
export type MemoryCommit = {
  readonly at: number;
  readonly uid: string;
  /** The name of the client. */
  readonly client: string;
  readonly writes: readonly DocumentWrite[];
};

/**
 * A backend in memory that delivers as Firestore does: documents under paths, atomic commits under rules, and snapshots that
 * may skip states but never go back. It is deterministic: what it does depends on its clock and conditions only.
 *
 * @example
 * ```ts
 * const backend = new MemoryBackend();
 * const client = new SignalingClient({ transport: backend.connect('alice') });
 * ```
 */
export class MemoryBackend {
  /** Everything that was applied, in order. */
  readonly commits: MemoryCommit[] = [];
  /** Everything that the rules have refused, in order. */
  readonly refused: MemoryCommit[] = [];
  readonly #clock: Clock;
  readonly #rules: MemoryRules;
  /** What clients see of this backend. */
  protected readonly server: MemoryServer;
  readonly #listeners = new Set<Listener>();
  #documents = new Map<string, unknown>();

  constructor({ clock = systemClock, rules = roomRules, conditions = PERFECT }: MemoryBackendOptions = {}) {
    this.#clock = clock;
    this.#rules = rules;
    this.server = {
      clock,
      conditions: 'seed' in conditions ? new PlannedConditions(conditions, clock) : conditions,
      commit: (client, writes) => this.#commit(client, writes),
      look: (uid, target) => this.#look(uid, target),
      listeners: this.#listeners,
    };
  }

  /** The way of one client to this backend. The same user may have several, each with a name of its own. */
  connect(uid: string, client: Partial<Omit<MemoryClient, 'uid'>> = {}): MemoryTransport {
    const { name = uid, skewMs = 0, claims = {} } = client;
    return new MemoryTransport(this.server, { uid, name, skewMs, claims });
  }

  /** All documents by path. */
  get documents(): Documents {
    return this.#documents;
  }

  /** Watches of all clients together. */
  get watchCount(): number {
    return this.#listeners.size;
  }

  /** Puts a document there as it is, whatever the rules say. */
  put(path: string, document: unknown): void {
    this.#documents = new Map(this.#documents).set(path, document);
    this.show();
  }

  /** Takes a document away, whatever the rules say. */
  remove(path: string): void {
    this.#documents = new Map([...this.#documents].filter(([other]) => other !== path));
    this.show();
  }

  /** Soon sends every watch what it does not have yet. */
  show(): void {
    this.#clock.after(0, () => {
      for (const listener of [...this.#listeners]) listener.refresh();
    });
  }

  /** Applies writes, whoever makes them, and whatever the rules say. Returns whether all that is updated was there. */
  apply(writes: readonly DocumentWrite[], uid = '', client = uid): boolean {
    const after = afterWrites(this.#documents, writes, this.#clock.now());
    if (after !== undefined) this.#become(after, { uid, client, writes });
    return after !== undefined;
  }

  #commit(
    { uid, name: client, claims = {} }: MemoryClient,
    writes: readonly DocumentWrite[],
  ): TransportErrorKind | undefined {
    const now = this.#clock.now();
    const before = this.#documents;
    const after = afterWrites(before, writes, now);
    const token = { ...claims, sub: uid, user_id: uid };
    // An update of what is not there is a refusal, too.
    const isAllowed =
      after !== undefined &&
      writes.every((write) => this.#rules.mayWrite({ uid, claims: token, now, write, before, after }));
    if (isAllowed) {
      this.#become(after, { uid, client, writes });
      return undefined;
    }
    this.refused.push({ at: now, uid, client, writes });
    return 'denied';
  }

  #become(documents: Map<string, unknown>, commit: Omit<MemoryCommit, 'at'>): void {
    this.#documents = documents;
    this.commits.push({ at: this.#clock.now(), ...commit });
    this.show();
  }

  #look(uid: string, target: WatchTarget): Documents | TransportErrorKind {
    const documents = this.#documents;
    if (!this.#rules.mayRead({ uid, now: this.#clock.now(), target, documents })) return 'denied';
    return found(documents, target);
  }
}
