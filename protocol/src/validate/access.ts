import { KNOCK_ANSWERS, ROLES } from '../codes.ts';
import type {
  BanDocument,
  InviteDocument,
  KnockDocument,
  MemberDocument,
  QuotaDocument,
  SecretDocument,
  TryDocument,
} from '../documents.ts';
import { isProof, isRoomId, isSha256, isUid } from '../identity.ts';
import { LIMITS } from '../limits.ts';
import {
  checking,
  fail,
  fieldsOf,
  integerIn,
  matching,
  oneOf,
  optional,
  timeOf,
  type Checked,
  type Fields,
  type IsTime,
} from './check.ts';
import { nameOf } from './room.ts';

/** Who wrote a document of the door, when, and until when it holds. */
const GRANT = ['by', 'at', 'expiresAt'] as const;

/** Checks `rooms/{roomId}/invites/{hash}`. */
export function checkInvite<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<InviteDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'invite', ['role', 'usesLeft', ...GRANT]);
    return {
      role: oneOf(fields['role'], 'invite.role', ROLES),
      usesLeft: integerIn(fields['usesLeft'], 'invite.usesLeft', 0, LIMITS.INVITE_USES_MAX),
      ...grant(fields, 'invite', isTime),
    };
  });
}

/**
 * Checks `rooms/{roomId}/knocks/{uid}`.
 * @param isSealed whether it is in a sealed room
 */
export function checkKnock<TTime>(
  value: unknown,
  isTime: IsTime<TTime>,
  isSealed = false,
): Checked<KnockDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'knock', ['name', 'at', 'expiresAt'], ['answer', 'answeredBy']);
    if (Object.hasOwn(fields, 'answer') !== Object.hasOwn(fields, 'answeredBy'))
      fail('knock.answer and knock.answeredBy go together');
    return {
      name: nameOf(fields['name'], 'knock.name', isSealed),
      at: timeOf(fields['at'], 'knock.at', isTime),
      ...optional(fields, 'answer', (answer) => oneOf(answer, 'knock.answer', KNOCK_ANSWERS)),
      ...optional(fields, 'answeredBy', (by) => matching(by, 'knock.answeredBy', isUid)),
      expiresAt: timeOf(fields['expiresAt'], 'knock.expiresAt', isTime),
    };
  });
}

/** Checks `rooms/{roomId}/bans/{uid}`. */
export function checkBan<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<BanDocument<TTime>> {
  return checking(() => grant(fieldsOf(value, 'ban', GRANT), 'ban', isTime));
}

/** Checks `rooms/{roomId}/members/{uid}`. */
export function checkMember<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<MemberDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'member', ['role', ...GRANT]);
    return { role: oneOf(fields['role'], 'member.role', ROLES), ...grant(fields, 'member', isTime) };
  });
}

/** Checks `rooms/{roomId}/secrets/password`. */
export function checkSecret<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<SecretDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'secret', ['verifier', ...GRANT]);
    return {
      verifier: matching(fields['verifier'], 'secret.verifier', isSha256),
      ...grant(fields, 'secret', isTime),
    };
  });
}

/** Checks `rooms/{roomId}/tries/{uid}`. */
export function checkTry<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<TryDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'try', ['proof', ...COUNT]);
    return {
      proof: matching(fields['proof'], 'try.proof', isProof),
      ...count(fields, 'try', LIMITS.TRIES_COUNT_MAX, isTime),
    };
  });
}

/** Checks `quotas/{uid}`. */
export function checkQuota<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<QuotaDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'quota', ['room', ...COUNT]);
    return {
      room: matching(fields['room'], 'quota.room', isRoomId),
      ...count(fields, 'quota', LIMITS.ROOMS_COUNT_MAX, isTime),
    };
  });
}

function grant<TTime>(fields: Fields, where: string, isTime: IsTime<TTime>): BanDocument<TTime> {
  return {
    by: matching(fields['by'], `${where}.by`, isUid),
    at: timeOf(fields['at'], `${where}.at`, isTime),
    expiresAt: timeOf(fields['expiresAt'], `${where}.expiresAt`, isTime),
  };
}

const COUNT = ['count', 'since', 'at', 'expiresAt'] as const;

function count<TTime>(fields: Fields, where: string, max: number, isTime: IsTime<TTime>) {
  return {
    count: integerIn(fields['count'], `${where}.count`, 1, max),
    since: timeOf(fields['since'], `${where}.since`, isTime),
    at: timeOf(fields['at'], `${where}.at`, isTime),
    expiresAt: timeOf(fields['expiresAt'], `${where}.expiresAt`, isTime),
  };
}
