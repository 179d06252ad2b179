import { LIMITS, peerIdOf, type StandingOffer } from '@firesignal/protocol';
import type { Admission, Beacon, Seat } from '../../web/sdk/src/room/room-documents.ts';
import { Instant } from '../../web/sdk/src/transport/signal-transport.ts';
import { sdpOf } from './fake-sdp.ts';

/* The people and things of the tests. What a test does not say about them does not matter to it. */

export const NOW = Date.UTC(2026, 0, 1);
export const ROOM_ID = '0123456789abcdef0123456789abcdef';
export const NONCE = 'n'.repeat(LIMITS.ROOM_NONCE_LENGTH);
export const EXPIRES_AT = new Instant(NOW + 86_400_000);
export const SCOPE = { roomId: ROOM_ID, expiresAt: EXPIRES_AT } as const;

/** The peer id of somebody's visit; the same name and visit give the same id. */
export function peer(uid: string, visit = 1): string {
  return peerIdOf(uid, String(visit).padStart(LIMITS.EPOCH_LENGTH, '0'));
}

export const ALICE = peer('alice');
export const BOB = peer('bob');
export const CAROL = peer('carol');

export function admission(uid: string, name = ''): Admission {
  return {
    name,
    role: 'speaker',
    by: uid,
    visits: [],
    at: new Instant(NOW),
    leaseSeconds: 600,
    expiresAt: EXPIRES_AT,
  };
}

export function seat(peerId: string, fields: Partial<Seat> = {}): Seat {
  return {
    peer: peerId,
    name: '',
    role: 'speaker',
    joinedAt: new Instant(NOW),
    met: [],
    expiresAt: EXPIRES_AT,
    ...fields,
  };
}

export function beacon(seatNumber: number, fields: Partial<Beacon> = {}): Beacon {
  return {
    seat: seatNumber,
    renewedAt: new Instant(NOW),
    leaseSeconds: 180,
    burst: 1,
    expiresAt: EXPIRES_AT,
    ...fields,
  };
}

export function room(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    protocolVersion: 1,
    access: 'open',
    capacity: 4,
    topology: 'mesh',
    sealed: false,
    host: 'alice',
    createdBy: 'alice',
    nonce: NONCE,
    createdAt: new Instant(NOW),
    expiresAt: EXPIRES_AT,
    ...fields,
  };
}

export const FINGERPRINT = Array.from({ length: 32 }, () => 'CD').join(':');
export const SDP = sdpOf({
  ufrag: 'abcd',
  fingerprint: FINGERPRINT,
  setup: 'actpass',
  sections: [{ kind: 'application', mid: '0' }],
});
export const CANDIDATE = 'candidate:1 1 udp 2113937151 192.0.2.9 47028 typ host generation 0 ufrag abcd';

export function standingOffer(fields: Partial<StandingOffer> = {}): StandingOffer {
  return { conn: 1, id: 'standing0', sdp: SDP, candidates: CANDIDATE, rev: 1, ...fields };
}
