import {
  admissionPath,
  newRoomId,
  peerIdOf,
  randomEpoch,
  roomPath,
  seatPath,
  uidOf,
  type AccessMode,
  type Role,
} from '@firesignal/protocol';
import fc from 'fast-check';
import { createRoomWrite, quotaWrite, type Admitted } from '../../../web/sdk/src/room/room-writes.ts';
import type { Desk } from '../../../web/sdk/src/moderation/moderation-writes.ts';
import { sha256Hex } from '../../../web/sdk/src/transport/memory/sha256.ts';
import type { Documents } from '../../../web/sdk/src/transport/memory/store.ts';
import {
  Instant,
  SERVER_TIME,
  type DocumentWrite,
  type WatchTarget,
  type WriteFields,
} from '../../../web/sdk/src/transport/signal-transport.ts';
import { SDP, standingOffer } from '../../support/factories.ts';

/** Peers and users by number: peer 4 of three users is the second one of user 1. */
export const USERS = 3;
export const PEERS = 6;
const DAY_MS = 86_400_000;
const SEALED = 'x'.repeat(40);

/** A commit that somebody tries, or what an administrator makes so. */
export type Step = {
  /** Whose client commits it; `undefined` is past the rules. */
  readonly by: number | undefined;
  readonly writes: (cast: Cast) => readonly DocumentWrite[];
  /** What is read instead. */
  readonly reads?: (cast: Cast) => WatchTarget;
  /** For the report of a failure. */
  readonly says: string;
  readonly [fc.toStringMethod]?: () => string;
};

export const step = (by: number | undefined, says: string, writes: Step['writes']): Step => ({
  by,
  says,
  writes,
  [fc.toStringMethod]: () => `${by ?? 'admin'}: ${says}`,
});

/** The door at first, and what can be read behind it. */
export type Door = { readonly access: AccessMode; readonly sealed: boolean; readonly locked: boolean };

/** One room, and who is who in it. */
export class Cast {
  readonly uids: readonly string[];
  readonly roomId: string;
  readonly door: Door;
  readonly expiresAt = new Instant(Date.now() + DAY_MS);
  /** When counts have begun that an administrator has put there: the servers' own times are not the same. */
  readonly recently = new Instant(Date.now() - 300_000);
  readonly longAgo = new Instant(Date.now() - DAY_MS / 2);
  readonly #nonce: string;
  readonly #peers: readonly string[];
  readonly #look: () => Documents;

  private constructor(
    uids: readonly string[],
    room: { readonly roomId: string; readonly nonce: string; readonly door: Door },
    look: () => Documents,
  ) {
    this.uids = uids;
    this.roomId = room.roomId;
    this.door = room.door;
    this.#nonce = room.nonce;
    this.#look = look;
    this.#peers = Array.from({ length: PEERS }, (_, n) => peerIdOf(uids[n % USERS]!, randomEpoch()));
  }

  /** `look` shows the documents as they are, for those who know what they are doing. */
  static async of(uids: readonly string[], door: Door, look: () => Documents): Promise<Cast> {
    return new Cast(uids, { ...(await newRoomId(uids[0]!, door.access === 'open')), door }, look);
  }

  found(path: string): unknown {
    return this.#look().get(path);
  }

  /** The seat that a peer has, or else any other. */
  seatOf(n: number, otherwise: number): number {
    const seats = [0, 1, 2].filter((each) => this.holderOf(each) === this.peer(n));
    return seats[0] ?? otherwise;
  }

  holderOf(n: number): string | undefined {
    return (this.found(seatPath(this.roomId, n)) as { peer: string } | undefined)?.peer;
  }

  /** A seat that nobody has, if there is one. */
  freeSeat(otherwise: number): number {
    return [0, 1, 2].find((each) => this.holderOf(each) === undefined) ?? otherwise;
  }

  /** The number of somebody who is there. */
  present(otherwise: number): number {
    const holders = [0, 1, 2].map((each) => this.#peers.indexOf(this.holderOf(each) ?? ''));
    const seated = holders.filter((each) => each >= 0);
    return seated[otherwise % Math.max(1, seated.length)] ?? otherwise;
  }

  roleOf(n: number): Role {
    return (
      (this.found(admissionPath(this.roomId, this.uid(n))) as { role: Role } | undefined)?.role ?? 'speaker'
    );
  }

  peer(n: number): string {
    return this.#peers[n]!;
  }

  uid(n: number): string {
    return this.uids[n]!;
  }

  visitsOf(n: number): readonly string[] {
    return this.#peers.filter((each) => uidOf(each) === this.uid(n));
  }

  /** As it is written in this room. */
  name(text: string): string {
    return this.door.sealed ? `${text}${SEALED}` : text;
  }

  /** All of a user's visits may take seats. */
  admitted(n: number, name = '', role: Role = 'speaker'): Admitted {
    return { uid: this.uid(n), name: this.name(name), role, visits: this.visitsOf(n) };
  }

  /** Whoever runs the room, in whose name it is written. */
  desk(n: number): Desk {
    return { roomId: this.roomId, expiresAt: this.expiresAt, by: this.uid(n) };
  }

  offer(rev: number): WriteFields {
    return this.door.sealed ? { conn: 1, rev, sealed: SEALED } : standingOffer({ rev });
  }

  signal(rev: number): WriteFields {
    const said = this.door.sealed ? { sealed: SEALED } : { offer: { conn: 1, id: 'standing0', sdp: SDP } };
    return { conn: 1, rev, ...said };
  }

  /** The next number in a row, or one that is too low whenever that does not depend on the very second. */
  burst(path: string, isGreedy: boolean): number {
    const last = (this.found(path) as { burst: number } | undefined)?.burst ?? 0;
    if (!isGreedy || last === 0) return last + 1;
    if (last >= 8) return 1;
    // A second goes by at any time, and ten do not.
    return path.includes('/beacons/') ? last : last + 1;
  }

  /** Goes on where an administrator has begun to count, or begins anew. */
  count(path: string, isAnew: boolean): WriteFields {
    const last = this.found(path) as { count: number; since: Instant } | undefined;
    if (last === undefined || isAnew) return { count: 1, since: SERVER_TIME };
    const isKnown = [this.recently, this.longAgo].some(({ epochMs }) => epochMs === last.since.epochMs);
    return { count: last.count + 1, since: isKnown ? last.since : SERVER_TIME };
  }

  /** What is known to who has an invite, and the id of that. */
  invite(n: number): { readonly proof: string; readonly hash: string } {
    const proof = sha256Hex(`token ${n} of ${this.roomId}`);
    return { proof, hash: sha256Hex(proof) };
  }

  /** What an administrator makes of the room: nothing that is missing here is left. */
  behind(access: AccessMode, change: WriteFields = {}): DocumentWrite {
    const { locked: _, memberClaim: __, ...room } = this.found(roomPath(this.roomId)) as WriteFields;
    return { kind: 'set', path: roomPath(this.roomId), data: { ...room, access, ...change } };
  }

  get creation(): readonly DocumentWrite[] {
    const { roomId, expiresAt, door } = this;
    const room = { ...door, uid: this.uid(0), nonce: this.#nonce, capacity: 3, expiresAt };
    return [createRoomWrite(roomId, room), quotaWrite(room.uid, { roomId, count: 1, expiresAt })];
  }
}
