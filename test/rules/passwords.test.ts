import { LIMITS, quotaPath, sha256Of } from '@firesignal/protocol';
import type { Timestamp } from 'firebase/firestore';
import { beforeEach, describe, expect, it } from 'vitest';
import { inSeconds, newPeer, now, secondsAgo } from './support/documents.ts';
import { anon } from './support/environment.ts';
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
import { Stage } from './support/stage.ts';
import {
  Company,
  OTHERS,
  PROOF,
  VERIFIER,
  banned,
  colleague,
  host,
  moderator,
  outsider,
  secretBy,
  speaker,
  tryOf,
} from './support/company.ts';

const WRONG = 'w'.repeat(43);
let company: Company;

beforeEach(async () => {
  company = await Company.gather({ access: 'password' });
  await seed({ [company.secret]: secretBy(host.uid, VERIFIER) });
});

const shows = (proof: string, changes: Parameters<typeof tryOf>[1] = {}) =>
  set(company.try(outsider.uid), tryOf(proof, changes));
/** Puts a try there that has been counted so often since. */
const tried = (count: number, seconds: number, proof = WRONG) => {
  const since = secondsAgo(seconds);
  return seed({ [company.try(outsider.uid)]: tryOf(proof, { count, since, at: since }) }).then(() => since);
};

describe('passwords › set', () => {
  it('[PW1] lets the host set it, and set it anew', async () => {
    await allows(host, set(company.secret, secretBy(host.uid, VERIFIER)));
    await sweep(company.secret);
    await allows(host, set(company.secret, secretBy(host.uid, VERIFIER)));
    await company.stage.change({ access: 'password', host: speaker.uid });
    await allows(speaker, set(company.secret, secretBy(speaker.uid, VERIFIER)));
  });

  it('[PW1] denies it to everybody else, also to moderators and to a creator who is not the host', async () => {
    await company.stage.change({ access: 'password', host: colleague.uid });
    for (const actor of [host, moderator, ...Object.values(OTHERS)]) {
      await denies(actor, set(company.secret, secretBy(actor.uid, VERIFIER)));
      await denies(actor, remove(company.secret));
    }
    await allows(colleague, remove(company.secret));
    for (const actor of [host, moderator])
      await denies(actor, set(company.secret, secretBy(actor.uid, VERIFIER)));
  });

  it('[PW1] denies a verifier with any field wrong, missing or unknown, and other secrets', async () => {
    const secret = secretBy(host.uid, VERIFIER);
    await deniesEach(host, {
      ...setting(company.secret, broken(secret)),
      ...setting(company.secret, {
        'in upper case': { ...secret, verifier: VERIFIER.toUpperCase() },
        short: { ...secret, verifier: VERIFIER.slice(1) },
        long: { ...secret, verifier: `${VERIFIER}0` },
        'by somebody else': { ...secret, by: moderator.uid },
        'set earlier': { ...secret, at: secondsAgo(1) },
        'over already': { ...secret, expiresAt: secondsAgo(1) },
        'for too long': { ...secret, expiresAt: inSeconds(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS + 60) },
      }),
      'another secret': set(`${company.stage.room}/secrets/key`, secret),
    });
    await company.stage.change({ access: 'password', endedAt: now() });
    await denies(host, set(company.secret, secret));
    await company.stage.change({ access: 'password', expiresAt: secondsAgo(1) });
    await denies(host, set(company.secret, secret));
  });

  it('[PW1] lets a room and its password be made in one commit', async () => {
    const { stage } = company;
    await sweep(quotaPath(host.uid));
    await sweep(stage.room);
    await sweep(company.secret);
    const room = stage.asCreated({ access: 'password' });
    await allows(
      host,
      ...Stage.making(host.uid, room, stage.roomId),
      set(company.secret, secretBy(host.uid, VERIFIER)),
    );
  });
});

describe('passwords › read', () => {
  it('[PW2] shows the verifier to nobody, and a try to who made it', async () => {
    await tried(1, 5);
    for (const actor of [host, moderator, outsider, anon]) {
      await deniesGet(actor, company.secret);
      await deniesList(actor, `${company.stage.room}/secrets`);
      await deniesList(actor, `${company.stage.room}/tries`);
    }
    await allowsGet(outsider, company.try(outsider.uid));
    for (const actor of [host, moderator, speaker, anon]) await deniesGet(actor, company.try(outsider.uid));
  });
});

describe('passwords › try', () => {
  it('[PW3] writes a wrong proof as it does a right one', async () => {
    await allows(outsider, shows(WRONG));
    await sweep(company.try(outsider.uid));
    await allows(outsider, shows(PROOF));
    await sweep(company.try(outsider.uid));
    await allows(outsider, shows('p'.repeat(64)));
  });

  it('[PW3] denies a try with any field wrong, missing or unknown', async () => {
    const attempt = tryOf(PROOF);
    await deniesEach(outsider, {
      ...setting(company.try(outsider.uid), broken(attempt)),
      ...setting(company.try(outsider.uid), {
        short: { ...attempt, proof: 'p'.repeat(42) },
        long: { ...attempt, proof: 'p'.repeat(65) },
        'another alphabet': { ...attempt, proof: '+'.repeat(43) },
        'two at first': { ...attempt, count: 2 },
        none: { ...attempt, count: 0 },
        'a window that began before': { ...attempt, since: secondsAgo(1) },
        'shown before': { ...attempt, at: secondsAgo(1) },
        'over already': { ...attempt, expiresAt: secondsAgo(1) },
        'for too long': { ...attempt, expiresAt: inSeconds(LIMITS.DOCUMENT_LIFETIME_MAX_SECONDS + 60) },
      }),
      'that of somebody else': set(company.try('frank'), attempt),
    });
    await denies(host, shows(PROOF));
    await denies(anon, set(company.try('anon'), attempt));
  });

  it('[PW3] denies another try with any field wrong, and that of somebody else', async () => {
    const path = company.try(outsider.uid);
    const attempt = tryOf(PROOF);
    await tried(1, 2 * LIMITS.TRIES_WINDOW_SECONDS);
    await denies(host, set(path, attempt));
    await deniesEach(outsider, setting(path, broken(attempt)));
    await allows(outsider, set(path, attempt));
  });

  it('[PW3] denies a try in a closed room', async () => {
    for (const closed of [{ endedAt: now() }, { expiresAt: secondsAgo(1) }]) {
      await company.stage.change({ access: 'password', ...closed });
      await denies(outsider, shows(PROOF));
    }
  });

  it(`[PW3] counts ${LIMITS.TRIES_COUNT_MAX} in a window, right and wrong ones alike, and no more`, async () => {
    await allows(outsider, shows(WRONG));
    const { since } = (await stored(company.try(outsider.uid))) as { since: Timestamp };
    for (let count = 2; count <= LIMITS.TRIES_COUNT_MAX; count++) {
      await deniesEach(outsider, {
        'from 1 again': shows(WRONG),
        'the same count': shows(WRONG, { count: count - 1, since }),
        'one left out': shows(WRONG, { count: count + 1, since }),
        'another begin': shows(WRONG, { count }),
      });
      await allows(outsider, shows(WRONG, { count, since }));
    }
    await deniesEach(outsider, {
      'one more': shows(PROOF, { count: LIMITS.TRIES_COUNT_MAX + 1, since }),
      'the same count': shows(PROOF, { count: LIMITS.TRIES_COUNT_MAX, since }),
      'from 1 again': shows(PROOF),
    });
    await denies(outsider, company.enter(outsider.uid));
  });

  it('[PW4] counts from 1 again when the window is over, and not before', async () => {
    await tried(LIMITS.TRIES_COUNT_MAX, LIMITS.TRIES_WINDOW_SECONDS - 20);
    await denies(outsider, shows(PROOF));
    const since = await tried(LIMITS.TRIES_COUNT_MAX, LIMITS.TRIES_WINDOW_SECONDS);
    await denies(outsider, shows(PROOF, { count: 2 }));
    await denies(outsider, shows(PROOF, { since }));
    await allows(outsider, shows(PROOF));
  });

  it('[PW4] lets nobody take a try back', async () => {
    await tried(LIMITS.TRIES_COUNT_MAX, 10);
    for (const actor of [outsider, host, moderator, anon])
      await denies(actor, remove(company.try(outsider.uid)));
    // Who has made it clears it, though it is not the host.
    await company.stage.change({ access: 'password', host: colleague.uid });
    await denies(host, remove(company.secret));
    await company.stage.change({ access: 'password', host: colleague.uid, endedAt: now() });
    for (const actor of [outsider, moderator]) await denies(actor, remove(company.try(outsider.uid)));
    for (const actor of [moderator, anon]) await denies(actor, remove(company.secret));
    await allows(host, remove(company.try(outsider.uid)), remove(company.secret));
  });
});

describe('passwords › enter', () => {
  it('[PW5] admits who has shown the right proof before, in a role of its choice that visitors may have', async () => {
    await allows(outsider, shows(PROOF));
    await denies(outsider, company.enter(outsider.uid, { role: 'moderator' }));
    await allows(outsider, company.enter(outsider.uid, { role: 'viewer' }));
    await sweep(company.stage.admission(outsider.uid));
    await allows(outsider, company.enter(outsider.uid, { visits: [newPeer(outsider.uid)] }));
  });

  it('[PW5] denies it after a wrong proof, without any, and in the commit of the try', async () => {
    await denies(outsider, company.enter(outsider.uid));
    await denies(outsider, shows(PROOF), company.enter(outsider.uid));
    await allows(outsider, shows(WRONG));
    await denies(outsider, company.enter(outsider.uid));
    const since = await tried(1, 5);
    await denies(outsider, shows(PROOF, { count: 2, since }), company.enter(outsider.uid));
    await denies(outsider, company.enter(outsider.uid));
  });

  it('[PW5] compares the hash of a proof, so the verifier is none', async () => {
    await tried(1, 5, VERIFIER);
    await denies(outsider, company.enter(outsider.uid));
    const hashed = await sha256Of(VERIFIER);
    await seed({ [company.secret]: secretBy(host.uid, hashed) });
    await allows(outsider, company.enter(outsider.uid));
  });

  it('[PW5] compares with the password that was there before the commit', async () => {
    await company.stage.change({ access: 'password', host: outsider.uid });
    await tried(1, 5, PROOF);
    const other = secretBy(outsider.uid, await sha256Of(WRONG));
    await allows(outsider, set(company.secret, other), company.enter(outsider.uid));
  });

  it('[PW5] denies it to the banned, where the room is locked or closed, or has another door or no password', async () => {
    await tried(1, 5, PROOF);
    await seed({ [company.try(banned.uid)]: tryOf(PROOF) });
    await denies(banned, company.enter(banned.uid));
    const closed = [{ locked: true }, { endedAt: now() }, { expiresAt: secondsAgo(1) }] as const;
    const doors = (['invite', 'knock', 'members'] as const).map((access) => ({ access }));
    for (const change of [...closed, ...doors]) {
      await company.stage.change({ access: 'password', ...change });
      await denies(outsider, company.enter(outsider.uid));
    }
    await company.stage.change({ access: 'password' });
    await sweep(company.secret);
    await denies(outsider, company.enter(outsider.uid));
    await seed({ [company.secret]: secretBy(host.uid, VERIFIER) });
    await allows(outsider, company.enter(outsider.uid));
  });

  it('[PW6] throws nobody out by another password, and lets nobody in by the old one', async () => {
    await tried(1, 5, PROOF);
    await seed({ [company.try('frank')]: tryOf(PROOF) });
    const own = newPeer(outsider.uid);
    await allows(outsider, company.enter(outsider.uid, { visits: [own] }));
    await allows(host, set(company.secret, secretBy(host.uid, await sha256Of(WRONG))));
    await allows(outsider, update(company.stage.admission(outsider.uid), { at: now() }));
    await allows(outsider, ...company.stage.joining(outsider.uid, own, 2));
    expect(await stored(company.stage.seat(2))).toMatchObject({ peer: own });
    await allows(outsider, ...company.stage.leaving(outsider.uid, own, 2));
    await denies(outsider, company.enter(outsider.uid));
  });
});
