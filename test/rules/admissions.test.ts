import { LIMITS } from '@firesignal/protocol';
import { beforeAll, describe, it } from 'vitest';
import { admissionOf, inSeconds, roomBy, secondsAgo } from './support/documents.ts';
import { alice, bob, mallory } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsGet,
  allowsList,
  denies,
  deniesEach,
  remove,
  seed,
  set,
  update,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';

describe('admissions › read', () => {
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
    await deniesEach(mallory, {
      'by alice': set(stage.admission('carol'), admissionOf('carol', { by: 'alice' })),
      'by carol': set(stage.admission('carol'), admissionOf('carol')),
      'by herself': set(stage.admission('carol'), admissionOf('carol', { by: 'mallory' })),
      'herself, by alice': set(stage.admission('mallory'), admissionOf('mallory', { by: 'alice' })),
      'at a path that is not her uid': set(stage.admission('mallory~'), admissionOf('mallory')),
    });
    await denies(alice, set(stage.admission('carol'), admissionOf('carol', { by: 'alice' })));
  });

  it('[AD3] denies an admission with any field wrong, missing or unknown', async () => {
    const valid = admissionOf('mallory');
    const path = stage.admission('mallory');
    await deniesEach(mallory, setting(path, broken(valid)));
    await deniesEach(
      mallory,
      setting(path, {
        'another role': { ...valid, role: 'host' },
        'a name too long': { ...valid, name: 'x'.repeat(LIMITS.NAME_LENGTH_MAX + 1) },
        'a name too long, in code units': { ...valid, name: '😀'.repeat(LIMITS.NAME_LENGTH_MAX / 2 + 1) },
      }),
    );
    for (const name of ['', 'x'.repeat(LIMITS.NAME_LENGTH_MAX), '😀'.repeat(LIMITS.NAME_LENGTH_MAX / 2)])
      await allows(mallory, set(path, admissionOf('mallory', { name })));
  });

  it('[AD4] bounds the lease', async () => {
    const path = stage.admission('bob');
    for (const leaseSeconds of [-1, 0, 1.5, LIMITS.ADMISSION_LEASE_MAX_SECONDS + 1])
      await denies(bob, set(path, admissionOf('bob', { leaseSeconds })));
    for (const leaseSeconds of [1, LIMITS.ADMISSION_LEASE_MAX_SECONDS])
      await allows(bob, set(path, admissionOf('bob', { leaseSeconds })));
  });

  it('[AD5] lets a visitor renew, rename itself and write the same again', async () => {
    const path = stage.admission('bob');
    await stage.admit('bob', { at: secondsAgo(3600) });
    await allows(bob, set(path, admissionOf('bob')));
    await allows(bob, set(path, admissionOf('bob')));
    await allows(bob, set(path, admissionOf('bob', { name: 'Robert' })));
    await denies(bob, update(path, { role: 'host' }));
    await denies(bob, update(path, { name: 'Bob' }));
    await denies(mallory, set(path, admissionOf('bob', { name: 'x' })));
    await denies(mallory, set(path, admissionOf('mallory')));
  });

  it('[AD6] denies self-admission in a room whose access mode is another one', async () => {
    const other = await Stage.open();
    await seed({ [other.room]: { ...roomBy('alice', other.nonce), access: 'knock' } });
    await denies(bob, set(other.admission('bob'), admissionOf('bob')));
  });

  it('[AD6] denies self-admission where there is no room', async () => {
    await denies(bob, set('rooms/no-room/admissions/bob', admissionOf('bob')));
  });
});

describe('admissions › delete', () => {
  it('[AD7] lets a visitor take its own admission back, and nobody else', async () => {
    const stage = await Stage.open();
    await stage.admit('bob');
    await denies(mallory, remove(stage.admission('bob')));
    await denies(alice, remove(stage.admission('bob')));
    await allows(bob, remove(stage.admission('bob')));
  });

  it('[AD7] lets the creator clear an ended room', async () => {
    const stage = await Stage.open({ endedAt: secondsAgo(1), expiresAt: inSeconds(60) });
    await stage.admit('bob');
    await denies(mallory, remove(stage.admission('bob')));
    await allows(alice, remove(stage.admission('bob')));
  });
});
