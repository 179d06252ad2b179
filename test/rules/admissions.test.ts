import { ACCESS_MODES, LIMITS, ROLES } from '@firesignal/protocol';
import { beforeAll, describe, it } from 'vitest';
import { admissionOf, inSeconds, newPeer, now, roomBy, secondsAgo } from './support/documents.ts';
import { alice, bob, carol, mallory, signedInAs } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsGet,
  allowsList,
  denies,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  seed,
  set,
  sweep,
  update,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

describe('admissions › read', () => {
  it('[AD9] shows the lobby of a room that was not made open to who has an admission, and to nobody else', async () => {
    const stage = await Stage.open({ access: 'invite' });
    await stage.admit('bob', { leaseSeconds: 0 });
    await deniesGet(mallory, stage.admission('bob'));
    await deniesGet(alice, stage.admission('bob'));
    await deniesList(mallory, `${stage.room}/admissions`);
    await allowsGet(mallory, stage.admission('mallory'));
    await stage.admit('mallory');
    await allowsGet(mallory, stage.admission('bob'));
    await allowsList(mallory, `${stage.room}/admissions`);
  });

  it('[AD1] lets whoever is signed in and has the link see who is in the lobby', async () => {
    const stage = await Stage.open();
    await stage.admit('bob');
    await allowsGet(mallory, stage.admission('bob'));
    await allowsGet(mallory, stage.admission('nobody'));
    await allowsList(mallory, `${stage.room}/admissions`);
  });
});

describe('admissions › create and update', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });

  it('[AD2] lets a visitor admit itself to an open room', async () => {
    await allows(bob, set(stage.admission('bob'), admissionOf('bob')));
  });

  it('[AD2] denies to admit somebody else, under any name', async () => {
    await stage.admit('mallory', { role: 'speaker' });
    await deniesEach(mallory, {
      'by alice': set(stage.admission('carol'), admissionOf('carol', { by: 'alice' })),
      'by carol': set(stage.admission('carol'), admissionOf('carol')),
      'by herself': set(stage.admission('carol'), admissionOf('carol', { by: 'mallory' })),
      'herself, by alice': set(stage.admission('mallory'), admissionOf('mallory', { by: 'alice' })),
      'as a viewer': set(stage.admission('carol'), admissionOf('carol', { by: 'mallory', role: 'viewer' })),
      'at a path that is not her uid': set(stage.admission('mallory~'), admissionOf('mallory')),
    });
    await denies(carol, set(stage.admission('carol'), admissionOf('carol', { by: 'alice' })));
    await denies(alice, set(stage.admission('carol'), admissionOf('carol')));
  });

  it('[AD2] lets it choose a role that anybody may enter with', async () => {
    for (const [n, role] of ROLES.entries()) {
      const uid = `visitor${String(n)}`;
      const write = set(stage.admission(uid), admissionOf(uid, { role }));
      await (role === 'moderator' ? denies : allows)(signedInAs(uid), write);
    }
  });

  it('[AD3] denies an admission with any field wrong, missing or unknown', async () => {
    const valid = admissionOf('dave', { visits: [newPeer('dave')] });
    const path = stage.admission('dave');
    const dave = signedInAs('dave');
    await deniesEach(dave, setting(path, broken(valid)));
    await deniesEach(
      dave,
      setting(path, {
        'another role': { ...valid, role: 'host' },
        'a name too long': { ...valid, name: 'x'.repeat(LIMITS.NAME_LENGTH_MAX + 1) },
        'a name too long, in code units': { ...valid, name: '😀'.repeat(LIMITS.NAME_LENGTH_MAX / 2 + 1) },
      }),
    );
    for (const name of ['', 'x'.repeat(LIMITS.NAME_LENGTH_MAX), '😀'.repeat(LIMITS.NAME_LENGTH_MAX / 2)])
      await allows(dave, set(path, admissionOf('dave', { name })));
    const renewals = { ...broken(valid) };
    await deniesEach(dave, setting(path, renewals));
  });

  it('[AD4] bounds the lease', async () => {
    const path = stage.admission('bob');
    const leasing = (leaseSeconds: number) => set(path, admissionOf('bob', { leaseSeconds }));
    const wrong = [-1, 1.5, LIMITS.ADMISSION_LEASE_MAX_SECONDS + 1];
    for (const isThere of [false, true]) {
      for (const right of [0, 1, LIMITS.ADMISSION_LEASE_MAX_SECONDS]) {
        if (!isThere) await sweep(path);
        for (const leaseSeconds of wrong) await denies(bob, leasing(leaseSeconds));
        await allows(bob, leasing(right));
      }
    }
  });

  it('[AD4] takes a lease of 0 for a visitor that is not there: it reads no beacons, and gets no seat', async () => {
    const peer = newPeer('bob');
    await stage.admit('bob', { at: secondsAgo(60), leaseSeconds: 0, visits: [peer] });
    const alices = await stage.place('alice', 0);
    await deniesGet(bob, stage.beacon(alices));
    await denies(bob, ...stage.joining('bob', peer, 1));
    const away = set(stage.admission('bob'), admissionOf('bob', { leaseSeconds: 0, visits: [peer] }));
    await denies(bob, away, ...stage.joining('bob', peer, 1));
    await allows(bob, set(stage.admission('bob'), admissionOf('bob', { visits: [peer] })));
    await allowsGet(bob, stage.beacon(alices));
    await allows(bob, ...stage.joining('bob', peer, 1));
  });

  it('[AD5] lets a visitor renew, rename itself and write the same again', async () => {
    const path = stage.admission('bob');
    await stage.admit('bob', { at: secondsAgo(3600) });
    await allows(bob, set(path, admissionOf('bob')));
    await allows(bob, set(path, admissionOf('bob')));
    await allows(bob, set(path, admissionOf('bob', { name: 'Robert' })));
    for (const role of ['host', 'moderator', 'viewer']) {
      await denies(bob, update(path, { role }));
      await denies(bob, update(path, { role, at: now() }));
    }
    await denies(bob, update(path, { by: 'alice', at: now() }));
    await denies(bob, update(path, { name: 'Bob' }));
    await allows(bob, update(path, { name: 'Bob', at: now() }));
    await denies(mallory, set(path, admissionOf('bob', { name: 'x' })));
    await denies(mallory, set(path, admissionOf('mallory')));
  });

  it('[RO6] keeps role and who admitted through every renewal', async () => {
    const path = stage.admission('bob');
    await stage.admit('bob', { role: 'moderator', by: 'alice' });
    await denies(bob, set(path, admissionOf('bob', { role: 'moderator' })));
    await denies(bob, set(path, admissionOf('bob', { by: 'alice' })));
    await allows(bob, set(path, admissionOf('bob', { role: 'moderator', by: 'alice' })));
  });

  it('[AD8] denies to renew an admission that has expired', async () => {
    await stage.admit('bob', { expiresAt: secondsAgo(1) });
    await denies(bob, set(stage.admission('bob'), admissionOf('bob')));
    await allows(bob, remove(stage.admission('bob')));
    await allows(bob, set(stage.admission('bob'), admissionOf('bob')));
  });

  for (const access of ACCESS_MODES.filter((mode) => mode !== 'open'))
    it(`[AD6] denies self-admission in a room for ${access}, by the link alone`, async () => {
      const other = await Stage.open({ access });
      for (const role of ROLES) await denies(bob, set(other.admission('bob'), admissionOf('bob', { role })));
    });

  it('[AD6] denies self-admission in a room of an access mode that nobody knows', async () => {
    const other = await Stage.open();
    await seed({ [other.room]: { ...roomBy('alice', other.nonce), access: 'anything' } });
    await denies(bob, set(other.admission('bob'), admissionOf('bob')));
  });

  for (const access of ACCESS_MODES)
    it(`[RO1] lets the creator be in a room for ${access}, locked, as a moderator`, async () => {
      const other = await Stage.open({ access, locked: true, host: 'carol' });
      for (const role of ['speaker', 'viewer'] as const)
        await denies(alice, set(other.admission('alice'), admissionOf('alice', { role })));
      await denies(carol, set(other.admission('carol'), admissionOf('carol', { role: 'moderator' })));
      await allows(alice, set(other.admission('alice'), admissionOf('alice', { role: 'moderator' })));
    });

  it('[RO1] lets the creator be an ordinary visitor of its open room', async () => {
    const other = await Stage.open();
    await allows(alice, set(other.admission('alice'), admissionOf('alice')));
  });

  it('[LO2] denies self-admission to a room that is locked', async () => {
    const other = await Stage.open({ locked: true });
    const write = set(other.admission('bob'), admissionOf('bob'));
    await denies(bob, write);
    await other.change({});
    await allows(bob, write);
    await other.change({ locked: true });
    await allows(bob, write);
  });

  it('[AD6] denies self-admission where there is no room', async () => {
    await denies(bob, set('rooms/no-room/admissions/bob', admissionOf('bob')));
  });
});

describe('admissions › delete', () => {
  it('[AD7] lets a visitor take its own admission back, and nobody else', async () => {
    const stage = await Stage.open();
    await stage.admit('bob');
    await stage.admit('carol');
    await denies(mallory, remove(stage.admission('bob')));
    await denies(carol, remove(stage.admission('bob')));
    await allows(bob, remove(stage.admission('bob')));
  });

  for (const [who, actor] of Object.entries({ creator: alice, host: carol }))
    it(`[AD7] lets the ${who} clear an ended room`, async () => {
      const stage = await Stage.open({ host: 'carol', endedAt: secondsAgo(1), expiresAt: inSeconds(60) });
      await stage.place('bob', 1);
      await denies(mallory, remove(stage.admission('bob')));
      await allows(actor, remove(stage.admission('bob')));
    });
});
