import fc from 'fast-check';
import type { Fault, FaultPlan } from '../../../web/sdk/src/transport/memory/fault-plan.ts';

/** What somebody does, and when. */
export type Step = {
  readonly at: number;
  readonly who: number;
  readonly does: 'come' | 'leave' | 'crash' | 'waver' | 'break';
};

/** Everything that decides a run. */
export type Course = {
  readonly capacity: number;
  /** How many users there are: with fewer than there are peers, some are tabs of the same one. */
  readonly users: number;
  /** How far off everybody's clock is. */
  readonly skewsMs: readonly number[];
  readonly steps: readonly Step[];
  readonly plan: FaultPlan;
};

/** All that happens, happens in this time. */
export const COURSE_MS = 60_000;
const HOUR_MS = 3_600_000;

export const nameOf = (who: number): string => `peer${who}`;

const time = fc.integer({ min: 0, max: COURSE_MS });
const period = fc.record({ from: time, lasts: fc.constantFrom(50, 1_000, 4_000, 20_000) });

const outcome = fc.constantFrom(
  ...(['denied', 'unavailable', 'unacknowledged', 'twice', 'hanging', 'rate-limited'] as const),
  ...[{ lateMs: 300 }, { lateMs: 9_000 }, { lateMs: 14_000 }],
);

function faults(client: fc.Arbitrary<string>): fc.Arbitrary<Fault> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('commit' as const),
      client,
      nth: fc.integer({ min: 1, max: 12 }),
      outcome,
    }),
    fc
      .tuple(fc.constantFrom('offline' as const, 'stall' as const), client, period)
      .map(([kind, name, { from, lasts }]) => ({ kind, client: name, from, to: from + lasts })),
    fc.record({
      kind: fc.constant('watches' as const),
      client,
      at: time,
      error: fc.constantFrom('denied' as const, 'unavailable' as const),
    }),
  );
}

/** How the backend is on a day: near or far, in order or not. */
function plans(size: number, faultsMax: number): fc.Arbitrary<FaultPlan> {
  const client = fc.integer({ min: 0, max: size - 1 }).map(nameOf);
  return fc.record({
    seed: fc.integer(),
    latencyMs: fc.constantFrom([0, 0] as const, [10, 40] as const, [5, 400] as const, [200, 3_000] as const),
    collapse: fc.constantFrom(0, 0.5, 1),
    repeat: fc.constantFrom(0, 0.3),
    faults: fc.array(faults(client), { maxLength: faultsMax }),
  });
}

type CourseOptions = {
  readonly size: number;
  readonly steps: fc.Arbitrary<readonly Step[]>;
  readonly faultsMax?: number;
  /** Seats more than people. */
  readonly spare?: number;
  readonly users?: number;
};

export function courses({
  size,
  steps,
  faultsMax = 0,
  spare = 0,
  users = size,
}: CourseOptions): fc.Arbitrary<Course> {
  const skewMs = fc.oneof(fc.constant(0), fc.integer({ min: -HOUR_MS, max: HOUR_MS }));
  return fc.record({
    capacity: fc.constant(Math.max(2, size + spare)),
    users: fc.constant(users),
    skewsMs: fc.array(skewMs, { minLength: size, maxLength: size }),
    steps,
    plan: plans(size, faultsMax),
  });
}

/** Everybody comes, in the given times. */
export const arrivals = (size: number, gapMs: number): readonly Step[] =>
  Array.from({ length: size }, (_, who) => ({ at: who * gapMs, who, does: 'come' as const }));

/** People who come and go as they like. */
export function anySteps(size: number, does: readonly Step['does'][]): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({
    at: time,
    who: fc.integer({ min: 0, max: size - 1 }),
    does: fc.constantFrom(...does),
  });
  return fc.array(step, { minLength: size, maxLength: 4 * size });
}
