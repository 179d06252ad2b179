import type { AccessMode, Role, RoomDocument } from '@firesignal/protocol';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { RulesTestEnvironment } from '@firebase/rules-unit-testing';
import type { DocumentData } from 'firebase/firestore';
import { admissionOf, beaconAt, newPeer, now, seatOf, type Time } from './support/documents.ts';
import { RULES, openProject, signedInAs, withoutRules } from './support/environment.ts';
import { allows, commit, denies, remove, set, update, type Write } from './support/requests.ts';
import {
  Company,
  PROOF,
  VERIFIER,
  banBy,
  host,
  inviteBy,
  knockOf,
  memberBy,
  moderator,
  newToken,
  outsider,
  secretBy,
  tryOf,
} from './support/company.ts';

/** What a commit may read of other documents before it is denied. */
const READS_PER_COMMIT = 20;
/** Each reads one document, beside those of the writes that are measured. */
const pads = (count: number): Write[] =>
  Array.from({ length: count }, () => set(`pads/${crypto.randomUUID()}`, {}));

let environment: RulesTestEnvironment;
beforeAll(async () => {
  const pad =
    'match /pads/{pad} { allow create: if !exists(/databases/$(database)/documents/nothing/$(pad)); }';
  const rules = RULES.replace('match /{document=**} {', `${pad}\n    match /{document=**} {`);
  expect(rules).not.toBe(RULES);
  environment = await openProject(rules);
});
afterAll(() => environment.cleanup());

type Seeds = (company: Company) => Readonly<Record<string, DocumentData>>;
type Case = {
  /** How many documents the rules read, at most. */
  readonly cost: number;
  /** Where one counts once that is asked for twice; else the same. The emulators differ in this. */
  readonly least?: number;
  readonly by: { readonly uid: string };
  readonly room?: Partial<RoomDocument<Time>>;
  readonly seeds?: Seeds;
  readonly writes: (company: Company) => readonly Write[];
};

async function measure({ cost, least = cost, by, room = {}, seeds, writes }: Case): Promise<void> {
  const company = await Company.gather(room);
  const { stage } = company;
  const documents: Record<string, DocumentData> = {
    [stage.room]: stage.asCreated(room),
    [stage.admission(moderator.uid)]: admissionOf(moderator.uid, { role: 'moderator' }),
    ...seeds?.(company),
  };
  const actor = signedInAs(by.uid, environment);
  const seedAll = (admin: typeof actor) =>
    commit(admin, ...Object.entries(documents).map(([path, data]) => set(path, data)));
  await withoutRules(seedAll, environment);
  const commits = writes(company);
  await denies(actor, ...commits, ...pads(READS_PER_COMMIT - least + 1));
  await allows(actor, ...commits, ...pads(READS_PER_COMMIT - cost));
}

const frank = 'frank';
const own = newPeer(outsider.uid);
const seat = newPeer(frank);
const token = await newToken();
const door = (access: AccessMode) => ({ access });
const entering =
  (role: Role = 'speaker') =>
  (company: Company) => [company.enter(outsider.uid, { role, visits: [own] })];
const seated =
  (role: Role = 'speaker'): Seeds =>
  ({ stage }) => ({
    [stage.admission(frank)]: admissionOf(frank, { role, visits: [seat] }),
    [stage.seat(1)]: seatOf(frank, seat, { role }),
    [stage.beacon(seat)]: beaconAt(1),
  });
const kicking = ({ stage }: Company) => [
  update(stage.seat(1), { kicked: now() }),
  remove(stage.beacon(seat)),
  remove(stage.admission(frank)),
];
const CASES: Readonly<Record<string, Case>> = {
  'entering an open room': { cost: 2, by: outsider, writes: entering() },
  'entering by invite, with the use and the try': {
    cost: 4,
    least: 2,
    by: outsider,
    room: door('invite'),
    seeds: (company) => ({ [company.invite(token.hash)]: inviteBy(host.uid) }),
    writes: (company) => [
      set(company.try(outsider.uid), tryOf(token.proof)),
      update(company.invite(token.hash), { usesLeft: 0 }),
      ...entering()(company),
    ],
  },
  'a try': {
    cost: 1,
    by: outsider,
    room: door('password'),
    writes: (company) => [set(company.try(outsider.uid), tryOf(PROOF))],
  },
  'entering by password': {
    cost: 4,
    by: outsider,
    room: door('password'),
    seeds: (company) => ({
      [company.try(outsider.uid)]: tryOf(PROOF),
      [company.secret]: secretBy(host.uid, VERIFIER),
    }),
    writes: entering(),
  },
  'entering by membership': {
    cost: 4,
    least: 3,
    by: outsider,
    room: door('members'),
    seeds: (company) => ({ [company.member(outsider.uid)]: memberBy(host.uid) }),
    writes: entering(),
  },
  'the creator entering its room': {
    cost: 2,
    by: host,
    writes: (company) => [company.enter(host.uid, { role: 'moderator' })],
  },
  knocking: {
    cost: 2,
    by: outsider,
    room: door('knock'),
    writes: (company) => [set(company.knock(outsider.uid), knockOf(outsider.uid))],
  },
  'admitting who has knocked, by the host': {
    cost: 2,
    by: host,
    room: door('knock'),
    seeds: (company) => ({ [company.knock(frank)]: knockOf(frank) }),
    writes: (company) => [
      update(company.knock(frank), { answer: 'admitted', answeredBy: host.uid }),
      company.letIn(host.uid, frank),
    ],
  },
  'admitting who has knocked, by a moderator': {
    cost: 3,
    by: moderator,
    room: door('knock'),
    seeds: (company) => ({ [company.knock(frank)]: knockOf(frank) }),
    writes: (company) => [
      update(company.knock(frank), { answer: 'admitted', answeredBy: moderator.uid }),
      company.letIn(moderator.uid, frank),
    ],
  },
  'an invite by the host': {
    cost: 1,
    by: host,
    writes: (company) => [set(company.invite(token.hash), inviteBy(host.uid))],
  },
  'an invite by a moderator': {
    cost: 2,
    by: moderator,
    writes: (company) => [set(company.invite(token.hash), inviteBy(moderator.uid))],
  },
  'a member by the host': {
    cost: 1,
    by: host,
    writes: (company) => [set(company.member(frank), memberBy(host.uid))],
  },
  'a member by a moderator': {
    cost: 2,
    by: moderator,
    writes: (company) => [set(company.member(frank), memberBy(moderator.uid))],
  },
  'a password': {
    cost: 1,
    by: host,
    writes: (company) => [set(company.secret, secretBy(host.uid, VERIFIER))],
  },
  'a ban of who is not there, by the host': {
    cost: 2,
    by: host,
    writes: (company) => [set(company.ban(frank), banBy(host.uid))],
  },
  'a ban of who is not there, by a moderator': {
    cost: 4,
    by: moderator,
    writes: (company) => [set(company.ban(frank), banBy(moderator.uid))],
  },
  'a kick by the host': { cost: 1, by: host, seeds: seated(), writes: kicking },
  'a kick by a moderator': { cost: 2, by: moderator, seeds: seated(), writes: kicking },
  'a kick and a ban by a moderator': {
    cost: 5,
    least: 3,
    by: moderator,
    seeds: seated(),
    writes: (company) => [...kicking(company), set(company.ban(frank), banBy(moderator.uid))],
  },
  'a role in admission and seat, by a moderator': {
    cost: 2,
    by: moderator,
    seeds: seated(),
    writes: ({ stage }) => [
      update(stage.admission(frank), { role: 'viewer' }),
      update(stage.seat(1), { role: 'viewer' }),
    ],
  },
  'a lock by the host': { cost: 0, by: host, writes: ({ stage }) => [update(stage.room, { locked: true })] },
  'a lock by a moderator': {
    cost: 1,
    by: moderator,
    writes: ({ stage }) => [update(stage.room, { locked: true })],
  },
  'unbanning by a moderator': {
    cost: 2,
    by: moderator,
    seeds: (company) => ({ [company.ban(frank)]: banBy(host.uid) }),
    writes: (company) => [remove(company.ban(frank))],
  },
};

describe('access cost › getting in, and running a room', () => {
  for (const [what, one] of Object.entries(CASES))
    it(`[CL3] reads at most ${String(one.cost)} documents for ${what}`, () => measure(one));
});
