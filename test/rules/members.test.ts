import { LIMITS, quotaPath } from '@firesignal/protocol';
import { beforeEach, describe, it } from 'vitest';
import { inSeconds, newPeer, now, secondsAgo } from './support/documents.ts';
import { anon, signedInWith } from './support/environment.ts';
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
import {
  Company,
  OTHERS,
  banBy,
  banned,
  colleague,
  host,
  memberBy,
  moderator,
  outsider,
  speaker,
} from './support/company.ts';

let company: Company;
const path = () => company.member(outsider.uid);
beforeEach(async () => {
  company = await Company.gather({ access: 'members' });
});

const listed = (changes: Parameters<typeof memberBy>[1] = {}) =>
  seed({ [path()]: memberBy(host.uid, changes) });

describe('members › list', () => {
  it('[MM1] lets host and moderators list somebody with a role, moderators none as a moderator', async () => {
    await allows(host, set(path(), memberBy(host.uid, { role: 'moderator' })));
    await denies(moderator, set(company.member('frank'), memberBy(moderator.uid, { role: 'moderator' })));
    await allows(moderator, set(company.member('frank'), memberBy(moderator.uid, { role: 'viewer' })));
    await allows(moderator, set(company.member('frank'), memberBy(moderator.uid)));
    await denies(moderator, set(company.member('frank'), memberBy(moderator.uid, { role: 'moderator' })));
    await denies(moderator, set(path(), memberBy(moderator.uid)));
    await denies(moderator, remove(path()));
    await allows(moderator, remove(company.member('frank')));
    await allows(host, remove(path()));
  });

  it('[MM1] denies it to everybody else, and in a closed room', async () => {
    await listed();
    for (const actor of Object.values(OTHERS)) {
      await denies(actor, set(company.member(actor.uid), memberBy(actor.uid)));
      await denies(actor, set(path(), memberBy(actor.uid, { role: 'moderator' })));
      await denies(actor, remove(path()));
    }
    await denies(anon, remove(path()));
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'members', ...closed });
      await denies(host, set(path(), memberBy(host.uid)));
      await denies(host, set(company.member('frank'), memberBy(host.uid)));
    }
  });

  it('[MM1] denies an entry with any field wrong, missing or unknown, or for what is no uid', async () => {
    const entry = memberBy(host.uid);
    await deniesEach(host, {
      ...setting(path(), broken(entry)),
      ...setting(path(), {
        'a role that is none': { ...entry, role: 'host' },
        'by somebody else': { ...entry, by: moderator.uid },
        earlier: { ...entry, at: secondsAgo(1) },
        'over already': { ...entry, expiresAt: secondsAgo(1) },
        'for too long': { ...entry, expiresAt: inSeconds(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS + 60) },
      }),
      'no uid': set(company.member('a.b'), entry),
    });
    await allows(host, set(path(), entry));
    await deniesEach(host, setting(path(), { again: { ...entry, role: 'host' } }));
  });

  it('[MM1] lets a room and its members be made in one commit', async () => {
    const { stage } = company;
    await sweep(quotaPath(host.uid));
    await sweep(stage.room);
    const room = stage.asCreated({ access: 'members' });
    await allows(
      host,
      ...Stage.making(host.uid, room, stage.roomId),
      set(path(), memberBy(host.uid)),
      set(company.member('frank'), memberBy(host.uid, { role: 'moderator' })),
    );
  });
});

describe('members › enter', () => {
  it('[MM2] admits who is listed, in the role of the list', async () => {
    for (const role of ['moderator', 'speaker', 'viewer'] as const) {
      await listed({ role });
      await deniesEach(outsider, {
        ...Object.fromEntries(
          (['moderator', 'speaker', 'viewer'] as const)
            .filter((other) => other !== role)
            .map((other) => [`${other}, not ${role}`, company.enter(outsider.uid, { role: other })]),
        ),
      });
      await allows(outsider, company.enter(outsider.uid, { role, visits: [newPeer(outsider.uid)] }));
      await sweep(company.stage.admission(outsider.uid));
    }
  });

  it('[MM2] goes by the list as it was before the commit', async () => {
    await company.stage.change({ access: 'members', host: outsider.uid });
    await denies(outsider, set(path(), memberBy(outsider.uid)), company.enter(outsider.uid));
    await listed();
    await allows(outsider, remove(path()), company.enter(outsider.uid));
  });

  it('[MM2] denies it to who is not listed, to the banned, and where the room is locked, closed, or has another door', async () => {
    await denies(outsider, company.enter(outsider.uid));
    await seed({ [company.member(banned.uid)]: memberBy(host.uid) });
    await denies(banned, company.enter(banned.uid));
    await listed();
    await denies(banned, company.enter(outsider.uid));
    const closed = [{ locked: true }, { endedAt: now() }, { expiresAt: secondsAgo(1) }] as const;
    const doors = (['invite', 'password', 'knock'] as const).map((access) => ({ access }));
    for (const change of [...closed, ...doors]) {
      await company.stage.change({ access: 'members', ...change });
      await denies(outsider, company.enter(outsider.uid));
    }
    await company.stage.change({ access: 'members' });
    await allows(outsider, company.enter(outsider.uid));
  });

  const CLAIM = { name: 'team', value: 'blue' };
  const claiming = (claims: Record<string, unknown>) => signedInWith(outsider.uid, claims);

  it('[MM3] admits whose id token has the claim, as a text or in a list, as speaker or viewer', async () => {
    await company.stage.change({ access: 'members', memberClaim: CLAIM });
    for (const team of ['blue', ['blue'], ['red', 'blue', 7]]) {
      const actor = claiming({ team });
      await denies(actor, company.enter(outsider.uid, { role: 'moderator' }));
      for (const role of ['speaker', 'viewer'] as const) {
        await allows(actor, company.enter(outsider.uid, { role }));
        await sweep(company.stage.admission(outsider.uid));
      }
    }
  });

  it('[MM3] denies it to whose token has it otherwise, or not at all', async () => {
    await company.stage.change({ access: 'members', memberClaim: CLAIM });
    const maps = [{ blue: true }, { value: 'blue' }];
    for (const team of [7, true, null, 'red', 'bluer', 'xblue', '', ['red'], [['blue']], [], ...maps])
      await denies(claiming({ team }), company.enter(outsider.uid));
    for (const claims of [{}, { teams: 'blue' }, { blue: 'team' }])
      await denies(claiming(claims), company.enter(outsider.uid));
    await company.stage.change({ access: 'members', memberClaim: { ...CLAIM, value: '7' } });
    for (const team of [7, [7]]) await denies(claiming({ team }), company.enter(outsider.uid));
    await company.stage.change({ access: 'members' });
    await denies(claiming({ team: 'blue' }), company.enter(outsider.uid));
    await company.stage.change({ access: 'invite', memberClaim: CLAIM });
    await denies(claiming({ team: 'blue' }), company.enter(outsider.uid));
  });

  it('[MM3] lets who is listed and has the claim choose', async () => {
    await company.stage.change({ access: 'members', memberClaim: CLAIM });
    await listed({ role: 'moderator' });
    await allows(claiming({ team: 'blue' }), company.enter(outsider.uid, { role: 'viewer' }));
    await sweep(company.stage.admission(outsider.uid));
    await allows(claiming({ team: 'blue' }), company.enter(outsider.uid, { role: 'moderator' }));
  });

  it('[MM4] throws nobody out who is taken from the list, and lets it in no more', async () => {
    await listed();
    const own = newPeer(outsider.uid);
    await allows(outsider, company.enter(outsider.uid, { visits: [own] }));
    await allows(host, remove(path()));
    await allows(outsider, update(company.stage.admission(outsider.uid), { at: now() }));
    await allows(outsider, ...company.stage.joining(outsider.uid, own, 2));
    await allows(outsider, ...company.stage.leaving(outsider.uid, own, 2));
    await denies(outsider, company.enter(outsider.uid));
  });
});

describe('members › read and clear', () => {
  it('[MM5] shows a member its own entry, and the host and moderators all of them', async () => {
    await listed();
    for (const actor of [outsider, host, moderator]) await allowsGet(actor, path());
    for (const actor of [speaker, banned, anon]) await deniesGet(actor, path());
    const list = `${company.stage.room}/members`;
    for (const actor of [host, moderator]) await allowsList(actor, list);
    for (const actor of [...Object.values(OTHERS), anon]) await deniesList(actor, list);
  });

  it('[MM5] lets the creator clear the list of an ended room', async () => {
    await listed({ role: 'moderator' });
    await seed({ [company.ban('frank')]: banBy(host.uid) });
    await company.stage.change({ access: 'members', host: colleague.uid });
    await denies(host, remove(path()));
    await company.stage.change({ access: 'members', host: colleague.uid, endedAt: now() });
    await denies(moderator, remove(path()));
    await allows(host, remove(path()));
  });
});
