import {
  admissionPath,
  admissionsPath,
  banPath,
  bansPath,
  beaconsPath,
  invitePath,
  invitesPath,
  knockPath,
  knocksPath,
  mailboxPath,
  memberPath,
  membersPath,
  quotaPath,
  roomPath,
  seatPath,
  seatsPath,
  secretPath,
  tryPath,
  uidOf,
  type Role,
} from '@firesignal/protocol';
import fc from 'fast-check';
import {
  admittedRoleWrite,
  banWrite,
  doorWrite,
  inviteWrite,
  kickWrites,
  knockAnswerWrite,
  letInAnewWrite,
  letInWrite,
  memberWrite,
  passwordWrite,
  seatedRoleWrite,
  type DoorChange,
} from '../../../web/sdk/src/moderation/moderation-writes.ts';
import { admissionWrite, deleteWrite, quotaWrite } from '../../../web/sdk/src/room/room-writes.ts';
import { sha256Hex } from '../../../web/sdk/src/transport/memory/sha256.ts';
import {
  Instant,
  SERVER_TIME,
  type DocumentWrite,
  type WriteFields,
} from '../../../web/sdk/src/transport/signal-transport.ts';
import { mostly, rarely, roles, user } from './choices.ts';
import { step, type Cast, type Step } from './cast.ts';

const seat = fc.nat({ max: 2 });
/** The first user has made the room. */
const runner = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: user });
export const [RIGHT, WRONG] = ['p'.repeat(43), 'w'.repeat(43)] as const;

const changeDoor = fc
  .tuple(
    runner,
    fc.oneof<fc.Arbitrary<DoorChange>[]>(
      fc.record({ locked: fc.boolean() }),
      fc.record({ capacity: fc.constantFrom(1, 2, 3, 4) }),
      fc.record({ access: fc.constantFrom('open', 'invite', 'password', 'knock', 'members') }),
      user.map((n) => ({ access: 'members' as const, memberClaim: { name: 'sub', value: String(n) } })),
      fc.constant({ memberClaim: null }),
    ),
  )
  .map(([by, change]) =>
    step(by, `changes the door: ${JSON.stringify(change)}`, (cast) => {
      const { memberClaim } = change;
      const claim = memberClaim && { ...memberClaim, value: cast.uid(Number(memberClaim.value)) };
      return [doorWrite(cast.roomId, { ...change, ...(claim && { memberClaim: claim }) })];
    }),
  );

const invite = fc
  .tuple(runner, roles, fc.constantFrom('make', 'make', 'revoke'), fc.nat({ max: 1 }))
  .map(([by, role, what, n]) =>
    step(by, `${what}s invite ${n} for a ${role}`, (cast) => {
      const { hash } = cast.invite(n);
      return what === 'make'
        ? [inviteWrite(cast.desk(by), { hash, role, uses: 2 })]
        : [deleteWrite(invitePath(cast.roomId, hash))];
    }),
  );

export function tryWrite(cast: Cast, who: number, proof: string, isAnew: boolean): DocumentWrite {
  const path = tryPath(cast.roomId, cast.uid(who));
  const data: WriteFields = {
    proof,
    ...cast.count(path, isAnew),
    at: SERVER_TIME,
    expiresAt: cast.expiresAt,
  };
  return { kind: 'set', path, data };
}

/** Comes in by an invite that is there, or not. */
export const useInvite = fc
  .record({
    who: user,
    n: fc.nat({ max: 1 }),
    role: fc.option(roles, { freq: 6 }),
    isAnew: rarely,
    steals: rarely,
  })
  .chain((plan) => mostly(plan.who).map((by) => ({ ...plan, by })))
  .map(({ by, who, n, role, isAnew, steals }) =>
    step(by, `comes in as ${who} by invite ${n}${steals ? ', without taking a use' : ''}`, (cast) => {
      const { proof, hash } = cast.invite(n);
      const path = invitePath(cast.roomId, hash);
      const found = cast.found(path) as { usesLeft: number; role: Role } | undefined;
      const use: DocumentWrite = { kind: 'update', path, data: { usesLeft: (found?.usesLeft ?? 1) - 1 } };
      return [
        tryWrite(cast, who, proof, isAnew),
        ...(steals ? [] : [use]),
        admissionWrite(cast, cast.admitted(who, '', role ?? found?.role ?? 'speaker')),
      ];
    }),
  );

const password = fc
  .record({
    who: user,
    what: fc.constantFrom('set', 'try', 'try', 'remove'),
    isRight: fc.boolean(),
    isAnew: rarely,
  })
  .map(({ who, what, isRight, isAnew }) =>
    step(who, `${what}s the password, ${String(isRight)}`, (cast) => {
      if (what === 'set') return [passwordWrite(cast.desk(who), sha256Hex(RIGHT))];
      if (what === 'try') return [tryWrite(cast, who, isRight ? RIGHT : WRONG, isAnew)];
      return [deleteWrite(secretPath(cast.roomId, 'password'))];
    }),
  );

const member = fc
  .tuple(runner, user, roles, rarely)
  .map(([by, who, role, isGone]) =>
    step(by, `lists ${who} as ${isGone ? 'nobody' : role}`, (cast) => [
      isGone
        ? deleteWrite(memberPath(cast.roomId, cast.uid(who)))
        : memberWrite(cast.desk(by), cast.uid(who), role),
    ]),
  );

const knock = fc
  .tuple(user, rarely)
  .chain(([who, isTakenBack]) => mostly(who).map((by) => ({ by, who, isTakenBack })))
  .map(({ by, who, isTakenBack }) =>
    step(by, `knocks as ${who}${isTakenBack ? ', and not any more' : ''}`, (cast) => {
      const path = knockPath(cast.roomId, cast.uid(who));
      const expiresAt = new Instant(Date.now() + 600_000);
      const data: WriteFields = { name: cast.name(''), at: SERVER_TIME, expiresAt };
      return [isTakenBack ? deleteWrite(path) : { kind: 'set' as const, path, data }];
    }),
  );

const answer = fc
  .record({
    by: runner,
    who: user,
    role: roles,
    what: fc.constantFrom('admitted', 'admitted', 'declined'),
    isAlone: rarely,
  })
  .map(({ by, who, role, what, isAlone }) =>
    step(by, `answers ${who}: ${what} as ${role}`, (cast) => [
      knockAnswerWrite(cast.desk(by), cast.uid(who), what),
      ...(isAlone || what === 'declined' ? [] : lettingIn(cast, by, who, role)),
    ]),
  );

export function lettingIn(cast: Cast, by: number, who: number, role: Role) {
  const uid = cast.uid(who);
  return cast.found(admissionPath(cast.roomId, uid)) === undefined
    ? [letInWrite(cast.desk(by), { uid, name: cast.name(''), role, leaseSeconds: 0 })]
    : [letInAnewWrite(cast.desk(by), uid, role, 600)];
}

const letIn = fc
  .tuple(runner, user, roles)
  .map(([by, who, role]) => step(by, `lets ${who} in as ${role}`, (cast) => lettingIn(cast, by, who, role)));

const kick = fc
  .record({ by: runner, n: seat, isHalf: rarely, bans: fc.boolean() })
  .map(({ by, n, isHalf, bans }) =>
    step(by, `throws the holder of seat ${n} out${bans ? ', for good' : ''}`, (cast) => {
      const holder = cast.holderOf(n) ?? cast.peer(n);
      const uid = uidOf(holder);
      return [
        ...kickWrites(cast.roomId, n, holder),
        ...(isHalf ? [] : [deleteWrite(admissionPath(cast.roomId, uid))]),
        ...(bans ? [banWrite(cast.desk(by), uid)] : []),
      ];
    }),
  );

const ban = fc
  .record({
    by: runner,
    who: user,
    what: fc.constantFrom('ban', 'unban', 'unban', 'put out'),
    isHalf: rarely,
  })
  .map(({ by, who, what, isHalf }) =>
    step(by, `${what}s ${who}`, (cast) => {
      const uid = cast.uid(who);
      if (what === 'unban') return [deleteWrite(banPath(cast.roomId, uid))];
      return [
        ...(what === 'ban' ? [banWrite(cast.desk(by), uid)] : []),
        ...(isHalf ? [] : [deleteWrite(admissionPath(cast.roomId, uid))]),
      ];
    }),
  );

const setRole = fc
  .record({
    by: runner,
    n: seat,
    who: user,
    role: roles,
    which: fc.constantFrom('both', 'both', 'seat', 'admission'),
  })
  .map(({ by, n, who, role, which }) =>
    step(by, `makes ${which === 'admission' ? who : `seat ${n}`} ${role} (${which})`, (cast) => {
      const uid = which === 'admission' ? cast.uid(who) : uidOf(cast.holderOf(n) ?? cast.peer(n));
      return [
        ...(which === 'seat' ? [] : [admittedRoleWrite(cast.roomId, uid, role)]),
        ...(which === 'admission' ? [] : [seatedRoleWrite(cast.roomId, n, role)]),
      ];
    }),
  );

/** A quota alone, as it would stand beside a room. */
const countRoom = fc
  .tuple(user, rarely, rarely)
  .chain(([who, isAnew, isGone]) => mostly(who).map((by) => ({ by, who, isAnew, isGone })))
  .map(({ by, who, isAnew, isGone }) =>
    step(by, `counts a room of ${who}`, (cast) => {
      const path = quotaPath(cast.uid(who));
      const { roomId, expiresAt } = cast;
      const written = quotaWrite(cast.uid(who), { roomId, count: 1, expiresAt });
      if (isGone || written.kind === 'delete') return [deleteWrite(path)];
      return [{ ...written, data: { ...written.data, ...cast.count(path, isAnew) } }];
    }),
  );

/** How it would be after some time, or after some tries. */
const count = fc
  .record({
    who: user,
    what: fc.constantFrom('tries', 'quota', 'knock', 'invite'),
    times: fc.constantFrom(1, 4, 5, 99, 100),
    isOver: fc.boolean(),
  })
  .map(({ who, what, times, isOver }) =>
    step(undefined, `${what} of ${who}: ${times} times, ${isOver ? 'long ago' : 'of late'}`, (cast) => {
      const { roomId, expiresAt, recently, longAgo } = cast;
      const since = isOver ? longAgo : recently;
      const counted = { count: times, since, at: since, expiresAt };
      const put = (path: string, data: WriteFields) => [{ kind: 'set' as const, path, data }];
      if (what === 'tries')
        return put(tryPath(roomId, cast.uid(who)), { ...counted, count: Math.min(times, 5), proof: RIGHT });
      if (what === 'quota') return put(quotaPath(cast.uid(who)), { ...counted, room: roomId });
      const path =
        what === 'knock' ? knockPath(roomId, cast.uid(who)) : invitePath(roomId, cast.invite(0).hash);
      const data: WriteFields = what === 'knock' ? { at: longAgo } : { expiresAt: longAgo };
      return cast.found(path) === undefined ? [] : [{ kind: 'update' as const, path, data }];
    }),
  );

const WHERE = [
  ...[roomPath, seatsPath, admissionsPath, beaconsPath, invitesPath, knocksPath, bansPath, membersPath],
  ...['seat', 'admission', 'knock', 'ban', 'member', 'try', 'secret', 'quota', 'invite', 'mailbox'],
] as const;

/** Looking at what there is. */
const look = fc
  .tuple(user, user, fc.constantFrom(...WHERE), fc.constantFrom(50, 51, undefined))
  .map(([by, who, where, limit]): Step => ({
    ...step(by, `reads ${typeof where === 'string' ? where : where.name} of ${who}`, () => []),
    reads: (cast) => {
      const { roomId } = cast;
      if (where === roomPath) return { document: roomPath(roomId) };
      if (where === 'mailbox') return { collection: mailboxPath(roomId, cast.peer(who)) };
      if (typeof where !== 'string')
        return { collection: where(roomId), ...(limit !== undefined && { limit }) };
      return { document: pathOf(cast, where, who) };
    },
  }));

function pathOf(cast: Cast, what: string, who: number): string {
  const { roomId } = cast;
  const paths: Readonly<Record<string, string>> = {
    seat: seatPath(roomId, who),
    admission: admissionPath(roomId, cast.uid(who)),
    knock: knockPath(roomId, cast.uid(who)),
    ban: banPath(roomId, cast.uid(who)),
    member: memberPath(roomId, cast.uid(who)),
    try: tryPath(roomId, cast.uid(who)),
    secret: secretPath(roomId, 'password'),
    quota: quotaPath(cast.uid(who)),
    invite: invitePath(roomId, cast.invite(0).hash),
  };
  return paths[what] ?? '';
}

/** Takes away what somebody else may have put there. */
const clear = fc
  .tuple(
    runner,
    user,
    fc.constantFrom('seat', 'knock', 'ban', 'member', 'try', 'secret', 'invite', 'admission'),
  )
  .map(([by, who, what]) =>
    step(by, `takes the ${what} of ${who} away`, (cast) => [deleteWrite(pathOf(cast, what, who))]),
  );

/** What is done at the door. */
export const DOOR_STEPS: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: changeDoor },
  { weight: 2, arbitrary: invite },
  { weight: 3, arbitrary: useInvite },
  { weight: 3, arbitrary: password },
  { weight: 1, arbitrary: member },
  { weight: 2, arbitrary: knock },
  { weight: 2, arbitrary: answer },
  { weight: 2, arbitrary: letIn },
  { weight: 3, arbitrary: kick },
  { weight: 2, arbitrary: ban },
  { weight: 3, arbitrary: setRole },
  { weight: 1, arbitrary: countRoom },
  { weight: 3, arbitrary: count },
  { weight: 4, arbitrary: look },
  { weight: 1, arbitrary: clear },
);
