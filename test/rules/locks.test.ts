import { LIMITS } from '@firesignal/protocol';
import { deleteField } from 'firebase/firestore';
import { beforeEach, describe, it } from 'vitest';
import { admissionOf, newPeer, now, secondsAgo } from './support/documents.ts';
import { anon } from './support/environment.ts';
import { allows, denies, remove, deniesEach, seed, update } from './support/requests.ts';
import { Company, OTHERS, colleague, host, moderator, outsider, speaker, viewer } from './support/company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.gather();
});
const lock = () => update(company.stage.room, { locked: true });
const unlock = () => update(company.stage.room, { locked: deleteField() });

describe('locks › lock', () => {
  it('[LO1] lets host and moderators lock, unlock, and change the capacity', async () => {
    for (const actor of [host, moderator]) {
      await allows(actor, lock());
      await allows(actor, lock());
      await allows(actor, unlock());
      for (const capacity of [LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX])
        await allows(actor, update(company.stage.room, { capacity, locked: true }));
    }
  });

  it('[LO1] lets nobody but the host change how visitors get in', async () => {
    const claim = { name: 'team', value: 'blue' };
    for (const change of [{ access: 'knock' }, { access: 'members', memberClaim: claim }]) {
      await denies(moderator, update(company.stage.room, change));
      await denies(moderator, update(company.stage.room, { ...change, locked: true }));
      await allows(host, update(company.stage.room, change));
    }
    await denies(moderator, update(company.stage.room, { memberClaim: deleteField() }));
    await allows(host, update(company.stage.room, { memberClaim: deleteField() }));
    await company.stage.change({ host: colleague.uid });
    await denies(host, update(company.stage.room, { access: 'knock' }));
    await allows(colleague, update(company.stage.room, { access: 'knock' }));
  });

  it('[LO1] denies it to everybody else, and in a closed room', async () => {
    for (const actor of [...Object.values(OTHERS), anon]) {
      await denies(actor, lock());
      await denies(actor, update(company.stage.room, { capacity: 3 }));
      await denies(actor, update(company.stage.room, { access: 'knock' }));
    }
    // By what it is before the commit: so it may lock behind itself.
    await allows(colleague, lock(), remove(company.stage.admission(colleague.uid)));
    await company.stage.admit(colleague.uid, { role: 'moderator' });
    await company.stage.admit(moderator.uid, { role: 'moderator', expiresAt: secondsAgo(1) });
    await denies(moderator, lock());
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change(closed);
      await denies(host, lock());
      await denies(colleague, lock());
    }
  });

  it('[LO1] denies other values, and anything beside them', async () => {
    for (const actor of [host, moderator])
      await deniesEach(actor, {
        'not locked': update(company.stage.room, { locked: false }),
        'locked since': update(company.stage.room, { locked: now() }),
        'a capacity too small': update(company.stage.room, { capacity: LIMITS.CAPACITY_MIN - 1 }),
        'a capacity too large': update(company.stage.room, { capacity: LIMITS.CAPACITY_MAX + 1 }),
        'another host': update(company.stage.room, { locked: true, host: actor.uid, hostSeat: 3 }),
        'a seal': update(company.stage.room, { locked: true, sealed: true }),
        'a longer life': update(company.stage.room, { locked: true, expiresAt: secondsAgo(-9_000) }),
      });
    const name = 'x'.repeat(LIMITS.CLAIM_NAME_LENGTH_MAX);
    const value = 'x'.repeat(LIMITS.CLAIM_VALUE_LENGTH_MAX);
    const claiming = (memberClaim: unknown) => update(company.stage.room, { memberClaim });
    await deniesEach(host, {
      'no such door': update(company.stage.room, { access: 'closed' }),
      'no claim': claiming(null),
      'a text': claiming('team'),
      'no name': claiming({ value }),
      'no value': claiming({ name }),
      'more than that': claiming({ name, value, more: 1 }),
      'an empty name': claiming({ name: '', value }),
      'an empty value': claiming({ name, value: '' }),
      'a long name': claiming({ name: `${name}x`, value }),
      'a long value': claiming({ name, value: `${value}x` }),
      'a number': claiming({ name, value: 7 }),
      'a number as a name': claiming({ name: 7, value }),
    });
    await allows(host, claiming({ name, value }));
  });
});

describe('locks › who gets in', () => {
  it('[LO2] lets nobody in by itself but the creator', async () => {
    await company.stage.change({ locked: true });
    await denies(outsider, company.enter(outsider.uid));
    await denies(outsider, company.enter(outsider.uid, { role: 'viewer' }));
    await allows(host, company.enter(host.uid, { role: 'moderator' }));
    await company.stage.change({});
    await allows(outsider, company.enter(outsider.uid));
  });

  it('[LO2] keeps a host who is not the creator in, and lets it in no other way than the others', async () => {
    await company.stage.change({ locked: true, host: outsider.uid });
    await denies(outsider, company.enter(outsider.uid));
  });

  it('[LO3] denies a seat to who let itself in before, and leaves it in the lobby', async () => {
    const { stage } = company;
    const own = newPeer(speaker.uid);
    await stage.change({ locked: true });
    await allows(
      speaker,
      update(stage.admission(speaker.uid), { visits: [own], at: now(), leaseSeconds: 300 }),
    );
    await denies(speaker, ...stage.joining(speaker.uid, own, 1));
    await allows(
      moderator,
      update(stage.admission(speaker.uid), {
        by: moderator.uid,
        role: 'speaker',
        at: now(),
        leaseSeconds: 300,
      }),
    );
    await allows(speaker, ...stage.joining(speaker.uid, own, 1));
  });

  it('[LO3] gives a seat to who has been let in, to moderators and to the host', async () => {
    const { stage } = company;
    await stage.change({ locked: true });
    const cases = [
      [outsider, { by: moderator.uid }],
      [moderator, { role: 'moderator' }],
      [host, { role: 'speaker' }],
    ] as const;
    for (const [n, [actor, admission]] of cases.entries()) {
      const own = newPeer(actor.uid);
      await seed({ [stage.admission(actor.uid)]: admissionOf(actor.uid, { visits: [own], ...admission }) });
      const role = 'role' in admission ? admission.role : 'speaker';
      await allows(actor, ...stage.joining(actor.uid, own, n, { role }));
    }
  });

  it('[LO3] leaves who has a seat there, who renews, takes it again, and may leave', async () => {
    const { stage } = company;
    const own = await stage.place(viewer.uid, 1, { role: 'viewer' });
    await stage.change({ locked: true });
    await allows(viewer, update(stage.beacon(own), { renewedAt: now(), leaseSeconds: 200, burst: 2 }));
    await allows(viewer, ...stage.joining(viewer.uid, own, 1, { role: 'viewer', beacon: { burst: 3 } }));
    await allows(viewer, ...stage.leaving(viewer.uid, own, 1));
    const back = newPeer(viewer.uid);
    await denies(
      viewer,
      company.enter(viewer.uid, { role: 'viewer', visits: [back] }),
      ...stage.joining(viewer.uid, back, 1, { role: 'viewer' }),
    );
  });
});
