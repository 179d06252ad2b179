import { LIMITS, tryPath, type TryDocument } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import {
  SERVER_TIME,
  type DocumentWrite,
  type Instant,
  type WriteFields,
  type WriteValue,
} from '../transport/signal-transport.ts';
import { roomOf, type Reception } from './reception.ts';

type Try = TryDocument<Instant>;

/**
 * Shows something at the door, and counts it: for the first time in a while, or once more.
 *
 * @param last what the user has shown before
 * @throws `signaling/rate-limited`, with the time to wait
 */
export function tryWrite(desk: Reception, proof: string, last: Try | undefined): DocumentWrite {
  const { roomId, uid } = desk.visit;
  const { expiresAt } = roomOf(desk);
  const data: WriteFields = { proof, ...countOf(desk, last), at: SERVER_TIME, expiresAt };
  return { kind: 'set', path: tryPath(roomId, uid), data };
}

function countOf(
  { visit }: Reception,
  last: Try | undefined,
): { readonly count: number; readonly since: WriteValue } {
  const windowMs = LIMITS.TRIES_WINDOW_SECONDS * 1_000;
  const endsInMs = last === undefined ? 0 : last.since.epochMs + windowMs - visit.transport.serverNow();
  if (last === undefined || endsInMs <= 0) return { count: 1, since: SERVER_TIME };
  if (last.count < LIMITS.TRIES_COUNT_MAX) return { count: last.count + 1, since: last.since };
  const seconds = Math.ceil(endsInMs / 1_000);
  throw new SignalingError('signaling/rate-limited', `So many tries are enough: wait ${seconds} seconds.`);
}
