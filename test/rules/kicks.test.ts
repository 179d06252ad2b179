import { ROLES, type Role } from '@firesignal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { beaconAt, mailFrom, newPeer, now, secondsAgo } from './support/documents.ts';
import { anon, signedInAs, type Actor } from './support/environment.ts';
import {
  allows,
  denies,
  deniesEach,
  deniesList,
  remove,
  seed,
  set,
  stored,
  sweep,
  update,
} from './support/requests.ts';
import { Company, OTHERS, colleague, host, moderator, speaker } from './support/company.ts';

let company: Company;
let peer: string;
let own: string;
const frank = signedInAs('frank');

beforeEach(async () => {
  company = await Company.gather();
  peer = await company.stage.place('frank', 1);
  own = await company.stage.place(moderator.uid, 2, { role: 'moderator' });
});

const mark = (n: number) => update(company.stage.seat(n), { kicked: now() });
const kicking = (uid = 'frank', visit = peer, n = 1) => [
  mark(n),
  remove(company.stage.beacon(visit)),
  remove(company.stage.admission(uid)),
];
/** As a kick leaves it. */
const kicked = () => allows(moderator, ...kicking());

describe('kicks › kick', () => {
  it('[KI1] puts somebody out in one commit: seat marked, beacon and admission gone', async () => {
    const before = (await stored(company.stage.seat(1)))!;
    await kicked();
    const after = (await stored(company.stage.seat(1)))!;
    expect(after).toEqual({ ...before, kicked: after['kicked'] as unknown });
    expect(await stored(company.stage.beacon(peer))).toBeUndefined();
    expect(await stored(company.stage.admission('frank'))).toBeUndefined();
  });

  it('[KI1] denies every part without the others', async () => {
    const [seat, beacon, admission] = kicking();
    for (const actor of [host, moderator])
      await deniesEach(actor, {
        'the mark alone': seat!,
        'the beacon alone': beacon!,
        'the admission alone': admission!,
        'the beacon stays': [seat!, admission!],
        'the admission stays': [seat!, beacon!],
        'no mark': [beacon!, admission!],
      });
    await allows(host, ...kicking());
  });

  it('[KI1] puts out every visit of a user, or none', async () => {
    const { stage } = company;
    const second = await stage.place('frank', 3);
    await denies(moderator, ...kicking());
    await denies(moderator, ...kicking(), remove(stage.beacon(second)));
    await allows(moderator, ...kicking(), mark(3), remove(stage.beacon(second)));
  });

  it('[KI1] puts out who is silent, too, and who has lost its admission or its beacon', async () => {
    const { stage } = company;
    const again = () => stage.place('frank', 1, { peer });
    await seed({ [stage.beacon(peer)]: beaconAt(1, { renewedAt: secondsAgo(500) }) });
    await kicked();
    await again();
    await sweep(stage.admission('frank'));
    await kicked();
    await again();
    await sweep(stage.beacon(peer));
    await kicked();
  });

  it('[KI1] leaves no beacon behind, also of a lease that is over', async () => {
    const [seat, beacon, admission] = kicking();
    await seed({ [company.stage.beacon(peer)]: beaconAt(1, { renewedAt: secondsAgo(500) }) });
    await denies(moderator, seat!, admission!);
    await allows(moderator, seat!, beacon!, admission!);
  });

  it('[KI1] denies another time, and anything beside the mark', async () => {
    const rest = kicking().slice(1);
    await deniesEach(moderator, {
      earlier: [update(company.stage.seat(1), { kicked: secondsAgo(1) }), ...rest],
      'no time': [update(company.stage.seat(1), { kicked: true }), ...rest],
      'another name': [update(company.stage.seat(1), { kicked: now(), name: 'x' }), ...rest],
      'the seat': [remove(company.stage.seat(1)), ...rest],
    });
  });

  it('[KI2] denies it to everybody else', async () => {
    for (const actor of [...Object.values(OTHERS), anon]) await denies(actor, ...kicking());
    await company.stage.place(speaker.uid, 3);
    await denies(speaker, ...kicking());
    await denies(frank, mark(1));
    await denies(frank, ...kicking());
  });

  const RUNNING: readonly (readonly ['host' | 'moderator', Actor])[] = [
    ['host', host],
    ['moderator', moderator],
  ];
  const mayKick = (by: string, role: Role) => by === 'host' || role !== 'moderator';
  for (const [by, actor] of RUNNING)
    for (const role of ROLES)
      it(`[KI2] ${mayKick(by, role) ? 'lets' : 'denies'} a ${by} kick a ${role}`, async () => {
        const visit = await company.stage.place('heidi', 3, { role });
        await (mayKick(by, role) ? allows : denies)(actor, ...kicking('heidi', visit, 3));
      });

  it('[KI2] denies it of the host, and to moderators of the creator, whatever their roles', async () => {
    const seat = await company.stage.place(host.uid, 0);
    await denies(moderator, ...kicking(host.uid, seat, 0));
    await denies(host, ...kicking(host.uid, seat, 0));
    await company.stage.change({ host: colleague.uid });
    await denies(moderator, ...kicking(host.uid, seat, 0));
    await allows(colleague, ...kicking(host.uid, seat, 0));
  });

  it('[KI2] goes by the seat and by the admission: neither may be above the one who kicks', async () => {
    const { stage } = company;
    const visit = await stage.place('heidi', 3, { role: 'moderator', admission: { role: 'speaker' } });
    await denies(moderator, ...kicking('heidi', visit, 3));
    const other = await stage.place('ivan', 3, { role: 'speaker', admission: { role: 'moderator' } });
    await denies(moderator, ...kicking('ivan', other, 3));
    await allows(host, ...kicking('ivan', other, 3));
  });
});

describe('kicks › what is left', () => {
  beforeEach(kicked);

  it('[KI3] lets the kicked neither free nor renew nor mark nor write', async () => {
    const { stage } = company;
    await denies(frank, remove(stage.seat(1)));
    await denies(frank, set(stage.beacon(peer), beaconAt(1)));
    await denies(frank, ...stage.joining('frank', peer, 1));
    await denies(frank, update(stage.seat(2), { lostAt: now(), lostBy: 1 }));
    await denies(frank, set(stage.mail(own, 1), mailFrom(peer)));
    await denies(frank, update(stage.room, { host: 'frank', hostSeat: 1 }));
    await deniesList(frank, `${stage.room}/beacons`);
  });

  it('[KI3] gives the seat that is left no power to a new admission of its user', async () => {
    const { stage } = company;
    await allows(frank, company.enter('frank', { visits: [peer] }));
    await deniesEach(frank, {
      'freeing the seat': remove(stage.seat(1)),
      'a beacon for it': set(stage.beacon(peer), beaconAt(1)),
      'the seat again': stage.joining('frank', peer, 1),
      'a lost mark': update(stage.seat(2), { lostAt: now(), lostBy: 1 }),
    });
  });

  it('[KI4] gives the seat to whoever comes next', async () => {
    const { stage } = company;
    const next = newPeer(speaker.uid);
    await stage.admit(speaker.uid, { visits: [next] });
    await allows(speaker, ...stage.joining(speaker.uid, next, 1));
    expect(await stored(stage.seat(1))).not.toHaveProperty('kicked');
    await allows(speaker, ...stage.leaving(speaker.uid, next, 1));
  });

  it('[KI4] lets the kicked come back as another visit where the door lets it, and not past a ban', async () => {
    const { stage } = company;
    const next = newPeer('frank');
    const back = [company.enter('frank', { visits: [next] }), ...stage.joining('frank', next, 1)];
    await seed({ [company.ban('frank')]: { by: host.uid, at: now(), expiresAt: now() } });
    await denies(frank, ...back);
    await allows(moderator, remove(company.ban('frank')));
    await allows(frank, ...back);
  });

  it('[KI4] is cleared with an ended room, and is on no seat that is taken', async () => {
    const { stage } = company;
    await denies(frank, ...stage.joining('frank', newPeer('frank'), 3, { seat: { kicked: now() } }));
    const next = newPeer(speaker.uid);
    await stage.admit(speaker.uid, { visits: [next] });
    await denies(speaker, ...stage.joining(speaker.uid, next, 1, { seat: { kicked: now() } }));
    await denies(host, remove(stage.seat(1)));
    await stage.change({ endedAt: now() });
    await allows(host, remove(stage.seat(1)));
  });
});
