import {
  admissionPath,
  beaconPath,
  mailPath,
  roomPath,
  seatPath,
  type AdmissionDocument,
  type BeaconDocument,
  type RoomDocument,
  type SeatDocument,
} from '@firesignal/protocol';
import { admissionOf, beaconAt, mailFrom, newPeer, newRoom, roomBy, seatOf, type Time } from './documents.ts';
import { remove, seed, set, type Write } from './requests.ts';

type Visit = {
  /** `uid~epoch`, if it isn't to be a fresh one. */
  readonly peer?: string;
  readonly admission?: Partial<AdmissionDocument<Time>>;
  readonly seat?: Partial<SeatDocument<Time>>;
  readonly beacon?: Partial<BeaconDocument<Time>>;
};

/** A room of alice's, put there without asking the rules, with its paths and the writes that clients send. */
export class Stage {
  readonly roomId: string;
  readonly nonce: string;

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

  /** Puts an admission there. */
  admit(uid: string, changes: Partial<AdmissionDocument<Time>> = {}): Promise<void> {
    return seed({ [this.admission(uid)]: admissionOf(uid, changes) });
  }

  /** Puts a seated peer there, with its admission and its beacon. */
  async place(uid: string, n: number, { peer = newPeer(uid), ...visit }: Visit = {}): Promise<string> {
    await seed({
      [this.admission(uid)]: admissionOf(uid, { visits: [peer], ...visit.admission }),
      [this.seat(n)]: seatOf(uid, peer, visit.seat),
      [this.beacon(peer)]: beaconAt(n, visit.beacon),
    });
    return peer;
  }

  /** Puts mail there that `from`, in seat `n`, wrote to `to`. */
  post(from: string, n: number, to: string): Promise<void> {
    return seed({ [this.mail(to, n)]: mailFrom(from) });
  }

  /** What a peer writes to join: seat and beacon. */
  joining(uid: string, peer: string, n: number, visit: Visit = {}): Write[] {
    return [
      set(this.seat(n), seatOf(uid, peer, visit.seat)),
      set(this.beacon(peer), beaconAt(n, visit.beacon)),
    ];
  }

  /** What a peer writes to leave: seat, beacon and admission. */
  leaving(uid: string, peer: string, n: number): Write[] {
    return [remove(this.seat(n)), remove(this.beacon(peer)), remove(this.admission(uid))];
  }
}
