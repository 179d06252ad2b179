import { beaconPath, mailboxPath, peerIdOf, randomEpoch, seatPath } from '@firesignal/protocol';
import { documentsBelow, type Database } from '../demo/admin.ts';
import type { Overseer } from './overseer.ts';

const AN_HOUR_MS = 3_600_000;
const LEASE_SECONDS = 600;

/** Somebody in the roster who never says anything. What others say to it is seen. */
export class InventedPeer {
  readonly id: string;
  readonly seat: number;
  readonly #overseer: Overseer;
  readonly #roomId: string;

  private constructor(overseer: Overseer, roomId: string, id: string, seat: number) {
    this.#overseer = overseer;
    this.#roomId = roomId;
    this.id = id;
    this.seat = seat;
  }

  static async seated(
    overseer: Overseer,
    roomId: string,
    {
      name,
      seat,
      answerOnly,
    }: { readonly name: string; readonly seat: number; readonly answerOnly: boolean },
  ): Promise<InventedPeer> {
    const peer = new InventedPeer(overseer, roomId, peerIdOf(name, randomEpoch()), seat);
    const now = new Date();
    const expiresAt = new Date(now.getTime() + AN_HOUR_MS);
    await overseer.watch(mailboxPath(roomId, peer.id));
    await overseer.write(beaconPath(roomId, peer.id), {
      ...{ seat, renewedAt: now, leaseSeconds: LEASE_SECONDS, burst: 1, expiresAt },
    });
    await overseer.write(seatPath(roomId, seat), {
      ...{ peer: peer.id, name, role: 'speaker', joinedAt: now, met: [], expiresAt },
      ...(answerOnly && { answerOnly }),
    });
    return peer;
  }

  /** Leaves, and clears its mailbox. */
  async leave(database: Database): Promise<void> {
    await this.#overseer.remove(seatPath(this.#roomId, this.seat));
    await this.#overseer.remove(beaconPath(this.#roomId, this.id));
    for (const path of await documentsBelow(database, `rooms/${this.#roomId}/mailboxes/${this.id}`))
      await this.#overseer.remove(path);
  }
}
