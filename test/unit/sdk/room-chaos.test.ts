import { roomPath } from '@firesignal/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OPEN_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import { room as roomDocument, ROOM_ID } from '../../support/factories.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { linkStates, World, type Visitor } from '../../support/fake-world.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;
const TEN_MINUTES_MS = 600_000;

type Step =
  | { readonly do: 'come' | 'go' | 'cancel' | 'break' | 'lose'; readonly who: number }
  | { readonly do: 'wait'; readonly ms: number };

const who = fc.integer({ min: 0, max: NAMES.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('come' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('go', 'cancel', 'break', 'lose'), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 300, 3_000, 20_000) }),
  },
);

/** People who come and go as they like, with connections that break and acknowledgements that get lost. */
class Crowd {
  readonly world = new World(roomDocument({ capacity: 6 }));
  readonly #present = new Map<string, Visitor>();
  readonly #losing = new Set<string>();

  constructor() {
    const { faultOf } = this.world.backend;
    this.world.backend.faultOf = (writes, uid) =>
      faultOf(writes, uid) ?? (this.#losing.delete(uid) ? 'lost' : undefined);
  }

  get present(): readonly Visitor[] {
    return [...this.#present.values()];
  }

  async take(action: Step): Promise<void> {
    if (action.do === 'wait') {
      await this.world.clock.advance(action.ms);
      return;
    }
    const uid = NAMES[action.who]!;
    const visitor = this.#present.get(uid);
    if (action.do === 'come' && visitor === undefined) await this.#come(uid);
    else if (action.do === 'go' && visitor !== undefined) await this.#go(uid, visitor);
    else if (action.do === 'cancel' && visitor === undefined) await this.#cancel(uid);
    else if (action.do === 'lose') this.#losing.add(uid);
    else if (action.do === 'break' && visitor !== undefined)
      for (const connection of this.world.network.openConnections.filter((_, index) => index % 2 === 0))
        connection.become('failed');
  }

  async everybodyGoes(): Promise<void> {
    for (const [uid, visitor] of this.#present) await this.#go(uid, visitor);
  }

  async #come(uid: string): Promise<void> {
    const visitor = this.world.visitor(uid);
    // What is lost in the lobby keeps out: that is told, and tried again by a person.
    this.#losing.delete(uid);
    await visitor.room.open(OPEN_DEADLINE_MS, undefined);
    this.#present.set(uid, visitor);
    void visitor.room.join().catch(() => undefined);
  }

  async #go(uid: string, { room }: Visitor): Promise<void> {
    this.#present.delete(uid);
    const leaving = room.leave();
    await this.world.clock.advance(10_000);
    await leaving;
  }

  /** Joins, thinks better of it in the middle, and joins after all. */
  async #cancel(uid: string): Promise<void> {
    const visitor = this.world.visitor(uid);
    this.#losing.delete(uid);
    await visitor.room.open(OPEN_DEADLINE_MS, undefined);
    this.#present.set(uid, visitor);
    const controller = new AbortController();
    const joining = visitor.room.join({ signal: controller.signal }).catch(() => undefined);
    await Promise.resolve();
    controller.abort();
    await joining;
    void visitor.room.join().catch(() => undefined);
  }
}

describe('Room › any course of events', () => {
  it('[JN16] ends with everybody who is there linked to all others, and with nothing left when all have gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async (steps) => {
        const crowd = new Crowd();
        for (const action of steps) await crowd.take(action);
        await crowd.world.clock.advance(TEN_MINUTES_MS);
        const { present, world } = crowd;
        for (const visitor of present) {
          expect(visitor.room.state).toBe('joined');
          expect(linkStates(visitor)).toEqual(Array(present.length - 1).fill('connected'));
        }
        // One connection for each end of a link, and at most one that waits for each visitor.
        expect(world.network.openConnections.length).toBeLessThanOrEqual(present.length ** 2);
        await crowd.everybodyGoes();
        await world.clock.advance(20_000);
        expect(world.clock.pending).toBe(0);
        expect(world.backend.watchCount).toBe(0);
        expect(world.network.openConnections).toEqual([]);
        expect([...world.backend.documents.keys()]).toEqual([roomPath(ROOM_ID)]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
