import { beforeEach, describe, expect, it } from 'vitest';
import { admissionOf, beaconAt, mailFrom, newPeer, standingOffer } from './support/documents.ts';
import { bob, carol } from './support/environment.ts';
import { allows, commit, denies, remove, set, stored, type Write } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/* A write of an earlier visit that comes late: kept back by a network, or sent again by a client that got no answer. */

let stage: Stage;
let alices: string;
let earlier: string;
let later: string;

beforeEach(async () => {
  stage = await Stage.open();
  alices = await stage.place('alice', 0);
  earlier = newPeer('bob');
  later = newPeer('bob');
  await admit();
});

const admit = () => stage.admit('bob', { visits: [earlier, later] });
const join = (peer: string, n: number, burst = 1): Write[] => [
  ...stage.joining('bob', peer, n, { seat: { met: [alices] }, beacon: { burst, offer: standingOffer() } }),
  set(stage.mail(alices, n), mailFrom(peer, { burst })),
];
const leave = (peer: string, n: number): Write[] => stage.leaving('bob', peer, n);

describe('replay of an earlier visit', () => {
  it('[LV6] denies a late leave of an earlier visit: it cannot free the seat of the present one', async () => {
    await allows(bob, ...join(earlier, 1));
    await allows(bob, ...join(later, 1), remove(stage.beacon(earlier)));
    await denies(bob, ...leave(earlier, 1));
    await denies(bob, remove(stage.seat(1)));
    expect(await stored(stage.seat(1))).toMatchObject({ peer: later });
    expect(await stored(stage.beacon(later))).toBeDefined();
  });

  it('[LV6] lets a late leave pass where the earlier visit had another seat, but for the admission', async () => {
    await allows(bob, ...join(earlier, 1));
    await allows(bob, ...join(later, 2));
    // It would take away the admission that the present one is there with.
    await denies(bob, ...leave(earlier, 1));
    await allows(bob, ...leave(earlier, 1).slice(0, 2));
    expect(await stored(stage.seat(2))).toMatchObject({ peer: later });
  });

  it('[LV6] denies a late leave when somebody else has the seat', async () => {
    await allows(bob, ...join(earlier, 1));
    await allows(bob, ...leave(earlier, 1));
    await stage.place('carol', 1);
    await denies(bob, ...leave(earlier, 1));
    await stage.admit('carol');
    expect(await stored(stage.seat(1))).toHaveProperty('name', 'carol');
  });

  it('[LV7] denies a late renewal: it does not bring a beacon back', async () => {
    await allows(bob, ...join(earlier, 1));
    await allows(bob, ...leave(earlier, 1));
    await denies(bob, set(stage.beacon(earlier), beaconAt(1)));
    await admit();
    await allows(bob, ...join(later, 1));
    await denies(bob, set(stage.beacon(earlier), beaconAt(1)));
  });

  it('[LV7] denies a late standing offer: it does not replace a newer one', async () => {
    await allows(bob, ...join(earlier, 1));
    await allows(
      bob,
      set(stage.beacon(earlier), beaconAt(1, { burst: 2, offer: standingOffer({ rev: 2 }) })),
    );
    await denies(
      bob,
      set(stage.beacon(earlier), beaconAt(1, { burst: 3, offer: standingOffer({ rev: 1 }) })),
    );
  });

  it('[LV7] denies late mail, after leaving and after a new visit to the same seat', async () => {
    const late = set(stage.mail(alices, 1), mailFrom(earlier, { rev: 9, burst: 2 }));
    await allows(bob, ...join(earlier, 1));
    await allows(bob, late);
    await allows(bob, ...leave(earlier, 1), remove(stage.mail(alices, 1)));
    await denies(bob, late);
    await admit();
    await allows(bob, ...join(later, 1));
    await denies(bob, late);
    expect(await stored(stage.mail(alices, 1))).toMatchObject({ from: later });
  });

  it('[LV8] denies a late join once the visitor has left the lobby', async () => {
    await allows(bob, ...join(earlier, 1));
    await allows(bob, ...leave(earlier, 1));
    await denies(bob, ...join(earlier, 1));
    await denies(bob, ...join(earlier, 2));
  });

  it('[LV8] denies a late join to a seat that has been taken since', async () => {
    await stage.place('carol', 1);
    await denies(bob, ...join(earlier, 1));
  });
});

describe('the same write again, after a lost acknowledgement', () => {
  it('[GN8] allows every write of a visit twice in a row', async () => {
    const twice = async (write: (burst: number) => readonly Write[], burst = 1) => {
      await allows(bob, ...write(burst));
      await allows(bob, ...write(burst + 1));
    };
    await twice(() => [set(stage.admission('bob'), admissionOf('bob', { visits: [earlier, later] }))]);
    await twice((burst) => join(earlier, 1, burst));
    const offer = standingOffer({ rev: 2 });
    await twice((burst) => [set(stage.beacon(earlier), beaconAt(1, { burst, offer }))], 3);
    await twice((burst) => [set(stage.mail(alices, 1), mailFrom(earlier, { rev: 2, burst }))], 3);
    await twice((burst) => [...join(later, 1, burst), remove(stage.beacon(earlier))]);
    await twice(() => [...leave(later, 1), remove(stage.mail(alices, 1))]);
  });

  it('[GN8] asks of what has a burst that it counts the second time, too', async () => {
    await allows(bob, ...join(earlier, 1));
    await denies(bob, ...join(earlier, 1));
    await allows(bob, ...join(earlier, 1, 2));
  });

  it('[GN8] allows a join again after the recipient of its mail has left', async () => {
    const carols = await stage.place('carol', 2);
    const mail = set(stage.mail(carols, 1), mailFrom(earlier));
    await allows(bob, ...join(earlier, 1), mail);
    await commit(carol, ...stage.leaving('carol', carols, 2));
    // The mail has nobody to go to: seat and beacon are sent again alone.
    await denies(bob, ...join(earlier, 1, 2), mail);
    await allows(bob, ...join(earlier, 1, 2));
  });
});
