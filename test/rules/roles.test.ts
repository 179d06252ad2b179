import { ROLES, type Role } from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { admissionOf, newPeer, inSeconds, now, secondsAgo } from './support/documents.ts';
import { anon, signedInAs, type Actor } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import { allows, denies, deniesEach, remove, seed, set, stored, sweep, update } from './support/requests.ts';
import {
  Company,
  OTHERS,
  banned,
  colleague,
  host,
  moderator,
  outsider,
  speaker,
  viewer,
} from './support/company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.gather({ access: 'invite' });
});

/** Whether `by` may do something to somebody in role `from`, and for that one to be `to`. */
const may = (by: 'host' | 'moderator', ...roles: readonly Role[]): boolean =>
  by === 'host' || !roles.includes('moderator');
const RUNNING: readonly (readonly ['host' | 'moderator', Actor])[] = [
  ['host', host],
  ['moderator', moderator],
];
const CHANGES = ROLES.flatMap((from) => ROLES.map((to) => [from, to] as const)).filter(
  ([from, to]) => from !== to,
);

const changing = (uid: string, role: Role) => update(company.stage.admission(uid), { role });

describe('roles › let in', () => {
  it('[RO1] lets the creator in as a moderator, whatever the door is, and nobody else that way', async () => {
    for (const access of ['invite', 'password', 'knock', 'members'] as const)
      for (const locked of [{}, { locked: true }] as const) {
        await company.stage.change({ access, ...locked });
        await denies(host, company.enter(host.uid));
        await denies(outsider, company.enter(outsider.uid, { role: 'moderator' }));
        await allows(host, company.enter(host.uid, { role: 'moderator', visits: [newPeer(host.uid)] }));
        await sweep(company.stage.admission(host.uid));
      }
    await company.stage.change({ access: 'invite', host: speaker.uid });
    await allows(host, company.enter(host.uid, { role: 'moderator' }));
  });

  for (const [by, actor] of RUNNING)
    for (const role of ROLES)
      it(`[RO2] ${may(by, role) ? 'lets' : 'denies'} a ${by} let somebody in as ${role}, whatever the door is`, async () => {
        const judge = may(by, role) ? allows : denies;
        for (const access of ['open', 'invite', 'password', 'knock', 'members'] as const) {
          await company.stage.change({ access, locked: true });
          await judge(actor, company.letIn(actor.uid, outsider.uid, role));
          await sweep(company.stage.admission(outsider.uid));
        }
      });

  it('[RO2] denies it to everybody else, and in a closed room', async () => {
    for (const actor of Object.values(OTHERS)) await denies(actor, company.letIn(actor.uid, 'frank'));
    await denies(anon, company.letIn('anon', 'frank'));
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'knock', ...closed });
      await denies(host, company.letIn(host.uid, outsider.uid));
    }
  });

  it('[RO2] denies an admission with any field wrong, or with visits, or by another one', async () => {
    const path = company.stage.admission(outsider.uid);
    const admission = admissionOf(outsider.uid, { by: host.uid });
    await deniesEach(host, {
      ...setting(path, broken(admission)),
      ...setting(path, {
        'by itself': { ...admission, by: outsider.uid },
        'by a moderator': { ...admission, by: moderator.uid },
        'a visit of its own': { ...admission, visits: [newPeer(outsider.uid)] },
        'a visit of the host': { ...admission, visits: [newPeer(host.uid)] },
      }),
      'for what is no uid': set(company.stage.admission('a.b'), admission),
    });
    await allows(host, set(path, admission));
  });

  it('[RO3] lets in anew who is there already, and changes neither its name nor its visits', async () => {
    const { stage } = company;
    const peer = await stage.place(speaker.uid, 1);
    const before = await stored(stage.admission(speaker.uid));
    const anew = { role: 'viewer', by: moderator.uid, at: now(), leaseSeconds: 300 };
    await deniesEach(moderator, {
      'another name': update(stage.admission(speaker.uid), { ...anew, name: 'x' }),
      'without its visits': update(stage.admission(speaker.uid), { ...anew, visits: [] }),
      'another visit': update(stage.admission(speaker.uid), { ...anew, visits: [peer, newPeer('carol')] }),
      'as a moderator': update(stage.admission(speaker.uid), { ...anew, role: 'moderator' }),
      'by the host': update(stage.admission(speaker.uid), { ...anew, by: host.uid }),
      earlier: update(stage.admission(speaker.uid), { ...anew, at: secondsAgo(5) }),
      'a moderator': update(stage.admission(colleague.uid), { ...anew, role: 'moderator' }),
      'a moderator, as less': update(stage.admission(colleague.uid), anew),
      itself: update(stage.admission(moderator.uid), { ...anew, role: 'moderator' }),
    });
    for (const actor of [speaker, viewer, outsider])
      await denies(actor, update(stage.admission(speaker.uid), { ...anew, by: actor.uid }));
    await allows(
      moderator,
      update(stage.admission(speaker.uid), { ...anew, leaseSeconds: 0, expiresAt: inSeconds(600) }),
    );
    expect(await stored(stage.admission(speaker.uid))).toMatchObject({
      name: before!['name'] as string,
      visits: [peer],
      by: moderator.uid,
    });
    await allows(host, update(stage.admission(colleague.uid), { ...anew, by: host.uid }));
    await company.stage.change({ access: 'invite', endedAt: now() });
    await denies(moderator, update(stage.admission(speaker.uid), anew));
  });
});

describe('roles › change', () => {
  for (const [by, actor] of RUNNING)
    for (const [from, to] of CHANGES)
      it(`[RO4] ${may(by, from, to) ? 'lets' : 'denies'} a ${by} make a ${from} a ${to}, in admission and seat`, async () => {
        const { stage } = company;
        await stage.place('frank', 1, { role: from });
        const judge = may(by, from, to) ? allows : denies;
        await judge(actor, changing('frank', to), update(stage.seat(1), { role: to }));
        await stage.place('frank', 1, { role: from });
        await judge(actor, changing('frank', to));
      });

  it('[RO4] denies it to everybody else, and to moderators by an admission that is over', async () => {
    const { stage } = company;
    await stage.place('frank', 1);
    const writes = [changing('frank', 'viewer'), update(stage.seat(1), { role: 'viewer' })];
    for (const actor of [...Object.values(OTHERS), anon, signedInAs('frank')]) {
      await denies(actor, ...writes);
      await denies(actor, writes[0]!);
    }
    await stage.admit(moderator.uid, { role: 'moderator', expiresAt: secondsAgo(1) });
    await denies(moderator, ...writes);
    await stage.admit(moderator.uid, { role: 'moderator', leaseSeconds: 0, at: secondsAgo(900) });
    await allows(moderator, ...writes);
  });

  it('[RO4] denies it to a moderator that has been made a speaker, at once', async () => {
    await allows(host, changing(moderator.uid, 'speaker'));
    await denies(moderator, changing(viewer.uid, 'speaker'));
    await denies(moderator, changing(moderator.uid, 'moderator'));
  });

  it('[RO4] denies a role that is none, and anything beside the role', async () => {
    await deniesEach(host, {
      'the host': update(company.stage.admission(speaker.uid), { role: 'host' }),
      'a name': update(company.stage.admission(speaker.uid), { role: 'viewer', name: 'x' }),
      'who admitted': update(company.stage.admission(speaker.uid), { role: 'viewer', by: host.uid }),
    });
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'invite', ...closed });
      await denies(host, changing(speaker.uid, 'viewer'));
    }
  });

  it('[RO5] lets the seat follow the admission, in the same commit or later, and never go ahead', async () => {
    const { stage } = company;
    await stage.place('frank', 1);
    const follow = update(stage.seat(1), { role: 'viewer' });
    for (const actor of [host, moderator]) await denies(actor, follow);
    await denies(host, changing('frank', 'moderator'), follow);
    await allows(host, changing('frank', 'viewer'));
    await deniesEach(host, {
      'another role': update(stage.seat(1), { role: 'moderator' }),
      'the name, too': update(stage.seat(1), { role: 'viewer', name: 'x' }),
    });
    for (const actor of [signedInAs('frank'), speaker, outsider]) await denies(actor, follow);
    await company.stage.change({ access: 'invite', endedAt: now() });
    await denies(moderator, follow);
    await company.stage.change({ access: 'invite' });
    await allows(moderator, follow);
  });

  it('[RO5] denies moderators the seats of host, creator and moderators', async () => {
    const { stage } = company;
    await stage.place(colleague.uid, 1, { role: 'moderator', admission: { role: 'speaker' } });
    await denies(moderator, update(stage.seat(1), { role: 'speaker' }));
    await stage.place(host.uid, 0, { role: 'speaker', admission: { role: 'viewer' } });
    await denies(moderator, update(stage.seat(0), { role: 'viewer' }));
    await company.stage.change({ access: 'invite', host: speaker.uid });
    await denies(moderator, update(stage.seat(0), { role: 'viewer' }));
    await allows(speaker, update(stage.seat(0), { role: 'viewer' }));
  });

  it('[RO6] lets nobody change its own role, nor that of the host; moderators not that of the creator', async () => {
    const { stage } = company;
    for (const role of ROLES)
      for (const actor of [host, moderator, speaker, viewer]) {
        await seed({ [stage.admission(host.uid)]: admissionOf(host.uid) });
        const own = (await stored(stage.admission(actor.uid)))!['role'] as Role;
        if (role !== own) await denies(actor, changing(actor.uid, role));
      }
    await denies(moderator, changing(host.uid, 'viewer'));
    await company.stage.change({ access: 'invite', host: speaker.uid });
    await denies(moderator, changing(host.uid, 'viewer'));
    await denies(moderator, changing(speaker.uid, 'viewer'));
    await allows(speaker, changing(host.uid, 'viewer'));
  });

  it('[RO6] keeps role and who admitted through every renewal', async () => {
    const path = company.stage.admission(speaker.uid);
    await deniesEach(speaker, {
      role: set(path, admissionOf(speaker.uid, { role: 'viewer' })),
      'a higher role': set(path, admissionOf(speaker.uid, { role: 'moderator' })),
      'who admitted': set(path, admissionOf(speaker.uid, { by: host.uid })),
    });
    await allows(speaker, set(path, admissionOf(speaker.uid)));
    await denies(banned, set(company.stage.admission(banned.uid), admissionOf(banned.uid)));
  });

  it('[RO7] lets host and moderators take an admission away, as they may act on who has it', async () => {
    const { stage } = company;
    const taking = (uid: string) => remove(stage.admission(uid));
    await stage.admit(host.uid, { role: 'speaker' });
    for (const actor of [...Object.values(OTHERS), anon]) {
      await stage.admit('frank');
      await denies(actor, taking('frank'));
    }
    for (const uid of [host.uid, colleague.uid]) await denies(moderator, taking(uid));
    await allows(moderator, taking('frank'));
    await stage.place('frank', 1);
    await denies(moderator, taking('frank'));
    await denies(host, taking('frank'));
    await allows(host, taking(colleague.uid));
  });
});
