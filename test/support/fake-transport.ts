import type { Clock } from '../../web/sdk/src/lib/clock.ts';
import { MemoryBackend } from '../../web/sdk/src/transport/memory.ts';
import { PERFECT, type CommitFault } from '../../web/sdk/src/transport/memory/conditions.ts';
import { MemoryTransport } from '../../web/sdk/src/transport/memory/memory-transport.ts';
import { NO_RULES, type MemoryRules } from '../../web/sdk/src/transport/memory/rules.ts';
import { found, type Documents } from '../../web/sdk/src/transport/memory/store.ts';
import type {
  DocumentWrite,
  TransportErrorKind,
  WatchTarget,
} from '../../web/sdk/src/transport/signal-transport.ts';
import { queueTask } from './tasks.ts';

/** What may become of a commit besides success: refused, unreachable, applied without an answer, never answered, late. */
export type Fault = TransportErrorKind | 'lost' | 'hanging' | { readonly lateMs: number };

/**
 * The backend in memory with a test in charge: without rules, unless it is given some, and with nothing that takes time.
 * Everything arrives in a task of its own, snapshots after the acknowledgement of what they show.
 */
export class FakeBackend extends MemoryBackend {
  /** How often commits were attempted, whatever became of them. */
  attempts = 0;
  /** Decides what becomes of a commit, when it arrives; nothing is success. */
  faultOf: (writes: readonly DocumentWrite[], uid: string) => Fault | undefined = () => undefined;
  /** Decides what may be read or watched. */
  readFaultOf: (target: WatchTarget, uid: string) => TransportErrorKind | undefined = () => undefined;
  /** While set, snapshots do not arrive. */
  isSilent = false;
  readonly #clock: Clock;

  constructor(clock: Clock, rules: MemoryRules = NO_RULES) {
    super({
      clock: tasksOf(clock),
      rules,
      conditions: {
        ...PERFECT,
        commitFault: (uid, writes) => this.#commitFault(uid, writes),
        readFault: (uid, target) => this.readFaultOf(target, uid),
        isSilent: () => this.isSilent,
        collapses: () => true,
      },
    });
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now();
  }

  /** To be changed behind everybody's back. */
  override get documents(): Map<string, unknown> {
    return super.documents as Map<string, unknown>;
  }

  transport(uid: string): FakeTransport {
    return new FakeTransport(this.server, { uid, name: uid, skewMs: 0 });
  }

  read(target: WatchTarget): Documents {
    return found(this.documents, target);
  }

  #commitFault(uid: string, writes: readonly DocumentWrite[]): CommitFault | undefined {
    this.attempts += 1;
    const fault = this.faultOf(writes, uid);
    return fault === 'lost' ? 'unacknowledged' : fault;
  }
}

/** One user's way to a {@link FakeBackend}. */
export class FakeTransport extends MemoryTransport {
  readonly #listeners = new Set<(reachable: boolean) => void>();
  /** What was sent as the page went away. */
  readonly unloads: (readonly DocumentWrite[])[] = [];

  override get listenerCount(): number {
    return this.#listeners.size;
  }

  override commitAtUnload(writes: readonly DocumentWrite[]): void {
    this.unloads.push(writes);
    super.commitAtUnload(writes);
  }

  override onReachable(listener: (reachable: boolean) => void): () => void {
    this.#listeners.add(listener);
    listener(true);
    return () => void this.#listeners.delete(listener);
  }

  /** The connection to the backend goes, or comes back. */
  setReachable(reachable: boolean): void {
    for (const listener of this.#listeners) listener(reachable);
  }

  override close(): Promise<void> {
    this.#listeners.clear();
    return super.close();
  }
}

/** What takes no time is a task of its own, as in an event loop: no clock has to go on for it. */
function tasksOf(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    after: (delayMs, task) => {
      if (delayMs > 0) return clock.after(delayMs, task);
      queueTask(task);
      return () => undefined;
    },
  };
}
