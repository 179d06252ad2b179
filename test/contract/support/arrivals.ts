import { admissionPath, banPath, beaconPath, knockPath, roomPath, seatPath } from '@firesignal/protocol';
import fc from 'fast-check';
import {
  inviteWrite,
  knockAnswerWrite,
  memberWrite,
  passwordWrite,
} from '../../../web/sdk/src/moderation/moderation-writes.ts';
import { admissionWrite, deleteWrite } from '../../../web/sdk/src/room/room-writes.ts';
import { sha256Hex } from '../../../web/sdk/src/transport/memory/sha256.ts';
import { Instant, SERVER_TIME, type WriteFields } from '../../../web/sdk/src/transport/signal-transport.ts';
import { mostly, rarely, roles, user } from './choices.ts';
import { step, type Cast, type Step } from './cast.ts';
import { lettingIn, RIGHT, tryWrite, useInvite, WRONG } from './door-steps.ts';

/* Ways in, from the beginning: what comes of single steps by chance only has no beginning most of the time. */

/** Nobody lets this user in any more, and nothing of it is left. */
const gone = (who: number, door: (cast: Cast) => ReturnType<Cast['behind']>): Step =>
  step(undefined, `${who} has never been here`, (cast) => {
    const visits = cast.visitsOf(who);
    const seats = [0, 1, 2].filter((n) => visits.includes(cast.holderOf(n) ?? ''));
    const left = [
      admissionPath(cast.roomId, cast.uid(who)),
      banPath(cast.roomId, cast.uid(who)),
      ...seats.map((n) => seatPath(cast.roomId, n)),
      ...visits.map((visit) => beaconPath(cast.roomId, visit)),
    ];
    // Who has ended it may have taken it away.
    return cast.found(roomPath(cast.roomId)) === undefined ? [] : [door(cast), ...left.map(deleteWrite)];
  });

const hostIs = (cast: Cast, n: number): WriteFields => ({ host: cast.uid(n), hostSeat: 0 });

const byInvite = fc
  .record({ who: user, role: roles, uses: fc.array(useInvite, { minLength: 1, maxLength: 3 }) })
  .map(({ who, role, uses }) => [
    gone(who, (cast) => cast.behind('invite', hostIs(cast, 0))),
    step(0, `makes invite 0 for a ${role}`, (cast) => [
      inviteWrite(cast.desk(0), { hash: cast.invite(0).hash, role, uses: 2 }),
    ]),
    ...uses,
    step(who, `comes in as ${who} by invite 0`, (cast) => {
      const { proof, hash } = cast.invite(0);
      const path = `rooms/${cast.roomId}/invites/${hash}`;
      const { usesLeft } = (cast.found(path) ?? { usesLeft: 2 }) as { usesLeft: number };
      return [
        tryWrite(cast, who, proof, false),
        { kind: 'update', path, data: { usesLeft: usesLeft - 1 } },
        admissionWrite(cast, cast.admitted(who, '', role)),
      ];
    }),
  ]);

const byPassword = fc
  .record({ who: user, isRight: fc.boolean(), role: roles })
  .map(({ who, isRight, role }) => [
    gone(who, (cast) => cast.behind('password', hostIs(cast, 0))),
    step(0, 'sets the password', (cast) => [passwordWrite(cast.desk(0), sha256Hex(RIGHT))]),
    step(who, `tries the password, ${String(isRight)}`, (cast) => [
      tryWrite(cast, who, isRight ? RIGHT : WRONG, false),
    ]),
    step(who, `comes in as ${who} by the password, as ${role}`, (cast) => [
      admissionWrite(cast, cast.admitted(who, '', role)),
    ]),
  ]);

const byKnock = fc
  .record({ who: user, role: roles, isLocked: fc.boolean(), isAlone: rarely })
  .chain((plan) => mostly(0).map((by) => ({ ...plan, by })))
  .map(({ who, by, role, isLocked, isAlone }) => [
    gone(who, (cast) =>
      cast.behind(isLocked ? 'open' : 'knock', { ...hostIs(cast, 0), ...(isLocked && { locked: true }) }),
    ),
    step(who, `knocks as ${who}`, (cast) => [
      {
        kind: 'set',
        path: knockPath(cast.roomId, cast.uid(who)),
        data: { name: cast.name(''), at: SERVER_TIME, expiresAt: new Instant(Date.now() + 600_000) },
      },
    ]),
    step(by, `answers ${who}: admitted as ${role}`, (cast) => [
      knockAnswerWrite(cast.desk(by), cast.uid(who), 'admitted'),
      ...(isAlone ? [] : lettingIn(cast, by, who, role)),
    ]),
  ]);

const byMembership = fc
  .record({
    who: user,
    role: roles,
    listed: fc.option(roles, { freq: 1 }),
    claimed: user,
    name: fc.constantFrom('sub', 'none'),
  })
  .map(({ who, role, listed, claimed, name }) => [
    gone(who, (cast) =>
      cast.behind('members', { ...hostIs(cast, 0), memberClaim: { name, value: cast.uid(claimed) } }),
    ),
    ...(listed === null
      ? []
      : [step(0, `lists ${who} as ${listed}`, (cast) => [memberWrite(cast.desk(0), cast.uid(who), listed)])]),
    step(who, `comes in as ${who} by membership, as ${role}`, (cast) => [
      admissionWrite(cast, cast.admitted(who, '', role)),
    ]),
  ]);

export const ARRIVALS: fc.Arbitrary<readonly Step[]> = fc.oneof<fc.Arbitrary<Step[]>[]>(
  byInvite,
  byPassword,
  byKnock,
  byMembership,
);
