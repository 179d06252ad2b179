import type { Clock } from '../../lib/clock.ts';
import type { DocumentWrite, TransportErrorKind } from '../signal-transport.ts';
import type { Afflicted, CommitFault, Conditions } from './conditions.ts';
import { seedOf, seededRandom } from './random.ts';

/** Something that goes wrong for one client, known by its name. Times are milliseconds since the plan began. */
export type Fault =
  /** What becomes of its n-th commit, counted from 1. */
  | { readonly kind: 'commit'; readonly client: string; readonly nth: number; readonly outcome: CommitFault }
  /** Commits that are asked for in this time end like this. */
  | {
      readonly kind: 'commits';
      readonly client: string;
      readonly from: number;
      readonly to: number;
      readonly outcome: CommitFault;
    }
  /** It has no network. */
  | { readonly kind: 'offline'; readonly client: string; readonly from: number; readonly to: number }
  /** Nothing reaches its watches, while everything else works. */
  | { readonly kind: 'stall'; readonly client: string; readonly from: number; readonly to: number }
  /** Its watches end with an error. */
  | {
      readonly kind: 'watches';
      readonly client: string;
      readonly at: number;
      readonly error: TransportErrorKind;
    };

/** Everything that decides how a backend in memory behaves: the same plan gives the same run. */
export type FaultPlan = {
  /** Of everything that is left to chance. */
  readonly seed: number;
  /** One way, between these. @defaultValue nothing takes time */
  readonly latencyMs?: readonly [min: number, max: number];
  /** How often, from 0 to 1, a snapshot is dropped for the next one that is under way. @defaultValue 0 */
  readonly collapse?: number;
  /** How often, from 0 to 1, a snapshot comes twice. @defaultValue 0 */
  readonly repeat?: number;
  readonly faults?: readonly Fault[];
};

/** Conditions as a plan has them. Begins with its making. */
export class PlannedConditions implements Conditions {
  readonly #plan: FaultPlan;
  readonly #clock: Clock;
  readonly #beganAt: number;
  readonly #random = new Map<string, () => number>();
  readonly #commits = new Map<string, number>();

  constructor(plan: FaultPlan, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#beganAt = clock.now();
  }

  connected(client: string, transport: Afflicted): void {
    for (const fault of this.#faultsOf(client)) {
      if (fault.kind === 'watches') this.#at(fault.at, () => transport.endWatches(fault.error));
      if ((fault.kind !== 'offline' && fault.kind !== 'stall') || fault.to <= this.#elapsedMs) continue;
      if (fault.kind === 'offline')
        this.#at(Math.max(fault.from, this.#elapsedMs), () => transport.setOnline(false));
      this.#at(fault.to, () => (fault.kind === 'offline' ? transport.setOnline(true) : transport.refresh()));
    }
  }

  delayMs(client: string): number {
    const [min, max] = this.#plan.latencyMs ?? [0, 0];
    return min + Math.floor(this.#draw(client, 'latency') * (max - min + 1));
  }

  commitFault(client: string, _writes: readonly DocumentWrite[]): CommitFault | undefined {
    const nth = (this.#commits.get(client) ?? 0) + 1;
    this.#commits.set(client, nth);
    const fault = this.#faultsOf(client).find(
      (each) => (each.kind === 'commit' && each.nth === nth) || (each.kind === 'commits' && this.#isOn(each)),
    );
    return fault?.kind === 'commit' || fault?.kind === 'commits' ? fault.outcome : undefined;
  }

  readFault(): undefined {
    return undefined;
  }

  isSilent(client: string): boolean {
    return this.#faultsOf(client).some((fault) => fault.kind === 'stall' && this.#isOn(fault));
  }

  collapses(client: string): boolean {
    return this.#draw(client, 'collapse') < (this.#plan.collapse ?? 0);
  }

  repeats(client: string): boolean {
    return this.#draw(client, 'repeat') < (this.#plan.repeat ?? 0);
  }

  #faultsOf(client: string): readonly Fault[] {
    return (this.#plan.faults ?? []).filter((fault) => fault.client === client);
  }

  get #elapsedMs(): number {
    return this.#clock.now() - this.#beganAt;
  }

  #isOn({ from, to }: { readonly from: number; readonly to: number }): boolean {
    return from <= this.#elapsedMs && this.#elapsedMs < to;
  }

  #at(time: number, task: () => void): void {
    if (time >= this.#elapsedMs) this.#clock.after(time - this.#elapsedMs, task);
  }

  /** Every client draws from numbers of its own, for each purpose. */
  #draw(client: string, purpose: string): number {
    const key = `${purpose} ${client}`;
    const random = this.#random.get(key) ?? seededRandom(seedOf(this.#plan.seed, key));
    this.#random.set(key, random);
    return random();
  }
}
