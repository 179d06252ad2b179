import {
  admissionsPath,
  bansPath,
  beaconsPath,
  invitesPath,
  knocksPath,
  membersPath,
  presencePath,
  quotaPath,
  roomPath,
  seatsPath,
  type RoomDocument,
} from '@firesignal/protocol';
import {
  collection,
  doc,
  getDocFromServer,
  getDocsFromServer,
  limit,
  query,
  type DocumentData,
  type Query,
} from 'firebase/firestore';
import { expect, it } from 'vitest';
import {
  Company,
  PROOF,
  VERIFIER,
  banBy,
  inviteBy,
  knockOf,
  memberBy,
  newToken,
  secretBy,
  tryOf,
} from './support/company.ts';
import {
  admissionOf,
  newPeer,
  newRoom,
  now,
  quotaOf,
  roomBy,
  seatOf,
  secondsAgo,
  type Time,
} from './support/documents.ts';
import { signedInAs, type Actor } from './support/environment.ts';
import { commit, remove, seed, set, update, type Write } from './support/requests.ts';

/*
 * What somebody may do whose uid is of the right shape, and nobody else: one request for everything that the rules allow, in a
 * room that the caller is the host of.
 */
type Scene = { readonly company: Company; readonly me: Actor };
type Ask = (scene: Scene) => Promise<unknown>;

const get = ({ db }: Actor, path: string): Promise<unknown> => getDocFromServer(doc(db, path));
const getting =
  (path: (scene: Scene) => string): Ask =>
  (scene) =>
    get(scene.me, path(scene));
const listing =
  (path: (roomId: string) => string): Ask =>
  ({ company, me }) =>
    getDocsFromServer(collection(me.db, path(company.stage.roomId)));
const writing =
  (write: (scene: Scene) => Write): Ask =>
  (scene) =>
    commit(scene.me, write(scene));
/** Writes over what is there already. */
const rewriting =
  (path: (scene: Scene) => string, there: (uid: string) => DocumentData, to = there): Ask =>
  async (scene) => {
    await seed({ [path(scene)]: there(scene.me.uid) });
    await commit(scene.me, set(path(scene), to(scene.me.uid)));
  };
const few = ({ db }: Actor, path: string): Query => query(collection(db, path), limit(10));

const admission = ({ company, me }: Scene) => company.stage.admission(me.uid);
const knock = ({ company, me }: Scene) => company.knock(me.uid);
const attempt = ({ company, me }: Scene) => company.try(me.uid);
const ban = ({ company }: Scene) => company.ban('frank');
const member = ({ company }: Scene) => company.member('frank');
const secret = ({ company }: Scene) => company.secret;
const quota = ({ me }: Scene) => quotaPath(me.uid);
const long = secondsAgo(3 * 3600);
const verifier = (uid: string) => secretBy(uid, VERIFIER);
const inLobby = ({ company, me }: Scene) => company.stage.admit(me.uid);

const REQUESTS: Readonly<Record<string, Ask>> = {
  'get a room': getting(({ company }) => company.stage.room),
  'make a room': async ({ me }) => {
    const { roomId, nonce } = await newRoom(me.uid);
    await seed({ [quotaPath(me.uid)]: quotaOf(roomId) });
    await commit(me, set(roomPath(roomId), roomBy(me.uid, nonce)));
  },
  'lock a room': writing(({ company }) => update(company.stage.room, { locked: true })),
  'delete no room': writing(() => remove(roomPath('0'.repeat(32)))),

  'get an admission': getting(admission),
  'list admissions': listing(admissionsPath),
  'be admitted': writing((scene) => set(admission(scene), admissionOf(scene.me.uid, { role: 'moderator' }))),
  'renew an admission': rewriting(admission, (uid) => admissionOf(uid)),
  'delete no admission': writing(({ company }) => remove(company.stage.admission('nobody'))),

  'get a seat': getting(({ company }) => company.stage.seat(0)),
  'list seats': listing(seatsPath),
  'throw somebody out': async ({ company, me }) => {
    await seed({ [company.stage.seat(1)]: seatOf('frank', newPeer('frank')) });
    await commit(me, update(company.stage.seat(1), { kicked: now() }));
  },
  'delete no seat': writing(({ company }) => remove(company.stage.seat(3))),

  'get a beacon': async (scene) => {
    await inLobby(scene);
    await get(scene.me, scene.company.stage.beacon(newPeer('frank')));
  },
  'list beacons': async (scene) => {
    await inLobby(scene);
    await listing(beaconsPath)(scene);
  },
  'delete no beacon': writing(({ company }) => remove(company.stage.beacon(newPeer('frank')))),
  'delete no mail': writing(({ company }) => remove(company.stage.mail(newPeer('frank'), 1))),

  'get an invite': getting(({ company }) => company.invite('0'.repeat(64))),
  'list invites': listing(invitesPath),
  'make an invite': async ({ company, me }) => {
    const { hash } = await newToken();
    await commit(me, set(company.invite(hash), inviteBy(me.uid)));
  },
  'delete no invite': writing(({ company }) => remove(company.invite('0'.repeat(64)))),

  'get a knock': getting(knock),
  'list knocks': ({ company, me }) => getDocsFromServer(few(me, knocksPath(company.stage.roomId))),
  knock: writing((scene) => set(knock(scene), knockOf(scene.me.uid))),
  'knock again': rewriting(
    knock,
    (uid) => knockOf(uid, { at: long }),
    (uid) => knockOf(uid),
  ),
  'delete no knock': writing(({ company }) => remove(company.knock('nobody'))),

  'get a ban': getting(({ company, me }) => company.ban(me.uid)),
  'list bans': listing(bansPath),
  ban: writing((scene) => set(ban(scene), banBy(scene.me.uid))),
  'ban again': rewriting(ban, banBy),
  'delete no ban': writing(({ company }) => remove(company.ban('nobody'))),

  'get a member': getting(({ company, me }) => company.member(me.uid)),
  'list members': listing(membersPath),
  'add a member': writing((scene) => set(member(scene), memberBy(scene.me.uid))),
  'add a member again': rewriting(member, memberBy),
  'delete no member': writing(({ company }) => remove(company.member('nobody'))),

  'get a try': getting(attempt),
  try: writing((scene) => set(attempt(scene), tryOf(PROOF))),
  'try again': rewriting(
    attempt,
    () => tryOf(PROOF, { since: long }),
    () => tryOf(PROOF),
  ),
  'delete no try': writing(({ company }) => remove(company.try('nobody'))),

  'set a password': writing((scene) => set(secret(scene), verifier(scene.me.uid))),
  'set a password again': rewriting(secret, verifier),
  'delete no password': writing((scene) => remove(secret(scene))),

  'get a quota': getting(quota),
  'count a room': writing((scene) => set(quota(scene), quotaOf('0'.repeat(32)))),
  'count a room again': rewriting(
    quota,
    () => quotaOf('0'.repeat(32), { since: long }),
    () => quotaOf('0'.repeat(32)),
  ),
  'get a presence': getting(({ me }) => presencePath(me.uid)),
};

async function sceneOf(uid: string): Promise<Scene> {
  const room: Partial<RoomDocument<Time>> = { host: uid, locked: true, access: 'open' };
  const company = await Company.gather(room);
  // Who made it gets in, whatever the lock says.
  await company.stage.change({ ...room, createdBy: uid });
  return { company, me: signedInAs(uid) };
}

const cases = Object.entries(REQUESTS).map(([what, ask], n) => [what, ask, `caller${String(n)}`] as const);
it.each(cases)('[GN4] an odd uid may not %s, as another one may', async (_, ask, uid) => {
  await ask(await sceneOf(uid));
  const asOdd = ask(await sceneOf(`${uid} `));
  await expect(asOdd).rejects.toMatchObject({ code: 'permission-denied' });
});
