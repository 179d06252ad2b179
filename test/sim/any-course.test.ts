import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeMediaStream } from '../support/fake-sdp.ts';
import { anySteps, arrivals, courses, type Course } from './support/courses.ts';
import { expectAllTogether, expectNothingLeft } from './support/expectations.ts';
import { runCourse, type Simulation } from './support/simulation.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** One way: links wait for six seconds, which are a few hops. */
const SLOW_MS = 500;
const SIZES = [2, 3, 4, 5, 6];
/** For a longer search: `FIRESIGNAL_SIM_TIMES=50 npm test -- --project sim`. */
const TIMES = Number(process.env['FIRESIGNAL_SIM_TIMES'] ?? 1);

/** Fails with the whole course, and with the seed that brings it about again. */
async function check(
  arbitrary: fc.Arbitrary<Course>,
  numRuns: number,
  also: (simulation: Simulation, course: Course) => void = () => undefined,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(arbitrary, async (course) => {
      const simulation = await runCourse(course);
      await expectAllTogether(simulation);
      also(simulation, course);
      await expectNothingLeft(simulation);
    }),
    { numRuns: numRuns * TIMES },
  );
}

/** Nothing has waited for a deadline, unless the network is so slow that deadlines pass. */
function expectNoRepairs({ peers }: Simulation, { plan }: Course): void {
  const [, slowestMs = 0] = plan.latencyMs ?? [];
  if (slowestMs > SLOW_MS) return;
  expect(peers.map(({ repairs }) => repairs)).toEqual(peers.map(() => 0));
}

describe.each(SIZES)('A room of %i', { timeout: TIMES * 60_000 }, (size) => {
  it('[SI5] has everybody linked who comes one after another', () =>
    check(courses({ size, steps: fc.constant(arrivals(size, 5_000)) }), 6, expectNoRepairs));

  it('[SI6] has everybody linked who comes at once', () =>
    check(courses({ size, steps: fc.constant(arrivals(size, 0)) }), 6, expectNoRepairs));

  it('[SI7] has everybody linked who is there in the end, whoever came and went', () =>
    check(
      courses({ size, spare: 2, steps: anySteps(size, ['come', 'come', 'leave', 'waver', 'break']) }),
      8,
    ));

  it('[SI8] has everybody linked who lives, whoever has crashed', () =>
    check(courses({ size, spare: 1, steps: anySteps(size, ['come', 'come', 'come', 'leave', 'crash']) }), 8));

  it('[SI10] has everybody linked, also if some are tabs of the same user', () =>
    check(
      courses({
        size,
        spare: 1,
        users: Math.ceil(size / 2),
        steps: anySteps(size, ['come', 'come', 'come', 'leave', 'waver']),
      }),
      6,
    ));

  it('[SI9] has everybody linked in the end, whatever went wrong on the way', () =>
    check(
      courses({
        size,
        spare: 1,
        faultsMax: 8,
        steps: anySteps(size, ['come', 'come', 'come', 'leave', 'waver', 'break', 'crash']),
      }),
      12,
    ));
});
