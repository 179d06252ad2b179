import { LIMITS } from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { admissionOf, inSeconds, now, secondsAgo } from './support/documents.ts';
import { anon } from './support/environment.ts';
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
  memberBy,
  moderator,
  outsider,
  speaker,
} from './support/company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.gather();
});

const banning = (by: { readonly uid: string }, uid: string) => set(company.ban(uid), banBy(by.uid));
/** The ban, and what is left of the admission. */
const putting = (by: { readonly uid: string }, uid: string) => [
  banning(by, uid),
  remove(company.stage.admission(uid)),
];

describe('bans › ban', () => {
  it('[BA1] lets host and moderators ban who is not there, also somebody who never was', async () => {
    await allows(host, banning(host, outsider.uid));
    await allows(moderator, banning(moderator, 'frank'));
    await allows(host, banning(host, 'x'.repeat(LIMITS.UID_LENGTH_MAX)));
    await allows(moderator, banning(moderator, banned.uid));
  });

  it('[BA1] denies it to everybody else, and in a closed room', async () => {
    for (const actor of Object.values(OTHERS)) await denies(actor, banning(actor, 'frank'));
    await denies(anon, banning({ uid: 'anon' }, 'frank'));
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change(closed);
      await denies(host, banning(host, 'frank'));
    }
  });

  it('[BA1] denies one with any field wrong, missing or unknown, or of what is no uid', async () => {
    const ban = banBy(host.uid);
    const path = company.ban('frank');
    await deniesEach(host, {
      ...setting(path, broken(ban)),
      ...setting(path, {
        'by somebody else': { ...ban, by: moderator.uid },
        earlier: { ...ban, at: secondsAgo(1) },
        'over already': { ...ban, expiresAt: secondsAgo(1) },
        'for too long': { ...ban, expiresAt: inSeconds(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS + 60) },
      }),
      'no uid': set(company.ban('a.b'), ban),
      'a long uid': set(company.ban('x'.repeat(LIMITS.UID_LENGTH_MAX + 1)), ban),
    });
    await deniesEach(host, setting(company.ban(banned.uid), { again: { ...ban, by: moderator.uid } }));
  });

  it('[BA2] keeps the banned from knocking and from every door, and from being let in', async () => {
    await denies(banned, company.enter(banned.uid));
    for (const actor of [host, moderator]) await denies(actor, company.letIn(actor.uid, banned.uid));
    await allows(host, remove(company.ban(banned.uid)));
    await allows(banned, company.enter(banned.uid));
  });

  it('[BA2] keeps the creator out, once another host has banned it', async () => {
    await company.stage.change({ host: colleague.uid });
    await allows(colleague, banning(colleague, host.uid));
    await denies(host, company.enter(host.uid, { role: 'moderator' }));
  });

  it('[BA3] takes the admission along, and is denied without that', async () => {
    await denies(moderator, banning(moderator, speaker.uid));
    await denies(
      moderator,
      remove(company.stage.admission(speaker.uid)),
      banning(moderator, outsider.uid),
      set(company.ban(speaker.uid), banBy(host.uid)),
    );
    await allows(moderator, ...putting(moderator, speaker.uid));
    expect(await stored(company.stage.admission(speaker.uid))).toBeUndefined();
    await denies(speaker, company.enter(speaker.uid));
  });

  it('[BA3] is denied with a seat left behind whose lease is on, and takes it along', async () => {
    const { stage } = company;
    const peer = await stage.place(speaker.uid, 1);
    await denies(moderator, ...putting(moderator, speaker.uid));
    await denies(moderator, ...putting(moderator, speaker.uid), remove(stage.beacon(peer)));
    await allows(
      moderator,
      ...putting(moderator, speaker.uid),
      update(stage.seat(1), { kicked: now() }),
      remove(stage.beacon(peer)),
    );
    expect(await stored(stage.seat(1))).toHaveProperty('kicked');
  });

  it('[BA3] leaves a seat whose lease is over to be taken, and it does not come back', async () => {
    const { stage } = company;
    const silent = { renewedAt: secondsAgo(300), leaseSeconds: 120 };
    const peer = await stage.place(speaker.uid, 1, { beacon: silent });
    await allows(moderator, ...putting(moderator, speaker.uid));
    await denies(speaker, update(stage.beacon(peer), { renewedAt: now(), burst: 1 }));
  });

  it('[BA4] denies it of the host, and to moderators of the creator and of moderators', async () => {
    const { stage } = company;
    await denies(host, banning(host, host.uid));
    await denies(moderator, ...putting(moderator, host.uid));
    await denies(moderator, ...putting(moderator, colleague.uid));
    await denies(moderator, ...putting(moderator, moderator.uid));
    await company.stage.change({ host: speaker.uid });
    await denies(moderator, banning(moderator, host.uid));
    await denies(moderator, ...putting(moderator, speaker.uid));
    await seed({ [stage.admission(host.uid)]: admissionOf(host.uid) });
    await denies(moderator, ...putting(moderator, host.uid));
    await allows(speaker, ...putting(speaker, host.uid));
    await allows(speaker, ...putting(speaker, colleague.uid));
  });

  it('[BA4] denies moderators to ban a listed moderator that is away', async () => {
    await seed({
      [company.member('frank')]: memberBy(host.uid, { role: 'moderator' }),
      [company.member('heidi')]: memberBy(host.uid, { role: 'viewer' }),
    });
    await denies(moderator, banning(moderator, 'frank'));
    await allows(moderator, banning(moderator, 'heidi'));
    await allows(host, banning(host, 'frank'));
  });
});

describe('bans › read and lift', () => {
  it('[BA5] shows a ban to the banned, and all of them to host and moderators', async () => {
    for (const actor of [banned, host, moderator]) await allowsGet(actor, company.ban(banned.uid));
    await allowsGet(outsider, company.ban(outsider.uid));
    for (const actor of [speaker, outsider, anon]) await deniesGet(actor, company.ban(banned.uid));
    const list = `${company.stage.room}/bans`;
    for (const actor of [host, moderator]) await allowsList(actor, list);
    for (const actor of [...Object.values(OTHERS), anon]) await deniesList(actor, list);
  });

  it('[BA6] is lifted by host and moderators, and not by the banned', async () => {
    for (const actor of [banned, speaker, outsider, anon])
      await denies(actor, remove(company.ban(banned.uid)));
    await allows(moderator, remove(company.ban(banned.uid)));
    await allows(banned, company.enter(banned.uid));
    await sweep(company.stage.admission(banned.uid));
    await seed({ [company.ban(banned.uid)]: banBy(host.uid) });
    await allows(host, remove(company.ban(banned.uid)));
    await allows(banned, company.enter(banned.uid));
  });

  it('[BA6] keeps the banned out of the commit that lifts it', async () => {
    const lifting = remove(company.ban(banned.uid));
    await denies(host, lifting, company.letIn(host.uid, banned.uid));
    await allows(host, lifting);
    await allows(host, company.letIn(host.uid, banned.uid));
  });

  it('[BA6] goes with an ended room, by its creator', async () => {
    await company.stage.change({ host: colleague.uid });
    await denies(host, remove(company.ban(banned.uid)));
    await company.stage.change({ host: colleague.uid, endedAt: now() });
    await allows(host, remove(company.ban(banned.uid)));
  });
});
