import { beaconPath, mailboxPath, seatPath } from '@firesignal/protocol';
import type { Backend } from '../browser/harness/contract.ts';
import type { HarnessPage } from '../browser/harness-page.ts';
import { documentsBelow, type Database } from '../demo/admin.ts';
import type { Overseer, Sighting } from './overseer.ts';

/** ICE gives a peer up that has been silent for about half a minute (RFC 7675 §5.1). */
const FAILURE_LIMIT_MS = 60_000;

export type Scene = {
  readonly backend: Backend;
  readonly database: Database;
  readonly overseer: Overseer;
  readonly roomId: string;
};

/**
 * Somebody who connects to the client under test, and then dies without a word: its seat stays, nobody calls anew, and the
 * connection fails on the client's side alone.
 */
export class OneSidedFailure {
  readonly #scene: Scene;
  readonly #page: HarnessPage;
  #peerId = '';
  #from = 0;

  constructor(scene: Scene, page: HarnessPage) {
    this.#scene = scene;
    this.#page = page;
  }

  /** Joins, connects and dies. Returns whether it has connected. */
  async bringAbout(client: string, connectLimitMs: number): Promise<boolean> {
    const { backend, overseer, roomId } = this.#scene;
    const { driver } = this.#page;
    await driver.connect(backend);
    this.#peerId = (await driver.openRoom({ room: roomId, name: 'Vera', media: 'none' })).peerId;
    await overseer.watch(mailboxPath(roomId, this.#peerId));
    await driver.join();
    const connected = { peer: client, state: 'connected' };
    const isConnected = await this.#page.event('link-state', connected, 0, connectLimitMs).then(
      () => true,
      () => false,
    );
    this.#from = overseer.sightings.length;
    await this.#page.crash();
    return isConnected;
  }

  /** Whether the client asks for new ICE in time. */
  async isAskedForIce(client: string): Promise<boolean> {
    const { overseer, roomId } = this.#scene;
    const asks = ({ path, data }: Sighting): boolean =>
      path.startsWith(mailboxPath(roomId, this.#peerId)) &&
      data?.['from'] === client &&
      data['restart'] !== undefined;
    return (await overseer.until(asks, { withinMs: FAILURE_LIMIT_MS, from: this.#from })) !== undefined;
  }

  /** Takes away what the dead one has left behind. */
  async clearAway(): Promise<void> {
    const { database, overseer, roomId } = this.#scene;
    const beacon = beaconPath(roomId, this.#peerId);
    const seat: unknown = (await overseer.read(beacon))?.['seat'];
    if (typeof seat === 'number') await overseer.remove(seatPath(roomId, seat));
    await overseer.remove(beacon);
    for (const path of await documentsBelow(database, `rooms/${roomId}/mailboxes/${this.#peerId}`))
      await overseer.remove(path);
    await this.#page.close();
  }
}
