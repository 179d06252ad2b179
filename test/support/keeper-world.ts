import {
  admissionPath,
  beaconPath,
  mailPath,
  peerIdOf,
  randomEpoch,
  randomRoomNonce,
  roomPath,
  seatPath,
  type SeatDocument,
} from '@firesignal/protocol';
import { createHash } from 'node:crypto';
import { Timestamp } from 'firebase-admin/firestore';
import type { Fields } from '../../functions/src/lib/database.ts';

export const RETENTION_SECONDS = 1_000_000;
/** Strings that stand for what must not get out: a name, an address, a description. */
export const SECRETS = { name: 'Ada Lovelace', sdp: 'v=0 a=fingerprint', address: '203.0.113.7' };

/** Random, in the protocol's shape: every test has rooms of its own. */
export function newRoomId(): string {
  return createHash('sha256').update(randomRoomNonce()).digest('hex').slice(0, 32);
}

export const newPeer = (uid: string): string => peerIdOf(uid, randomEpoch());

/** Documents as clients leave them behind, at times that count from `now`, in seconds. */
export class Scene {
  readonly now: Timestamp;
  readonly roomId: string;

  constructor(now: Timestamp, roomId = newRoomId()) {
    this.now = now;
    this.roomId = roomId;
  }

  at(seconds: number): Timestamp {
    return Timestamp.fromMillis(this.now.toMillis() + seconds * 1_000);
  }

  room(changes: Fields = {}): Readonly<Record<string, Fields>> {
    const room = {
      capacity: 4,
      createdBy: 'alice',
      createdAt: this.at(-7_200),
      expiresAt: this.at(7_200),
      ...changes,
    };
    return { [roomPath(this.roomId)]: room };
  }

  seat(peer: string, changes: Partial<SeatDocument<Timestamp>> = {}): SeatDocument<Timestamp> {
    return {
      peer,
      name: SECRETS.name,
      role: 'speaker',
      joinedAt: this.at(-3_600),
      met: [],
      expiresAt: this.at(7_200),
      ...changes,
    };
  }

  /** A peer in a seat. Its lease began `renewedAt` seconds from now, and takes `leaseSeconds`. */
  peer(
    peer: string,
    seat: number,
    lease: { renewedAt: number; leaseSeconds: number },
  ): Readonly<Record<string, Fields>> {
    const beacon = {
      seat,
      renewedAt: this.at(lease.renewedAt),
      leaseSeconds: lease.leaseSeconds,
      offer: { conn: 1, id: 'offer-0001', sdp: SECRETS.sdp, candidates: SECRETS.address, rev: 1 },
      expiresAt: this.at(7_200),
    };
    return {
      [seatPath(this.roomId, seat)]: this.seat(peer),
      [beaconPath(this.roomId, peer)]: beacon,
    };
  }

  mail(to: string, seat: number, expiresAt = 7_200): Readonly<Record<string, Fields>> {
    const mail = { from: newPeer('bob'), conn: 1, rev: 1, at: this.at(-60), expiresAt: this.at(expiresAt) };
    return { [mailPath(this.roomId, to, seat)]: mail };
  }

  admission(uid: string, expiresAt: number): Readonly<Record<string, Fields>> {
    return this.visitor(uid, expiresAt, []);
  }

  /** An admission that lists these visits. */
  visitor(uid: string, expiresAt: number, visits: readonly string[]): Readonly<Record<string, Fields>> {
    const admission = { name: SECRETS.name, by: uid, visits, at: this.at(-3_600), leaseSeconds: 600 };
    return {
      [admissionPath(this.roomId, uid)]: { ...admission, expiresAt: this.at(expiresAt) },
    };
  }
}
