import type { Role } from '@firesignal/protocol';
import { describe, it } from 'vitest';
import {
  Company,
  OTHERS,
  VERIFIER,
  banBy,
  banned,
  colleague,
  host,
  inviteBy,
  memberBy,
  moderator,
  newToken,
  secretBy,
} from './support/company.ts';
import { admissionOf, beaconAt, inSeconds, mailFrom, newPeer, now } from './support/documents.ts';
import { anon, signedInAs, type Actor } from './support/environment.ts';
import {
  allows,
  commit,
  denies,
  deniesEach,
  remove,
  seed,
  set,
  update,
  type Write,
} from './support/requests.ts';

/*
 * Who may do what: every write that has a power over others, by everybody. What is named is allowed, and all else is denied.
 */

type Place = {
  readonly company: Company;
  readonly by: string;
  readonly hash: string;
  readonly seats: Readonly<Record<'moderator' | 'speaker' | 'viewer', string>>;
};
type Power = {
  readonly may: readonly ('host' | 'moderator')[];
  readonly writes: (place: Place) => readonly Write[];
};

const BOTH = ['host', 'moderator'] as const;
const HOST = ['host'] as const;

const room = (changes: Record<string, unknown>) => ({
  may: BOTH,
  writes: ({ company }: Place) => [update(company.stage.room, changes)],
});
const roomOfHost = (changes: Record<string, unknown>) => ({ ...room(changes), may: HOST });
const roleChange =
  (uid: string, seat: number, role: Role) =>
  ({ company: { stage } }: Place) => [
    update(stage.admission(uid), { role }),
    update(stage.seat(seat), { role }),
  ];
const kick =
  (uid: string, seat: number, who: keyof Place['seats']) =>
  ({ company: { stage }, seats }: Place) => [
    update(stage.seat(seat), { kicked: now() }),
    remove(stage.beacon(seats[who])),
    remove(stage.admission(uid)),
  ];
const granting =
  (role: Role) =>
  ({ company, by, hash }: Place) => [set(company.invite(hash), inviteBy(by, { role }))];
const listing =
  (role: Role) =>
  ({ company, by }: Place) => [set(company.member('frank'), memberBy(by, { role }))];
const letting =
  (role: Role) =>
  ({ company, by }: Place) => [company.letIn(by, 'frank', role)];

const [SEAT_OF_MODERATOR, SEAT_OF_SPEAKER, SEAT_OF_VIEWER] = [1, 2, 3];
const POWERS: Readonly<Record<string, Power>> = {
  'lock it': room({ locked: true }),
  'change its capacity': room({ capacity: 16 }),
  'change its door': roomOfHost({ access: 'members' }),
  'name a claim': roomOfHost({ memberClaim: { name: 'team', value: 'blue' } }),
  'end it': room({ endedAt: now() }),
  'delete it': { may: [], writes: ({ company }) => [remove(company.stage.room)] },
  'be its host': {
    may: HOST,
    writes: ({ company, by }) => [update(company.stage.room, { host: by, hostSeat: 1 })],
  },
  'hand it over': roomOfHost({ host: 'carol', hostSeat: SEAT_OF_SPEAKER }),
  'seal it': { ...room({ sealed: true }), may: [] },
  'have made it': { ...room({ createdBy: 'mallory' }), may: [] },
  'prolong it': { ...room({ expiresAt: inSeconds(7200) }), may: [] },
  'kick a speaker': { may: BOTH, writes: kick('carol', SEAT_OF_SPEAKER, 'speaker') },
  'kick a viewer': { may: BOTH, writes: kick('dave', SEAT_OF_VIEWER, 'viewer') },
  'kick a moderator': { may: HOST, writes: kick(moderator.uid, SEAT_OF_MODERATOR, 'moderator') },
  'ban somebody': { may: BOTH, writes: ({ company, by }) => [set(company.ban('frank'), banBy(by))] },
  'ban the host': { may: [], writes: ({ company, by }) => [set(company.ban(host.uid), banBy(by))] },
  'take a ban back': { may: BOTH, writes: ({ company }) => [remove(company.ban(banned.uid))] },
  'invite a speaker': { may: BOTH, writes: granting('speaker') },
  'invite a moderator': { may: HOST, writes: granting('moderator') },
  'list a viewer': { may: BOTH, writes: listing('viewer') },
  'list a moderator': { may: HOST, writes: listing('moderator') },
  'let a speaker in': { may: BOTH, writes: letting('speaker') },
  'let a moderator in': { may: HOST, writes: letting('moderator') },
  'let somebody in in the name of the host': {
    may: HOST,
    writes: ({ company }) => [company.letIn(host.uid, 'frank')],
  },
  'make a speaker a viewer': { may: BOTH, writes: roleChange('carol', SEAT_OF_SPEAKER, 'viewer') },
  'make a viewer a speaker': { may: BOTH, writes: roleChange('dave', SEAT_OF_VIEWER, 'speaker') },
  'make a speaker a moderator': { may: HOST, writes: roleChange('carol', SEAT_OF_SPEAKER, 'moderator') },
  'make a viewer a moderator': { may: HOST, writes: roleChange('dave', SEAT_OF_VIEWER, 'moderator') },
  'make a moderator a viewer': { may: HOST, writes: roleChange(moderator.uid, SEAT_OF_MODERATOR, 'viewer') },
  'take the admission of another moderator away': {
    may: HOST,
    writes: ({ company }) => [remove(company.stage.admission(colleague.uid))],
  },
  'set a password': {
    may: HOST,
    writes: ({ company, by }) => [set(company.secret, secretBy(by, VERIFIER))],
  },
};

const actors: Readonly<Record<string, Actor>> = { host, moderator, ...OTHERS, 'who is not signed in': anon };

/** The company, seated; each test has its own. */
async function gather(by: string): Promise<Place> {
  const company = await Company.gather({ access: 'invite', host: host.uid, hostSeat: 0 });
  const { stage } = company;
  await stage.place(host.uid, 0, { role: 'moderator' });
  const seats = {
    moderator: await stage.place(moderator.uid, SEAT_OF_MODERATOR, { role: 'moderator' }),
    speaker: await stage.place('carol', SEAT_OF_SPEAKER),
    viewer: await stage.place('dave', SEAT_OF_VIEWER, { role: 'viewer' }),
  };
  return { company, by, hash: (await newToken()).hash, seats };
}

describe('attacks › powers', () => {
  for (const [what, { may, writes }] of Object.entries(POWERS)) {
    const allowed = may.length === 0 ? 'nobody' : `${may.join(' and ')} alone`;
    it(`to ${what} is for ${allowed}`, async () => {
      const place = await gather('nobody');
      for (const [who, actor] of Object.entries(actors))
        if (!(may as readonly string[]).includes(who))
          await deniesEach(actor, { [`${what}, by ${who}`]: writes({ ...place, by: actor.uid }) });
      for (const who of may) {
        const own = await gather(actors[who]!.uid);
        await allows(actors[who]!, ...writes(own));
      }
    });
  }

  for (const [who, actor] of Object.entries({ moderator, speaker: OTHERS.speaker, viewer: OTHERS.viewer }))
    it(`a ${who} raises its own role in no way`, async () => {
      const { company } = await gather(actor.uid);
      const { stage } = company;
      const seat = { moderator: 1, speaker: 2, viewer: 3 }[who]!;
      const peer = newPeer(actor.uid);
      const rises = (['moderator', 'speaker', 'viewer'] as const).filter((role) => role !== who);
      for (const role of rises)
        await deniesEach(actor, {
          admission: update(stage.admission(actor.uid), { role }),
          'a renewal': update(stage.admission(actor.uid), { role, at: now() }),
          'let in by itself': set(stage.admission(actor.uid), admissionOf(actor.uid, { role, visits: [] })),
          seat: update(stage.seat(seat), { role }),
          'admission and seat': [
            update(stage.admission(actor.uid), { role }),
            update(stage.seat(seat), { role }),
          ],
          'another seat': stage.joining(actor.uid, peer, seat, { role }),
          membership: set(company.member(actor.uid), memberBy(host.uid, { role })),
        });
    });
});

describe('attacks › after a kick', () => {
  it('who is put out does nothing more with what it had, in the same second', async () => {
    const { company, seats } = await gather('carol');
    const { stage } = company;
    const peer = seats.speaker;
    const { speaker: carol } = OTHERS;
    const place: Place = { company, by: host.uid, hash: '', seats };
    await commit(host, ...kick('carol', SEAT_OF_SPEAKER, 'speaker')(place));
    const again = set(stage.admission('carol'), admissionOf('carol', { visits: [peer] }));
    await deniesEach(carol, {
      'its seat again': stage.joining('carol', peer, SEAT_OF_SPEAKER),
      'its seat again, with an admission': [again, ...stage.joining('carol', peer, SEAT_OF_SPEAKER)],
      'another seat': stage.joining('carol', peer, 5),
      'a beacon': set(stage.beacon(peer), beaconAt(SEAT_OF_SPEAKER)),
      mail: set(stage.mail(seats.viewer, SEAT_OF_SPEAKER), mailFrom(peer)),
      'a lost mark': update(stage.seat(0), { lostAt: now(), lostBy: SEAT_OF_SPEAKER }),
      'the place of the host': update(stage.room, { host: 'carol', hostSeat: SEAT_OF_SPEAKER }),
      'a renewed admission': update(stage.admission('carol'), { at: now() }),
      'a new admission': again,
      'a free seat for others': remove(stage.seat(SEAT_OF_SPEAKER)),
      'the mark less': set(stage.seat(SEAT_OF_SPEAKER), { peer }),
    });
    await denies(carol, update(stage.seat(SEAT_OF_SPEAKER), { kicked: now() }));
  });

  it('who left a silent seat behind before it was put out writes no mail and takes no place by it', async () => {
    const { company, seats } = await gather('carol');
    const { stage } = company;
    const { speaker: carol } = OTHERS;
    const silent = { renewedAt: inSeconds(-300), leaseSeconds: 120 };
    await stage.place('carol', 2, { peer: seats.speaker, beacon: silent });
    await commit(host, remove(stage.admission('carol')), set(company.ban('carol'), banBy(host.uid)));
    await seed({ [stage.room]: stage.asCreated({ access: 'invite', host: 'gone', hostSeat: 9 }) });
    await deniesEach(carol, {
      mail: set(stage.mail(seats.viewer, 2), mailFrom(seats.speaker)),
      'a renewal': set(stage.beacon(seats.speaker), beaconAt(2)),
      'its seat again': stage.joining('carol', seats.speaker, 2),
      'its seat again, alone': stage.joining('carol', seats.speaker, 2).slice(0, 1),
      'the place of the host': update(stage.room, { host: 'carol', hostSeat: 2 }),
      'an admission': set(stage.admission('carol'), admissionOf('carol')),
    });
  });

  it('who is banned gets in by no door', async () => {
    for (const access of ['open', 'invite', 'password', 'knock', 'members'] as const) {
      const { stage } = await Company.gather({ access });
      for (const role of ['speaker', 'viewer', 'moderator'] as const)
        await denies(banned, set(stage.admission(banned.uid), admissionOf(banned.uid, { role })));
    }
    const stranger = signedInAs('stranger');
    const { stage } = await Company.gather();
    await allows(stranger, set(stage.admission('stranger'), admissionOf('stranger')));
  });
});
