import { SignalingClient } from '../../../web/sdk/src/client.ts';
import type { SignalingError } from '../../../web/sdk/src/errors.ts';
import type { LeaveReason } from '../../../web/sdk/src/events.ts';
import type { OpenRoomOptions } from '../../../web/sdk/src/options.ts';
import type { Room } from '../../../web/sdk/src/room/room.ts';
import type { MemoryTransport } from '../../../web/sdk/src/transport/memory/memory-transport.ts';
import { ROOM_ID } from '../../support/factories.ts';
import { fakeOf, type FakePeerConnection } from '../../support/fake-peer-connection.ts';
import { ClientClock } from './client-clock.ts';
import type { Simulation } from './simulation.ts';

/** A person tries again after this. */
const PATIENCE_MS = 3_000;
/** From a machine that is gone to what its neighbours' ICE makes of it (RFC 7675 §5.1: consent lasts 30 s at most). */
const DISCONNECTED_MS = 5_000;
const FAILED_MS = 25_000;

export type SimPeerOptions = {
  /** Two tabs of one user have the same. */
  readonly uid?: string;
  readonly skewMs?: number;
  readonly isUnreliable?: boolean;
};

/** Somebody with a machine and a will: to be in the room, or not to be. */
export class SimPeer {
  readonly name: string;
  readonly uid: string;
  readonly clock: ClientClock;
  readonly transport: MemoryTransport;
  readonly problems: SignalingError[] = [];
  /** Everything that was heard from others, by their peer ids. */
  readonly heard: string[] = [];
  room: Room | undefined;
  /** How often a link had to be made anew since something took too long or broke. */
  repairs = 0;
  /** Why its visits have ended. */
  readonly reasons: (LeaveReason | undefined)[] = [];
  hasCrashed = false;
  /** Whether a goodbye of its may go unheard. */
  readonly isUnreliable: boolean;
  readonly #simulation: Simulation;
  readonly #client: SignalingClient;
  readonly #connections: FakePeerConnection[] = [];
  #abort: AbortController | undefined;
  #wants = false;
  #isTrying = false;

  constructor(simulation: Simulation, name: string, options: SimPeerOptions = {}) {
    const { uid = name, skewMs = 0, isUnreliable = false } = options;
    this.#simulation = simulation;
    this.name = name;
    this.uid = uid;
    this.isUnreliable = isUnreliable;
    this.clock = new ClientClock(simulation.clock, skewMs);
    this.transport = simulation.backend.connect(uid, { name, skewMs });
    this.#client = new SignalingClient({
      transport: this.transport,
      clock: this.clock,
      createPeerConnection: () => {
        const connection = simulation.network.create();
        this.#connections.push(fakeOf(connection));
        return connection;
      },
    });
  }

  /** Whether it is to be in the room in the end. */
  get isExpected(): boolean {
    return this.#wants && !this.hasCrashed;
  }

  /** Whether a document may be here to stay: what is not heard when somebody goes, the leases end. */
  mayLeave(path: string, document: unknown): boolean {
    if (!this.hasCrashed && !this.isUnreliable) return false;
    const text = `${path} ${JSON.stringify(document)}`;
    return text.includes(`${this.uid}~`) || text.includes(`/admissions/${this.uid} `);
  }

  get peerId(): string {
    return this.room?.peerId ?? '';
  }

  get openConnections(): readonly FakePeerConnection[] {
    return this.#connections.filter(({ signalingState }) => signalingState !== 'closed');
  }

  /** Opens the room, and no more. */
  async open(options: OpenRoomOptions = {}): Promise<void> {
    this.#watch(await this.#client.openRoom(ROOM_ID, { name: this.name, ...options }));
  }

  /** Opens the room, and joins. Tries again until it succeeds, or is told to leave. */
  come(): void {
    this.#wants = true;
    if (!this.#isTrying && this.room === undefined) void this.#enter();
  }

  /** Leaves, whatever it is doing. */
  leave(): void {
    this.#wants = false;
    void this.room?.leave();
  }

  /** Joins and thinks better of it at once, and joins after all. */
  waver(): void {
    this.come();
    this.#abort?.abort();
  }

  /** The machine is gone. */
  crash(): void {
    if (this.hasCrashed) return;
    this.hasCrashed = true;
    this.transport.vanish();
    this.clock.stop();
    for (const connection of this.openConnections) {
      this.#missing(connection);
      connection.vanish();
    }
  }

  /** The tab is frozen, or its machine asleep: nothing is done, and nothing comes in or goes out. */
  suspend(): void {
    this.clock.suspend();
    this.transport.setOnline(false);
    for (const connection of this.openConnections) this.#missing(connection);
  }

  /** It goes on where it was. What has happened meanwhile it learns now. */
  resume(): void {
    this.transport.setOnline(true);
    for (const connection of this.openConnections) connection.become('failed');
    this.clock.resume();
  }

  /** Ends the client, with everything that it holds. */
  close(): void {
    this.#wants = false;
    void this.#client.close();
  }

  /** What its neighbours make of a connection that is silent. */
  #missing(connection: FakePeerConnection): void {
    const { clock, network } = this.#simulation;
    for (const other of network.openConnections) {
      if (other === connection || other.remoteDescription?.sdp.includes(connection.fingerprint) !== true)
        continue;
      clock.after(DISCONNECTED_MS, () => other.become('disconnected'));
      clock.after(FAILED_MS, () => other.become('failed'));
    }
  }

  async #enter(): Promise<void> {
    this.#isTrying = true;
    while (this.isExpected) {
      try {
        await this.#visit();
        break;
      } catch (error) {
        this.problems.push(error as SignalingError);
        await this.#pause();
      }
    }
    this.#isTrying = false;
    if (!this.#wants) void this.room?.leave();
  }

  async #visit(): Promise<void> {
    if (this.room === undefined) await this.open();
    const { room } = this;
    if (!this.isExpected || room === undefined) return;
    this.#abort = new AbortController();
    await room.join({ signal: this.#abort.signal });
  }

  #watch(room: Room): void {
    this.room = room;
    room.on('problem', ({ error }) => this.problems.push(error));
    room.on('link', ({ link }) => {
      link.on('repair', () => (this.repairs += 1));
      link.on('message', ({ data }) => this.heard.push(`${link.peerId}: ${data as string}`));
    });
    room.on('state', ({ state }) => {
      if (state !== 'left') return;
      this.reasons.push(room.reason);
      this.room = undefined;
      // Thrown out, or told to come back meanwhile.
      if (this.isExpected && !this.#isTrying) void this.#enter();
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.clock.after(PATIENCE_MS, resolve));
  }
}
