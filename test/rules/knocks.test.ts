import { LIMITS } from '@firesignal/protocol';
import { collection, getDocsFromServer, limit, query } from 'firebase/firestore';
import { beforeEach, describe, expect, it } from 'vitest';
import { admissionOf, inSeconds, newPeer, now, sealedText, secondsAgo } from './support/documents.ts';
import { anon, type Actor } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import {
  allows,
  allowsGet,
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
import {
  Company,
  OTHERS,
  banBy,
  banned,
  colleague,
  host,
  knockOf,
  moderator,
  outsider,
  speaker,
} from './support/company.ts';

let company: Company;
const path = () => company.knock(outsider.uid);
const knocking = () => set(path(), knockOf(outsider.uid));

beforeEach(async () => {
  company = await Company.gather({ access: 'knock' });
});

/** Puts a knock there. */
const waits = (changes: Parameters<typeof knockOf>[1] = {}) =>
  seed({ [path()]: knockOf(outsider.uid, changes) });
const answering = (by: Actor, answer: 'admitted' | 'declined') =>
  update(path(), { answer, answeredBy: by.uid });
const admitting = (by: Actor) => [answering(by, 'admitted'), company.letIn(by.uid, outsider.uid)];

describe('knocks › knock', () => {
  it('[KN1] lets a visitor ask, where the door is for that or locked', async () => {
    await allows(outsider, knocking());
    for (const access of ['open', 'invite', 'password', 'members'] as const) {
      await sweep(path());
      await company.stage.change({ access });
      await denies(outsider, knocking());
      await company.stage.change({ access, locked: true });
      await allows(outsider, knocking());
    }
  });

  it('[KN1] denies it to the banned, for somebody else, without a sign-in, and in a closed room', async () => {
    await denies(banned, set(company.knock(banned.uid), knockOf(banned.uid)));
    for (const actor of [host, moderator, speaker]) await denies(actor, knocking());
    await seed({ [company.ban(host.uid)]: banBy(moderator.uid) });
    const own = set(company.knock(host.uid), knockOf(host.uid));
    await denies(host, remove(company.ban(host.uid)), own);
    await allows(host, remove(company.ban(host.uid)));
    await allows(host, own);
    await denies(anon, set(company.knock('anon'), knockOf('anon')));
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'knock', ...closed });
      await denies(outsider, knocking());
    }
  });

  it('[KN1] denies one with any field wrong, missing or unknown, or with an answer', async () => {
    const knock = knockOf(outsider.uid);
    await deniesEach(outsider, {
      ...setting(path(), broken(knock)),
      ...setting(path(), {
        'a long name': { ...knock, name: 'x'.repeat(LIMITS.NAME_LENGTH_MAX + 1) },
        'an answer': { ...knock, answer: 'admitted', answeredBy: outsider.uid },
        earlier: { ...knock, at: secondsAgo(1) },
        'over already': { ...knock, expiresAt: secondsAgo(1) },
        'for too long': { ...knock, expiresAt: inSeconds(LIMITS.KNOCK_LIFETIME_MAX_SECONDS + 60) },
      }),
    });
    const longest = {
      name: 'x'.repeat(LIMITS.NAME_LENGTH_MAX),
      expiresAt: inSeconds(LIMITS.KNOCK_LIFETIME_MAX_SECONDS - 60),
    };
    await allows(outsider, set(path(), knockOf(outsider.uid, longest)));
  });

  it('[KN1] takes a sealed name in a sealed room, and no other', async () => {
    await company.stage.change({ access: 'knock', sealed: true });
    await denies(outsider, knocking());
    await allows(outsider, set(path(), knockOf(outsider.uid, { name: sealedText() })));
  });

  it('[KN2] lets it be asked again after a pause, or when it has been let in, and not before', async () => {
    await waits({ at: secondsAgo(LIMITS.KNOCK_COOLDOWN_SECONDS - 20) });
    await denies(outsider, knocking());
    await denies(outsider, remove(path()));
    await waits({
      at: secondsAgo(LIMITS.KNOCK_COOLDOWN_SECONDS - 20),
      answer: 'declined',
      answeredBy: host.uid,
    });
    await denies(outsider, knocking());
    await denies(outsider, remove(path()));
    await waits({ at: secondsAgo(LIMITS.KNOCK_COOLDOWN_SECONDS), answer: 'declined', answeredBy: host.uid });
    await allows(outsider, knocking());
    expect(await stored(path())).not.toHaveProperty('answer');
    await waits({ answer: 'admitted', answeredBy: host.uid });
    await allows(outsider, knocking());
  });

  it('[KN2] denies to ask again where a first knock would be denied', async () => {
    const long = { at: secondsAgo(LIMITS.KNOCK_COOLDOWN_SECONDS + 1) };
    await waits(long);
    await denies(
      outsider,
      set(path(), { ...knockOf(outsider.uid), answer: 'admitted', answeredBy: host.uid }),
    );
    await denies(speaker, knocking());
    await company.stage.change({ access: 'open' });
    await denies(outsider, knocking());
    await company.stage.change({ access: 'knock' });
    await seed({ [company.knock(banned.uid)]: knockOf(banned.uid, long) });
    await denies(banned, set(company.knock(banned.uid), knockOf(banned.uid)));
    await allows(outsider, knocking());
  });

  it('[KN2] lets a visitor take its knock back after the same pause', async () => {
    await waits({ at: secondsAgo(LIMITS.KNOCK_COOLDOWN_SECONDS) });
    await denies(speaker, remove(path()));
    await allows(outsider, remove(path()));
    await waits({ answer: 'admitted', answeredBy: host.uid });
    await allows(outsider, remove(path()), remove(path()));
  });
});

describe('knocks › read', () => {
  const listing = ({ db }: Actor, most: number) =>
    getDocsFromServer(query(collection(db, `${company.stage.room}/knocks`), limit(most)));

  it('[KN3] shows a visitor its own knock, and the host and moderators each', async () => {
    await waits();
    for (const actor of [outsider, host, moderator]) await allowsGet(actor, path());
    for (const actor of [speaker, anon, banned]) await deniesGet(actor, path());
    await allowsGet(banned, company.knock(banned.uid));
  });

  it(`[KN3] lists at most ${LIMITS.KNOCKS_LISTED_MAX}, to host and moderators`, async () => {
    await waits();
    for (const actor of [host, moderator]) {
      expect((await listing(actor, LIMITS.KNOCKS_LISTED_MAX)).size).toBe(1);
      await expect(listing(actor, LIMITS.KNOCKS_LISTED_MAX + 1)).rejects.toMatchObject({
        code: 'permission-denied',
      });
      await deniesList(actor, `${company.stage.room}/knocks`);
    }
    for (const actor of [...Object.values(OTHERS), anon])
      await expect(listing(actor, 1), actor.uid).rejects.toMatchObject({ code: 'permission-denied' });
  });
});

describe('knocks › answer', () => {
  beforeEach(() => waits());

  it('[KN4] lets host and moderators decline', async () => {
    await allows(host, answering(host, 'declined'));
    await allows(moderator, answering(moderator, 'declined'));
    expect(await stored(path())).toMatchObject({ answer: 'declined', answeredBy: moderator.uid });
  });

  it('[KN4] lets host and moderators admit, in one commit with the admission', async () => {
    for (const actor of [host, moderator]) {
      await denies(actor, answering(actor, 'admitted'));
      await allows(actor, ...admitting(actor));
      await sweep(company.stage.admission(outsider.uid));
      await waits();
    }
    await seed({ [company.stage.admission(outsider.uid)]: admissionOf(outsider.uid) });
    await allows(moderator, answering(moderator, 'admitted'));
    await denies(moderator, answering(moderator, 'admitted'), remove(company.stage.admission(outsider.uid)));
  });

  it('[KN4] denies an answer to everybody else, above all to who has knocked', async () => {
    for (const actor of Object.values(OTHERS)) {
      await denies(actor, answering(actor, 'declined'));
      await denies(actor, ...admitting(actor));
    }
    await denies(outsider, answering(outsider, 'admitted'), company.enter(outsider.uid));
    await denies(outsider, answering(host, 'admitted'), company.letIn(host.uid, outsider.uid));
  });

  it('[KN4] denies another answer, in the name of somebody else, or with anything else changed', async () => {
    await denies(
      host,
      update(path(), { answer: 'perhaps', answeredBy: host.uid }),
      company.letIn(host.uid, outsider.uid),
    );
    await deniesEach(host, {
      'another answer': update(path(), { answer: 'perhaps', answeredBy: host.uid }),
      'no word on who answers': update(path(), { answer: 'declined' }),
      'in the name of another': update(path(), { answer: 'declined', answeredBy: moderator.uid }),
      'another name': update(path(), { answer: 'declined', answeredBy: host.uid, name: 'x' }),
      'longer to live': update(path(), {
        answer: 'declined',
        answeredBy: host.uid,
        expiresAt: inSeconds(700),
      }),
    });
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'knock', ...closed });
      await denies(host, answering(host, 'declined'));
    }
  });

  it('[KN5] lets the visitor in with what it was given, and with a visit of its own', async () => {
    await allows(moderator, ...admitting(moderator));
    const own = newPeer(outsider.uid);
    const visit = { visits: [own], at: now(), leaseSeconds: 300 };
    await denies(outsider, update(company.stage.admission(outsider.uid), { ...visit, role: 'moderator' }));
    await allows(outsider, update(company.stage.admission(outsider.uid), visit));
    await allows(outsider, ...company.stage.joining(outsider.uid, own, 1));
  });

  it('[KN5] admits nobody by a knock alone, and nobody by its own hand', async () => {
    for (const change of [{}, { answer: 'admitted', answeredBy: host.uid } as const]) {
      await waits(change);
      await denies(outsider, company.enter(outsider.uid));
    }
    await denies(speaker, company.letIn(speaker.uid, outsider.uid));
  });

  it('[KN6] lets host and moderators clear knocks, and the creator those of an ended room', async () => {
    for (const actor of [speaker, banned, anon]) await denies(actor, remove(path()));
    await denies(outsider, remove(path()));
    await allows(moderator, remove(path()));
    await waits();
    await allows(host, remove(path()));
    await waits();
    await company.stage.change({ access: 'knock', host: colleague.uid });
    await denies(host, remove(path()));
    await company.stage.change({ access: 'knock', host: colleague.uid, endedAt: now() });
    await allows(host, remove(path()));
  });
});
