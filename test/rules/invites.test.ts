import { LIMITS, quotaPath, sha256Of } from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { admissionOf } from './support/documents.ts';
import { inSeconds, newPeer, now, secondsAgo } from './support/documents.ts';
import { anon, signedInAs } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsEach,
  allowsGet,
  allowsList,
  commit,
  denies,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  seed,
  set,
  stored,
  sweep,
  update,
} from './support/requests.ts';
import { Stage } from './support/stage.ts';
import {
  Company,
  OTHERS,
  banned,
  colleague,
  elsewhere,
  host,
  inviteBy,
  moderator,
  newToken,
  outsider,
  speaker,
  tryOf,
  viewer,
  type Token,
} from './support/company.ts';

let company: Company;
let token: Token;
const path = () => company.invite(token.hash);

beforeEach(async () => {
  company = await Company.gather({ access: 'invite' });
  token = await newToken();
});

/** A visitor shows the token, takes one use, and lets itself in. */
const using = (uid: string, usesLeft = 0, changes: Parameters<typeof admissionOf>[1] = {}) => [
  set(company.try(uid), tryOf(token.proof)),
  update(path(), { usesLeft }),
  company.enter(uid, changes),
];

const offer = (changes: Parameters<typeof inviteBy>[1] = {}) =>
  seed({ [path()]: inviteBy(host.uid, changes) });

describe('invites › make', () => {
  it('[IN1] lets host and moderators make one, of the widest limits', async () => {
    await allows(
      host,
      set(path(), inviteBy(host.uid, { role: 'moderator', usesLeft: LIMITS.INVITE_USES_MAX })),
    );
    token = await newToken();
    const latest = inSeconds(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS - 60);
    await allows(moderator, set(path(), inviteBy(moderator.uid, { role: 'viewer', expiresAt: latest })));
  });

  it('[IN1] denies it to everybody else', async () => {
    for (const actor of Object.values(OTHERS)) await denies(actor, set(path(), inviteBy(actor.uid)));
    await denies(anon, set(path(), inviteBy('anon')));
  });

  it('[IN1] denies one with any field wrong, missing or unknown, or an id that is no hash', async () => {
    const invite = inviteBy(host.uid);
    await deniesEach(host, {
      ...setting(path(), broken(invite)),
      ...setting(path(), {
        'no use': { ...invite, usesLeft: 0 },
        'a use too many': { ...invite, usesLeft: LIMITS.INVITE_USES_MAX + 1 },
        'a role that is none': { ...invite, role: 'host' },
        'by somebody else': { ...invite, by: moderator.uid },
        'made earlier': { ...invite, at: secondsAgo(1) },
        'over already': { ...invite, expiresAt: secondsAgo(1) },
        'for too long': { ...invite, expiresAt: inSeconds(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS + 60) },
      }),
      'an id in upper case': set(company.invite(token.hash.toUpperCase()), invite),
      'a short id': set(company.invite(token.hash.slice(1)), invite),
      'a long id': set(company.invite(`${token.hash}0`), invite),
    });
    await allows(host, set(path(), invite));
  });

  it('[IN1] denies moderators one for a moderator', async () => {
    await denies(moderator, set(path(), inviteBy(moderator.uid, { role: 'moderator' })));
    await allows(moderator, set(path(), inviteBy(moderator.uid)));
  });

  it('[IN1] denies one in a closed room', async () => {
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'invite', ...closed });
      await denies(host, set(path(), inviteBy(host.uid)));
    }
  });

  it('[IN1] lets a room and its first invite be made in one commit', async () => {
    const { stage } = company;
    await sweep(quotaPath(host.uid));
    await sweep(stage.room);
    const room = stage.asCreated({ access: 'invite' });
    await allows(
      host,
      ...Stage.making(host.uid, room, stage.roomId),
      set(path(), inviteBy(host.uid, { role: 'moderator' })),
    );
  });
});

describe('invites › read', () => {
  beforeEach(() => offer());

  it('[IN2] lets whoever knows the token read it, and host and moderators list them', async () => {
    for (const actor of [host, moderator, outsider, speaker]) await allowsGet(actor, path());
    await deniesGet(anon, path());
    const list = `${company.stage.room}/invites`;
    await allowsList(host, list);
    await allowsList(moderator, list);
    for (const actor of [...Object.values(OTHERS), anon]) await deniesList(actor, list);
  });

  it('[IN2] stores nothing that it could be used with, so listing does not help to get in', async () => {
    await denies(
      outsider,
      set(company.try(outsider.uid), tryOf(token.hash)),
      update(path(), { usesLeft: 0 }),
      company.enter(outsider.uid),
    );
    expect(token.hash).toBe(await sha256Of(token.proof));
    await allows(outsider, ...using(outsider.uid));
  });
});

describe('invites › use', () => {
  it('[IN3] gives an admission in its role, in one commit with a try and one use less', async () => {
    await offer({ usesLeft: 2, role: 'moderator' });
    await allows(outsider, ...using(outsider.uid, 1, { role: 'moderator', visits: [newPeer(outsider.uid)] }));
    expect(await stored(path())).toMatchObject({ usesLeft: 1 });
  });

  it('[IN3] denies every part without the others', async () => {
    await offer({ usesLeft: 5 });
    const [attempt, use, admission] = using(outsider.uid, 4);
    await deniesEach(outsider, {
      'no try': [use!, admission!],
      'no use': [attempt!, admission!],
      'the admission alone': admission!,
      'the use alone': use!,
      'no admission': [attempt!, use!],
    });
    await allows(outsider, attempt!);
    await denies(outsider, use!, admission!);
    await denies(outsider, company.enter(outsider.uid));
  });

  it('[IN3] denies more, or less, than one use, and another role', async () => {
    await offer({ usesLeft: 5 });
    await deniesEach(outsider, {
      'two uses': using(outsider.uid, 3),
      'no use': using(outsider.uid, 5),
      'a use more': using(outsider.uid, 6),
      'a fraction of a use': using(outsider.uid, 4.5),
      'another role': using(outsider.uid, 4, { role: 'viewer' }),
      'a moderator': using(outsider.uid, 4, { role: 'moderator' }),
      'by the one who invited': using(outsider.uid, 4, { by: host.uid }),
      'visits of somebody else': using(outsider.uid, 4, { visits: [newPeer('bob')] }),
    });
    await allows(outsider, ...using(outsider.uid, 4));
  });

  it('[IN3] denies it with another token, and with the invite of another one', async () => {
    await offer({ usesLeft: 5 });
    const other = await newToken();
    await seed({ [company.invite(other.hash)]: inviteBy(host.uid, { role: 'moderator', usesLeft: 5 }) });
    const [, use, admission] = using(outsider.uid, 4);
    const shows = (proof: string) => set(company.try(outsider.uid), tryOf(proof));
    await deniesEach(outsider, {
      'a proof of another one': [shows(other.proof), use!, admission!],
      'a proof of none': [shows((await newToken()).proof), use!, admission!],
      'the use of one, and the role of another': [
        shows(token.proof),
        use!,
        company.enter(outsider.uid, { role: 'moderator' }),
      ],
      'a use of each for the role of one': [
        shows(token.proof),
        update(company.invite(other.hash), { usesLeft: 4 }),
        company.enter(outsider.uid, { role: 'moderator' }),
      ],
    });
  });

  it('[IN3] takes no use from an invite that is not shown, also by another door', async () => {
    await offer({ usesLeft: 5 });
    await company.stage.change({});
    const [, use, admission] = using(outsider.uid, 4);
    const other = await newToken();
    await denies(outsider, use!, admission!);
    await denies(outsider, set(company.try(outsider.uid), tryOf(other.proof)), use!, admission!);
    await seed({ [company.try(outsider.uid)]: tryOf(token.proof, { at: secondsAgo(5) }) });
    await denies(outsider, use!, admission!);
    await sweep(company.try(outsider.uid));
    await allows(outsider, ...using(outsider.uid, 4));
  });

  it('[IN3] denies to admit somebody else by it', async () => {
    await offer({ usesLeft: 5 });
    const [attempt, use] = using(outsider.uid, 4);
    await denies(outsider, attempt!, use!, company.letIn(outsider.uid, 'frank'));
    await denies(outsider, attempt!, use!, company.enter('frank'));
  });

  it('[IN4] gives as many admissions as it has uses, one after the other', async () => {
    await offer({ usesLeft: 2 });
    for (const [n, uid] of ['frank', 'heidi'].entries()) await allows(signedInAs(uid), ...using(uid, 1 - n));
    await deniesEach(signedInAs('ivan'), { again: using('ivan', 0), 'below nothing': using('ivan', -1) });
    expect(await stored(path())).toMatchObject({ usesLeft: 0 });
  });

  it('[IN4] gives the last use to exactly one of sixteen who come at once', async () => {
    await offer({ usesLeft: 1 });
    const uids = Array.from({ length: 16 }, (_, n) => `racer${String(n)}`);
    const outcomes = await Promise.allSettled(uids.map((uid) => commit(signedInAs(uid), ...using(uid))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const admissions = await Promise.all(uids.map((uid) => stored(company.stage.admission(uid))));
    expect(admissions.filter((admission) => admission !== undefined)).toHaveLength(1);
    expect(await stored(path())).toMatchObject({ usesLeft: 0 });
  });

  it('[IN5] denies one that is over', async () => {
    await offer({ expiresAt: secondsAgo(1) });
    await denies(outsider, ...using(outsider.uid));
    await offer({ expiresAt: inSeconds(60) });
    await allows(outsider, ...using(outsider.uid));
  });

  it('[IN5] denies it where the door is another one, and where the room is locked or closed', async () => {
    await offer({ usesLeft: 5 });
    for (const access of ['password', 'knock', 'members'] as const) {
      await company.stage.change({ access });
      await denies(outsider, ...using(outsider.uid, 4));
    }
    for (const change of [{ locked: true }, { endedAt: now() }, { expiresAt: secondsAgo(1) }] as const) {
      await company.stage.change({ access: 'invite', ...change });
      await denies(outsider, ...using(outsider.uid, 4));
    }
    await company.stage.change({ access: 'invite' });
    await allows(outsider, ...using(outsider.uid, 4));
  });

  it('[IN4] takes one use and gives none, also where the door is open', async () => {
    await offer({ usesLeft: 5 });
    await company.stage.change({ access: 'open' });
    for (const usesLeft of [3, 5, 6]) await denies(outsider, ...using(outsider.uid, usesLeft));
    await allows(outsider, ...using(outsider.uid, 4));
  });

  it('[IN5] denies it to the banned, and to who has an admission already', async () => {
    await offer({ usesLeft: 5 });
    await denies(banned, ...using(banned.uid, 4));
    await denies(speaker, ...using(speaker.uid, 4));
    await seed({ [company.try(viewer.uid)]: tryOf(token.proof, { since: secondsAgo(30) }) });
    await denies(viewer, ...using(viewer.uid, 4));
    await allows(outsider, ...using(outsider.uid, 4));
    await denies(outsider, ...using(outsider.uid, 3));
  });

  it('[IN5] denies an invite of another room', async () => {
    const other = await Company.gather({ access: 'invite' });
    await seed({ [other.invite(token.hash)]: inviteBy(host.uid) });
    await denies(
      outsider,
      set(company.try(outsider.uid), tryOf(token.proof)),
      update(other.invite(token.hash), { usesLeft: 0 }),
      company.enter(outsider.uid),
    );
  });
});

describe('invites › change and revoke', () => {
  it('[IN6] changes nothing else of an invite, whoever asks', async () => {
    await offer({ usesLeft: 5 });
    for (const actor of [host, moderator])
      await deniesEach(actor, {
        role: update(path(), { role: 'viewer' }),
        uses: update(path(), { usesLeft: 4 }),
        'the same again': set(path(), inviteBy(actor.uid, { usesLeft: 5 })),
      });
    const [attempt, , admission] = using(outsider.uid, 4);
    for (const change of [{ role: 'moderator' }, { expiresAt: inSeconds(9_999) }, { by: outsider.uid }])
      await denies(outsider, attempt!, update(path(), { usesLeft: 4, ...change }), admission!);
  });

  it('[IN7] lets host and moderators revoke one, moderators none for a moderator', async () => {
    await offer({ role: 'moderator' });
    await denies(moderator, remove(path()));
    for (const actor of [...Object.values(OTHERS), anon]) await denies(actor, remove(path()));
    await allows(host, remove(path()));
    await offer();
    for (const actor of Object.values(OTHERS)) await denies(actor, remove(path()));
    await allows(moderator, remove(path()));
    await allowsEach(outsider, { 'what is gone': remove(path()) });
  });

  it('[IN7] throws nobody out, and lets nobody in by a revoked one', async () => {
    await offer({ usesLeft: 5 });
    const own = newPeer(outsider.uid);
    await allows(outsider, ...using(outsider.uid, 4, { visits: [own] }));
    await allows(host, remove(path()));
    await denies(elsewhere, ...using(elsewhere.uid, 3));
    await allows(outsider, update(company.stage.admission(outsider.uid), { at: now(), leaseSeconds: 300 }));
    await allows(outsider, ...company.stage.joining(outsider.uid, own, 2));
  });

  it('[IN7] lets who has ended a room clear them, and nobody else', async () => {
    await offer({ role: 'moderator' });
    await company.stage.change({ access: 'invite', endedAt: now(), host: colleague.uid });
    await denies(moderator, remove(path()));
    await allows(host, remove(path()));
    await offer({ role: 'moderator' });
    await allows(colleague, remove(path()));
  });
});
