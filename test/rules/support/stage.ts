import {
  LIMITS,
  admissionPath,
  beaconPath,
  mailPath,
  quotaPath,
  roomPath,
  seatPath,
  type AdmissionDocument,
  type BeaconDocument,
  type Role,
  type RoomDocument,
  type SeatDocument,
} from '@firesignal/protocol';
import {
  admissionOf,
  beaconAt,
  mailFrom,
  newPeer,
  newRoom,
  quotaOf,
  roomBy,
  seatOf,
  type Time,
} from './documents.ts';
import { remove, seed, set, type Write } from './requests.ts';

type Visit = {
  /** `uid~epoch`, if it isn't to be a fresh one. */
  readonly peer?: string;
  /** In seat and admission. */
  readonly role?: Role;
  readonly admission?: Partial<AdmissionDocument<Time>>;
  readonly seat?: Partial<SeatDocument<Time>>;
  readonly beacon?: Partial<BeaconDocument<Time>>;
};

/** A room of alice's, put there without asking the rules, with its paths and the writes that clients send. */
export class Stage {
  readonly roomId: string;
  readonly nonce: string;
  /** Visits that have been placed, by user. */
  readonly #visits = new Map<string, readonly string[]>();

  private constructor(roomId: string, nonce: string) {
    this.roomId = roomId;
    this.nonce = nonce;
  }

  static async open(changes: Partial<RoomDocument<Time>> = {}): Promise<Stage> {
    const { roomId, nonce } = await newRoom('alice', changes.access);
    const stage = new Stage(roomId, nonce);
    await stage.change(changes);
    return stage;
  }

  /** Puts the room there anew, with these changes. */
  change(changes: Partial<RoomDocument<Time>>): Promise<void> {
    return seed({ [this.room]: this.asCreated(changes) });
  }

  /** The room as alice creates it. */
  asCreated(changes: Partial<RoomDocument<Time>> = {}): RoomDocument<Time> {
    return roomBy('alice', this.nonce, changes);
  }

  get room(): string {
    return roomPath(this.roomId);
  }

  admission(uid: string): string {
    return admissionPath(this.roomId, uid);
  }

  seat(n: number | string): string {
    return seatPath(this.roomId, n);
  }

  beacon(peer: string): string {
    return beaconPath(this.roomId, peer);
  }

  mail(to: string, seat: number | string): string {
    return mailPath(this.roomId, to, seat);
  }

  /** Puts an admission there, for visits of these peers. */
  admit(uid: string, changes: Partial<AdmissionDocument<Time>> = {}): Promise<void> {
    return seed({ [this.admission(uid)]: admissionOf(uid, changes) });
  }

  /** Puts a seated peer there, with its admission and its beacon. The admission lists what has been placed before, too. */
  async place(uid: string, n: number, { peer = newPeer(uid), role, ...visit }: Visit = {}): Promise<string> {
    const others = this.#visits.get(uid)?.filter((one) => one !== peer) ?? [];
    const visits = [...others, peer].slice(-LIMITS.VISITS_PER_USER_MAX);
    this.#visits.set(uid, visits);
    const as = role === undefined ? {} : { role };
    await seed({
      [this.admission(uid)]: admissionOf(uid, { visits, ...as, ...visit.admission }),
      [this.seat(n)]: seatOf(uid, peer, { ...as, ...visit.seat }),
      [this.beacon(peer)]: beaconAt(n, visit.beacon),
    });
    return peer;
  }

  /** Puts mail there that `from`, in seat `n`, wrote to `to`. */
  post(from: string, n: number, to: string): Promise<void> {
    return seed({ [this.mail(to, n)]: mailFrom(from) });
  }

  /** What the creator writes to make a room: the room, and its quota. */
  static making(
    uid: string,
    room: RoomDocument<Time>,
    roomId: string,
    count: Parameters<typeof quotaOf>[1] = {},
  ): Write[] {
    return [set(roomPath(roomId), room), set(quotaPath(uid), quotaOf(roomId, count))];
  }

  /** What a peer writes to join: seat and beacon. */
  joining(uid: string, peer: string, n: number, visit: Visit = {}): Write[] {
    const as = visit.role === undefined ? {} : { role: visit.role };
    return [
      set(this.seat(n), seatOf(uid, peer, { ...as, ...visit.seat })),
      set(this.beacon(peer), beaconAt(n, visit.beacon)),
    ];
  }

  /** What a peer writes to leave: seat, beacon and admission. */
  leaving(uid: string, peer: string, n: number): Write[] {
    return [remove(this.seat(n)), remove(this.beacon(peer)), remove(this.admission(uid))];
  }
}
