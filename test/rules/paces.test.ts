import { LIMITS } from '@firesignal/protocol';
import { beforeEach, describe, it } from 'vitest';
import { beaconAt, mailFrom, newPeer, now, secondsAgo } from './support/documents.ts';
import { alice, bob } from './support/environment.ts';
import { allows, denies, deniesEach, remove, seed, set, sweep } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/* How often somebody may write what others listen to: so many times in a row, and then once in a while. */

let stage: Stage;
let alices: string;
let bobs: string;

beforeEach(async () => {
  stage = await Stage.open();
  alices = await stage.place('alice', 0);
  bobs = await stage.place('bob', 1);
});

/** What has a pace: written with this number, and stored with it, so long ago. */
const KINDS = {
  'BC13] beacons': {
    max: LIMITS.BEACON_BURST_MAX,
    refill: LIMITS.BEACON_REFILL_SECONDS,
    write: (burst: unknown) => set(stage.beacon(bobs), beaconAt(1, { burst: burst as number })),
    put: (burst: number, ago: number) =>
      seed({
        [stage.beacon(bobs)]: beaconAt(1, {
          burst,
          renewedAt: ago === 0 ? now() : secondsAgo(ago),
          leaseSeconds: 900,
        }),
      }),
  },
  'MB12] mail': {
    max: LIMITS.MAIL_BURST_MAX,
    refill: LIMITS.MAIL_REFILL_SECONDS,
    write: (burst: unknown) => set(stage.mail(alices, 1), mailFrom(bobs, { burst: burst as number })),
    put: (burst: number, ago: number) =>
      seed({ [stage.mail(alices, 1)]: mailFrom(bobs, { burst, at: ago === 0 ? now() : secondsAgo(ago) }) }),
  },
};

for (const [kind, { max, refill, write, put }] of Object.entries(KINDS))
  describe(`paces › ${kind.slice(6)}`, () => {
    const title = `[${kind}`;
    const inARow = (burst: number) => put(burst, 0);

    it(`${title} may be written so many times in a row, and once more not`, async () => {
      await put(1, 0);
      for (let burst = 2; burst <= max; burst++) await allows(bob, write(burst));
      await inARow(max);
      await deniesEach(bob, { more: write(max + 1), 'the same': write(max), less: write(1) });
    });

    it(`${title} count every write`, async () => {
      await inARow(4);
      await deniesEach(bob, { one: write(1), less: write(3), 'the same': write(4) });
      await allows(bob, write(5));
      await inARow(4);
      await allows(bob, write(7));
    });

    it(`${title} may be written again after a while, once for each time that has passed as a whole`, async () => {
      await put(max, 3 * refill);
      await denies(bob, write(max - 3 - 2));
      await allows(bob, write(max - 2));
      await put(max, 2 * refill - refill / 2);
      await denies(bob, write(max - 2));
      await allows(bob, write(max));
      await put(max, refill - 0.5 * refill);
      if (refill > 1) await denies(bob, write(max));
      await put(max, max * refill + 1);
      await allows(bob, write(1));
    });

    it(`${title} take an integer from 1 to the largest for a number`, async () => {
      await put(max, max * refill + 1);
      for (const wrong of [0, -1, 1.5, '2', null, true, [2], max + 1]) await denies(bob, write(wrong));
      await allows(bob, write(max));
    });
  });

describe('paces › no way around', () => {
  const full = LIMITS.MAIL_BURST_MAX;

  it('[MB12] denies the sender to delete its mail and begin a new row', async () => {
    await seed({ [stage.mail(alices, 1)]: mailFrom(bobs, { burst: full, at: now() }) });
    const anew = set(stage.mail(alices, 1), mailFrom(bobs));
    await deniesEach(bob, { delete: remove(stage.mail(alices, 1)), anew });
    await denies(bob, remove(stage.mail(alices, 1)), anew);
    await allows(alice, remove(stage.mail(alices, 1)));
    await allows(bob, anew);
  });

  it('[BC13] denies a peer to delete its beacon and begin a new row', async () => {
    const burst = LIMITS.BEACON_BURST_MAX;
    await seed({ [stage.beacon(bobs)]: beaconAt(1, { burst, renewedAt: now() }) });
    const anew = set(stage.beacon(bobs), beaconAt(1));
    await deniesEach(bob, {
      delete: remove(stage.beacon(bobs)),
      anew,
      both: [remove(stage.beacon(bobs)), anew],
      'with its seat': stage.joining('bob', bobs, 1),
      'with its seat made anew': [remove(stage.seat(1)), ...stage.joining('bob', bobs, 1)],
    });
  });

  it('[MB12] counts mail to one peer, and not to all of them together', async () => {
    const carols = await stage.place('carol', 2);
    await seed({ [stage.mail(alices, 1)]: mailFrom(bobs, { burst: full, at: now() }) });
    await denies(bob, set(stage.mail(alices, 1), mailFrom(bobs)));
    await allows(bob, set(stage.mail(carols, 1), mailFrom(bobs)));
  });

  it('[MB12] begins a new row for the next sender in the seat', async () => {
    await seed({ [stage.mail(alices, 1)]: mailFrom(newPeer('carol'), { burst: full }) });
    await allows(bob, set(stage.mail(alices, 1), mailFrom(bobs)));
    await sweep(stage.mail(alices, 1));
    await allows(bob, set(stage.mail(alices, 1), mailFrom(bobs, { burst: full })));
  });
});
